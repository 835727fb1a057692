import type { ViewedBytes } from "../../core/viewed-bytes.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";

/** Rows of a block: few enough for what is said of them to stay in the processor's cache. */
export const BLOCK_ROWS = 2048;

/**
 * Rows of texts, column by column: that of column `c` in row `r` is bytes [starts[i], ends[i]) where i = c · BLOCK_ROWS + r. They are
 * UTF-8, and an empty one is none.
 */
export class TextBlock {
  readonly columns: number;
  bytes: ViewedBytes;
  rows = 0;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** What tells the rows of a batch apart: where the record begins, or the number of the line. */
  readonly places = new Int32Array(BLOCK_ROWS);

  constructor(bytes: ViewedBytes, columns: number) {
    this.bytes = bytes;
    this.columns = columns;
    this.starts = new Int32Array(columns * BLOCK_ROWS);
    this.ends = new Int32Array(columns * BLOCK_ROWS);
  }

  get isFull(): boolean {
    return this.rows === BLOCK_ROWS;
  }

  isEmpty(column: number, row: number): boolean {
    const cell = column * BLOCK_ROWS + row;
    return this.starts[cell] === this.ends[cell];
  }

  text(column: number, row: number): string {
    const cell = column * BLOCK_ROWS + row;
    return textOf(this.bytes, this.starts[cell] ?? 0, this.ends[cell] ?? 0);
  }

  /** Leaves out the rows that are marked; places are then of no row any more. */
  drop(isMarked: Uint8Array): void {
    let kept = 0;
    for (let row = 0; row < this.rows; row += 1) {
      if (isMarked[row] === 1) continue;
      for (let cell = row, to = kept; cell < this.starts.length; cell += BLOCK_ROWS, to += BLOCK_ROWS) {
        this.starts[to] = this.starts[cell] ?? 0;
        this.ends[to] = this.ends[cell] ?? 0;
      }
      kept += 1;
    }
    this.rows = kept;
  }
}

export function textOf({ array }: ViewedBytes, from: number, to: number): string {
  return Buffer.from(array.buffer, array.byteOffset + from, to - from).toString("utf8");
}

/** How rows of texts become rows of files. */
export interface BlockRows {
  /** By the name of the part. */
  readonly files: Readonly<Record<string, RowFile>>;
  /** Whether the texts of a column are looked at: others may be given as they are written. */
  isWanted(column: number): boolean;
  /** Adds what becomes of the rows of a block, and says why rows are refused, by their places. The block may be changed. */
  take(block: TextBlock, refuse: (place: number, reason: string) => void): void;
}
