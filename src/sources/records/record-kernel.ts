import { viewedBytes } from "../../core/viewed-bytes.ts";
import { createKernel } from "../../core/wasm/kernel.ts";
import { QUOTE } from "./closing-quote.ts";
import { fieldLoop } from "./field-loop.ts";
import { idLoop } from "./id-loop.ts";
import { type KernelLayout, kernelLayout } from "./kernel-layout.ts";
import { KernelLoops } from "./kernel-loops.ts";
import { type Marks, marksIn, marksLoop } from "./marks.ts";
import { BLOCK_ROWS, TextBlock } from "./text-block.ts";
import { CHANGE_LOOP, EMPTY_LOOP, NUMBER_LOOP, PLAIN_LOOP, SAME_LOOP, TRUTH_LOOP } from "./text-loops.ts";

const STATE_WORDS = 3;

/** A stretch of records, and the rows that are in it, in memory that loops of WebAssembly work on. */
export class RecordKernel {
  /** Its texts are in the memory; places of rows are those where records begin in it. */
  readonly block: TextBlock;
  readonly #rowEnds: Int32Array;
  readonly #memory: Uint8Array;
  readonly #marks: Marks;
  readonly #delimiter: number;
  readonly #state: Uint32Array;
  readonly #fields: (...args: readonly number[]) => number;
  readonly #layout: KernelLayout;
  #marksFound = 0;
  #spare: number;

  constructor(delimiter: number, hasQuotes: boolean, columns: number) {
    const layout = kernelLayout(columns);
    const text = [
      marksLoop(layout),
      fieldLoop(layout),
      PLAIN_LOOP,
      SAME_LOOP,
      CHANGE_LOOP,
      EMPTY_LOOP,
      NUMBER_LOOP,
      TRUTH_LOOP,
      idLoop(layout.hash),
    ];
    const kernel = createKernel(text.join("\n"), layout.end);
    const { bytes, words, loop } = kernel;
    const ints = (at: number, length: number): Int32Array => new Int32Array(bytes.buffer, at, length);
    this.#layout = layout;
    this.#spare = layout.spare;
    this.#memory = bytes;
    this.#delimiter = delimiter;
    this.#marks = marksIn(kernel, layout, delimiter, hasQuotes);
    this.#fields = loop("fields");
    this.#state = words.subarray(layout.state / 4, layout.state / 4 + STATE_WORDS);
    this.#rowEnds = ints(layout.rowEnds, BLOCK_ROWS);
    this.block = new TextBlock(viewedBytes(bytes), columns, {
      starts: ints(layout.starts, columns * BLOCK_ROWS),
      ends: ints(layout.ends, columns * BLOCK_ROWS),
      places: ints(layout.rowStarts, BLOCK_ROWS),
      isOdd: bytes.subarray(layout.odd, layout.odd + columns),
      loops: new KernelLoops(kernel, layout),
    });
  }

  /** Takes bytes [from, to), `STRETCH_BYTES` at most, in, which begin with a record. The block has to be empty. */
  load(bytes: Uint8Array, from: number, to: number): void {
    this.#marksFound = this.#marks.find(bytes, from, to);
    this.#state.set([this.#layout.text, 0, 0]);
  }

  /** Where in the stretch the record begins that is next. */
  get nextBytes(): number {
    return (this.#state[0] ?? 0) - this.#layout.text;
  }

  /** Adds the rows of records that are written plainly, and says why it ends: `CUT`, `ODD` or `FULL`. */
  addRows(): number {
    const { block } = this;
    this.#state[2] = block.rows;
    const why = this.#fields(this.#marksFound, block.columns, this.#delimiter, BLOCK_ROWS);
    block.rows = this.#state[2] ?? 0;
    return why;
  }

  /** The bytes of the record of a row; none where it was added from another block. Good until the block is emptied. */
  record(row: number): Uint8Array {
    return this.#memory.subarray(this.block.places[row], this.#rowEnds[row]);
  }

  /** Where in the stretch the place of a row is. */
  inStretch(place: number): number {
    return place - this.#layout.text;
  }

  /** Adds the first row of another block, of a record at such a place. False where there is no room for it. */
  addRow(from: TextBlock, nextBytes: number): boolean {
    const { block } = this;
    const { columns, rows } = block;
    let bytes = 0;
    for (let cell = 0; cell < columns * BLOCK_ROWS; cell += BLOCK_ROWS) {
      bytes += (from.ends[cell] ?? 0) - (from.starts[cell] ?? 0);
    }
    if (block.isFull || bytes > this.#layout.spareEnd - this.#spare) return false;
    for (let cell = 0; cell < columns * BLOCK_ROWS; cell += BLOCK_ROWS) {
      const text = from.bytes.array.subarray(from.starts[cell], from.ends[cell]);
      this.#memory.set(text, this.#spare);
      block.starts[cell + rows] = this.#spare;
      this.#spare += text.length;
      block.ends[cell + rows] = this.#spare;
    }
    block.isOdd.fill(1);
    const place = this.#layout.text + nextBytes;
    block.places[rows] = place;
    this.#rowEnds[rows] = place;
    block.rows += 1;
    return true;
  }

  /** Goes on at a place further on. False where marks do not tell what follows: there was one quote too many. */
  skipTo(nextBytes: number): boolean {
    const place = this.#layout.text + nextBytes;
    const { places } = this.#marks;
    let mark = this.#state[1] ?? 0;
    let quotes = 0;
    for (; mark < this.#marksFound && (places[mark] ?? 0) < place; mark += 1) {
      if (this.#memory[places[mark] ?? 0] === QUOTE) quotes += 1;
    }
    this.#state.set([place, mark]);
    return quotes % 2 === 0;
  }

  /** Empties the block. */
  clear(): void {
    this.block.rows = 0;
    this.block.isOdd.fill(0);
    this.#spare = this.#layout.spare;
  }
}
