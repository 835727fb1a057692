import type { Leaf } from "../../../formats/parquet/rows/leaf.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import { Names } from "./names.ts";
import type { NamesColumn } from "./names-columns.ts";

/** Fills a column of lists with the names of rows; rows without are passed over. */
export class NamesList {
  readonly #to: RowColumn;
  readonly #leaf: Leaf;
  readonly #names: Names;

  constructor(to: RowColumn, from: readonly NamesColumn[]) {
    this.#to = to;
    this.#leaf = to.leaf(0);
    this.#names = new Names(from);
  }

  /** For so many rows. */
  add(block: TextBlock, first: number, rows: number): void {
    const { plainColumn } = this.#names;
    if (plainColumn >= 0) this.#to.addTexts(block, plainColumn * BLOCK_ROWS + first, rows);
    else for (let row = first; row < first + rows; row += 1) this.#addRow(block, row, row - first);
  }

  /** For one row, which is so many rows behind the open one. */
  #addRow(block: TextBlock, row: number, ahead: number): void {
    this.#names.set(block, row);
    if (this.#names.count === 0) return;
    this.#to.start(ahead);
    this.#names.addTo(this.#leaf);
  }
}
