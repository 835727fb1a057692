import type { Kernel } from "../../core/wasm/kernel.ts";
import { MAX_SHORT_BYTES } from "../facts/sha256-block.ts";
import { prefixPlace } from "./id-loop.ts";
import { type KernelLayout, POWERS } from "./kernel-layout.ts";
import { BLOCK_ROWS, type BlockLoops } from "./text-block.ts";

type LoopName = "plain" | "same" | "changes" | "empty" | "numbers" | "truths" | "ids";
/** The rows that the loops for changes look at together. */
const GROUP = 16;

/** What is done with the texts of a block that is in the memory of a kernel. */
export class KernelLoops implements BlockLoops {
  readonly #memory: Uint8Array;
  readonly #layout: KernelLayout;
  readonly #odd: Uint32Array;
  readonly #numbers: Float64Array;
  readonly #changes: Int32Array;
  readonly #loops: Readonly<Record<LoopName, ReturnType<Kernel["loop"]>>>;

  constructor({ bytes, words, doubles, loop }: Kernel, layout: KernelLayout) {
    this.#memory = bytes;
    this.#layout = layout;
    this.#odd = words.subarray(layout.oddRows / 4, layout.oddRows / 4 + BLOCK_ROWS);
    this.#numbers = doubles.subarray(layout.numbers / 8, layout.numbers / 8 + BLOCK_ROWS);
    this.#changes = new Int32Array(bytes.buffer, layout.changes, BLOCK_ROWS);
    this.#loops = {
      plain: loop("plain"),
      same: loop("same"),
      changes: loop("changes"),
      empty: loop("empty"),
      numbers: loop("numbers"),
      truths: loop("truths"),
      ids: loop("ids"),
    };
    for (let power = 0; power < POWERS; power += 1) doubles[layout.powers / 8 + power] = 10 ** power;
  }

  plain(first: number, rows: number): Uint8Array {
    const { starts, ends, plain } = this.#layout;
    return this.#memory.subarray(plain, this.#loops.plain(starts + 4 * first, ends + 4 * first, rows, plain));
  }

  changes(first: number, rows: number): Int32Array {
    const { starts, ends, same, changes } = this.#layout;
    this.#memory.fill(1, same, same + GROUP * Math.ceil(rows / GROUP));
    this.#loops.same(starts + 4 * first, ends + 4 * first, rows, same);
    return this.#changes.subarray(0, this.#loops.changes(same, rows, changes));
  }

  hasEmpty(first: number, rows: number): boolean {
    const { starts, ends } = this.#layout;
    return this.#loops.empty(starts + 4 * first, ends + 4 * first, rows) !== 0;
  }

  ids(prefix: Uint8Array, first: number, rows: number): Uint8Array | null {
    const { starts, ends, hash, ids } = this.#layout;
    if (prefix.length > MAX_SHORT_BYTES) return null;
    this.#memory.set(prefix, prefixPlace(hash));
    const done = this.#loops.ids(starts + 4 * first, ends + 4 * first, rows, prefix.length, ids);
    return done < rows ? null : this.#memory.subarray(ids, ids + 8 * rows);
  }

  sameAsBefore(columns: readonly number[], rows: number): Uint8Array {
    const { starts, ends, same } = this.#layout;
    this.#memory.fill(1, same, same + rows);
    for (const column of columns) {
      const cells = 4 * column * BLOCK_ROWS;
      this.#loops.same(starts + cells, ends + cells, rows, same);
    }
    return this.#memory.subarray(same, same + rows);
  }

  numbers(first: number, rows: number, values: Float64Array): Uint32Array {
    const { starts, ends, numbers, oddRows, powers } = this.#layout;
    const odd = this.#loops.numbers(starts + 4 * first, ends + 4 * first, rows, numbers, oddRows, powers);
    values.set(this.#numbers.subarray(0, rows));
    return this.#odd.subarray(0, odd);
  }

  truths(first: number, rows: number, values: Float64Array): Uint32Array {
    const { starts, ends, numbers, oddRows } = this.#layout;
    const odd = this.#loops.truths(starts + 4 * first, ends + 4 * first, rows, numbers, oddRows);
    values.set(this.#numbers.subarray(0, rows));
    return this.#odd.subarray(0, odd);
  }
}
