import type { ViewedBytes } from "../../../core/viewed-bytes.ts";
import type { TextRow } from "../../records/text-row.ts";
import { trimmedEnd, trimmedStart } from "./trim.ts";

/** A row of texts without the spaces around those that are asked for. */
export class TrimmedRow {
  readonly #columns: Int32Array;
  row: TextRow;
  readonly from: Int32Array;
  readonly to: Int32Array;

  /** `used` are the columns that are asked for, of so many. */
  constructor(used: readonly number[], columns: number) {
    this.#columns = Int32Array.from(used);
    this.from = new Int32Array(columns);
    this.to = new Int32Array(columns);
    this.row = NO_ROW;
  }

  get bytes(): ViewedBytes {
    return this.row.bytes;
  }

  set(row: TextRow): void {
    this.row = row;
    const { array } = row.bytes;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const column = this.#columns[index] ?? 0;
      const end = row.ends[column] ?? 0;
      const from = trimmedStart(array, row.starts[column] ?? 0, end);
      this.from[column] = from;
      this.to[column] = trimmedEnd(array, from, end);
    }
  }

  isEmpty(column: number): boolean {
    return this.from[column] === this.to[column];
  }

  text(column: number): string {
    return textOf(this.bytes, this.from[column] ?? 0, this.to[column] ?? 0);
  }
}

export function textOf({ array }: ViewedBytes, from: number, to: number): string {
  return Buffer.from(array.buffer, array.byteOffset + from, to - from).toString("utf8");
}

const NONE = new Int32Array(0);
const NO_ROW: TextRow = {
  bytes: { array: new Uint8Array(0), view: new DataView(new ArrayBuffer(0)) },
  starts: NONE,
  ends: NONE,
};
