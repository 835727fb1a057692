import type { ViewedBytes } from "../../core/viewed-bytes.ts";
import type { PlainTexts } from "../../formats/parquet/rows/leaf.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";

/** Rows of a block: few enough for what is said of them to stay in the processor's cache. */
export const BLOCK_ROWS = 2048;

/** Loops over texts of a block by WebAssembly; cells are counted as in the block, and what is given is good until the next call of the same. */
export interface BlockLoops extends PlainTexts {
  /** Ids of keys after a prefix, as `TrackIds` makes them, 8 bytes each; null where a key is too long. */
  ids(prefix: Uint8Array, first: number, rows: number): Uint8Array | null;
  /** 1 for each row whose texts, in all of these columns, are those of the row before. */
  sameAsBefore(columns: readonly number[], rows: number): Uint8Array;
  /** Numbers of texts that are written with few digits into `values`, NaN for empty ones; gives the rows of all other texts. */
  numbers(first: number, rows: number, values: Float64Array): Uint32Array;
  /** The same of truths, 1 and 0, of which most are written as "true" and "false". */
  truths(first: number, rows: number, values: Float64Array): Uint32Array;
}

/** Memory of a block. */
export interface TextCells {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly places: Int32Array;
  readonly isOdd: Uint8Array;
  readonly loops: BlockLoops | null;
}

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
  readonly places: Int32Array;
  /** 1 for columns where a text may begin or end with a space: with something else than what ASCII has of letters, digits and signs. */
  readonly isOdd: Uint8Array;
  /** Null where the texts are in other memory. */
  readonly loops: BlockLoops | null;

  constructor(bytes: ViewedBytes, columns: number, cells: TextCells = newCells(columns)) {
    this.bytes = bytes;
    this.columns = columns;
    this.starts = cells.starts;
    this.ends = cells.ends;
    this.places = cells.places;
    this.isOdd = cells.isOdd;
    this.loops = cells.loops;
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

  /** Leaves out the rows that are marked. */
  drop(isMarked: Uint8Array): void {
    let kept = 0;
    for (let row = 0; row < this.rows; row += 1) {
      if (isMarked[row] === 1) continue;
      this.places[kept] = this.places[row] ?? 0;
      for (let cell = row, to = kept; cell < this.starts.length; cell += BLOCK_ROWS, to += BLOCK_ROWS) {
        this.starts[to] = this.starts[cell] ?? 0;
        this.ends[to] = this.ends[cell] ?? 0;
      }
      kept += 1;
    }
    this.rows = kept;
  }
}

function newCells(columns: number): TextCells {
  return {
    starts: new Int32Array(columns * BLOCK_ROWS),
    ends: new Int32Array(columns * BLOCK_ROWS),
    places: new Int32Array(BLOCK_ROWS),
    isOdd: new Uint8Array(columns).fill(1),
    loops: null,
  };
}

export function textOf({ array }: ViewedBytes, from: number, to: number): string {
  return Buffer.from(array.buffer, array.byteOffset + from, to - from).toString("utf8");
}

/** How rows of texts become rows of files. */
export interface BlockRows {
  /** By the name of the part. */
  readonly files: Readonly<Record<string, RowFile>>;
  /** Adds what becomes of the rows of a block, and says why rows are refused, by their places. The block may be changed. */
  take(block: TextBlock, refuse: (place: number, reason: string) => void): void;
}
