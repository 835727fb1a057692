import { ROW_GROUP_ROWS } from "../../core/row-groups.ts";
import type { Pack } from "../../core/zstd.ts";
import { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { BLOCK_ROWS, type BlockRows, type TextBlock } from "../records/text-block.ts";

/** Which texts of the records of a file are kept. */
export interface ChosenColumns {
  /** Name of the part with them. */
  readonly part: string;
  /** All columns of the file, in order. */
  readonly columns: readonly string[];
  readonly chosen: readonly string[];
}

/** Keeps the texts of some columns as they are; an empty one is none. */
export class ChosenTexts implements BlockRows {
  readonly files: Readonly<Record<string, RowFile>>;
  readonly #file: RowFile;
  readonly #places: readonly number[];
  readonly #chosen: readonly string[];

  constructor({ part, columns, chosen }: ChosenColumns, pack: Pack) {
    this.#file = new RowFile({
      columns: Object.fromEntries(chosen.map((name) => [name, "VARCHAR"] as const)),
      metadata: {},
      program: "deadwax",
      pack,
      rowGroupRows: ROW_GROUP_ROWS,
    });
    this.files = { [part]: this.#file };
    this.#chosen = chosen;
    this.#places = chosen.map((name) => columns.indexOf(name));
  }

  isWanted(column: number): boolean {
    return this.#places.includes(column);
  }

  take(block: TextBlock): void {
    for (let first = 0; first < block.rows; ) {
      const rows = Math.min(block.rows - first, this.#file.room);
      for (const [index, name] of this.#chosen.entries()) {
        this.#file.column(name).addTexts(block, (this.#places[index] ?? 0) * BLOCK_ROWS + first, rows);
      }
      this.#file.endRows(rows);
      first += rows;
    }
  }
}
