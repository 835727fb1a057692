import { copyBytes, grownBytes, newBytes, type ViewedBytes } from "../../../core/viewed-bytes.ts";
import type { TextRanges } from "../../../formats/parquet/rows/leaf.ts";
import { BLOCK_ROWS } from "../../records/text-block.ts";

const DIGITS = Buffer.from("0123456789abcdef");

/** The key of the release of each row of a block, in the order of the rows; an empty one is none. */
export class ReleaseKeys implements TextRanges {
  bytes: ViewedBytes = newBytes(1 << 12);
  readonly starts = new Int32Array(BLOCK_ROWS);
  readonly ends = new Int32Array(BLOCK_ROWS);
  #used = 0;

  begin(): void {
    this.#used = 0;
  }

  setNone(row: number): void {
    this.#take(row, 0);
  }

  /** The text in bytes [from, to). */
  setText(row: number, bytes: ViewedBytes, from: number, to: number): void {
    const at = this.#take(row, to - from);
    copyBytes(bytes, from, to, this.bytes, at);
  }

  setBytes(row: number, bytes: Uint8Array): void {
    const at = this.#take(row, bytes.length);
    this.bytes.array.set(bytes, at);
  }

  /** In hexadecimal. */
  setHash(row: number, hash: Uint8Array): void {
    let at = this.#take(row, 2 * hash.length);
    const { array } = this.bytes;
    for (const byte of hash) {
      array[at] = DIGITS[byte >> 4] ?? 0;
      array[at + 1] = DIGITS[byte & 15] ?? 0;
      at += 2;
    }
  }

  /** The same as the row before has. */
  repeat(row: number): void {
    this.starts[row] = this.starts[row - 1] ?? 0;
    this.ends[row] = this.ends[row - 1] ?? 0;
  }

  /** Where so many bytes go. */
  #take(row: number, length: number): number {
    const start = this.#used;
    const end = start + length;
    if (end > this.bytes.array.length) this.bytes = grownBytes(this.bytes, start, 2 * end);
    this.#used = end;
    this.starts[row] = start;
    this.ends[row] = end;
    return start;
  }
}
