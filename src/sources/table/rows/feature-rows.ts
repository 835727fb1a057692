import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import { hasNan, type RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { FEATURE_NAMES } from "../mapping-fields.ts";
import type { TypedColumns } from "./typed-columns.ts";

/** What was measured of tracks: a list of names and values. */
export class FeatureRows {
  readonly names: readonly ViewedBytes[];
  readonly #to: RowColumn;
  readonly #values: readonly Float64Array[];

  constructor(typed: TypedColumns, tracks: RowFile) {
    const found = FEATURE_NAMES.flatMap((name) => {
      const values = typed.values(`feature:${name}`);
      return values === null ? [] : [{ name: viewedBytes(Buffer.from(name)), values }];
    });
    this.#to = tracks.column("features");
    this.names = found.map(({ name }) => name);
    this.#values = found.map(({ values }) => values);
  }

  /** For so many rows of a block. */
  add(first: number, rows: number): void {
    // A track of which something was measured is most often one of which all was.
    if (this.#values.some((values) => hasNan(values, first, rows))) {
      for (let row = first; row < first + rows; row += 1) this.#addRow(row, row - first);
      return;
    }
    this.#to.startMany(rows);
    this.#to.leaf(0).addConstantLists(this.names, rows);
    this.#to.leaf(1).addDoubleLists(this.#values, first, rows);
  }

  #addRow(row: number, ahead: number): void {
    let repetition = 0;
    for (const [at, name] of this.names.entries()) {
      const value = this.#values[at]?.[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      if (repetition === 0) this.#to.start(ahead);
      this.#to.leaf(0).addConstant(repetition, name);
      this.#to.leaf(1).addDouble(repetition, value);
      repetition = 1;
    }
  }
}
