import { grownBytes, newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";
import type { TextRanges } from "../../../formats/parquet/rows/leaf.ts";
import { BLOCK_ROWS } from "../../records/text-block.ts";

/** The key of the release of each row of a block; an empty one is none. */
export class ReleaseKeys implements TextRanges {
  bytes: ViewedBytes = newBytes(1 << 12);
  readonly starts = new Int32Array(BLOCK_ROWS);
  readonly ends = new Int32Array(BLOCK_ROWS);
  #used = 0;

  begin(): void {
    this.#used = 0;
  }

  set(row: number, key: Buffer | null): void {
    const start = this.#used;
    const end = start + (key?.length ?? 0);
    if (end > this.bytes.array.length) this.bytes = grownBytes(this.bytes, start, 2 * end);
    if (key !== null) this.bytes.array.set(key, start);
    this.#used = end;
    this.starts[row] = start;
    this.ends[row] = end;
  }

  /** The same as the row before has. */
  repeat(row: number): void {
    this.starts[row] = this.starts[row - 1] ?? 0;
    this.ends[row] = this.ends[row - 1] ?? 0;
  }
}
