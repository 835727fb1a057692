import { readFile, writeFile } from "node:fs/promises";
import type { Batch } from "./batches.ts";
import type { LinePlace } from "./line-splitter.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The lines of a batch in memory, for one that has to be looked at line by line. */
export class SpooledLines {
  readonly #bytes: Buffer;
  /** Where each line begins, and the end of the last. */
  readonly #starts: number[] = [0];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) {
      this.#starts.push(end + 1);
    }
  }

  static async read(file: string): Promise<SpooledLines> {
    return new SpooledLines(await readFile(file));
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** Without its end, which is a newline or CR and newline. */
  line(index: number): Buffer {
    const end = this.#start(index + 1) - 1;
    return this.#bytes.subarray(this.#start(index), this.#bytes[end - 1] === RETURN ? end - 1 : end);
  }

  /** Writes the chosen ones of the lines [start, end), and says how many. */
  async write(
    file: string,
    start: number,
    end: number,
    isChosen: (line: number) => boolean,
  ): Promise<number> {
    const parts: Buffer[] = [];
    for (let index = start; index < end; index += 1) {
      if (isChosen(index)) parts.push(this.#bytes.subarray(this.#start(index), this.#start(index + 1)));
    }
    await writeFile(file, Buffer.concat(parts));
    return parts.length;
  }

  /** Where each of `indexes`, which ascend, stands in the input that the runs are of. */
  *places(indexes: Iterable<number>, runs: Batch["runs"]): Generator<LinePlace> {
    let run = 0;
    let firstOfRun = 0;
    for (const index of indexes) {
      let { line, offsetBytes, count } = runs[run] ?? NOWHERE;
      while (index >= firstOfRun + count && run < runs.length) {
        firstOfRun += count;
        run += 1;
        ({ line, offsetBytes, count } = runs[run] ?? NOWHERE);
      }
      const inRun = this.#start(index) - this.#start(firstOfRun);
      yield { line: line + index - firstOfRun, offsetBytes: offsetBytes + inRun };
    }
  }

  #start(index: number): number {
    return this.#starts[index] ?? this.#bytes.length;
  }
}

const NOWHERE = { line: 0, offsetBytes: 0, count: 0 };
