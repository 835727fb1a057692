import { copyBytes, newBytes, type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { CREDIT_FIELDS, columnsOf, type Mapping } from "../mapping.ts";
import { Names } from "./names.ts";
import { namesColumns } from "./names-columns.ts";
import type { TrimmedRow } from "./trimmed-row.ts";

const BETWEEN = viewedBytes(Buffer.from(", "));
/** The definition level of a struct's field that is null. */
const NO_KEY = 3;

/** Whom a track is credited to, and how that is written. */
export class CreditRows {
  readonly #credit: RowColumn;
  readonly #credits: RowColumn;
  readonly #roles: readonly { readonly role: ViewedBytes; readonly isMain: boolean; readonly names: Names }[];
  /** The column with the credit as it is written; -1 for none. */
  readonly #written: number;
  #joined: ViewedBytes = newBytes(1 << 10);

  constructor(mapping: Mapping, columns: readonly string[], tracks: RowFile) {
    this.#credit = tracks.column("artist_credit");
    this.#credits = tracks.column("credits");
    this.#written = columns.indexOf(columnsOf(mapping, "artist_credit")[0]?.name ?? "");
    this.#roles = CREDIT_FIELDS.flatMap((field) => {
      const from = namesColumns(mapping, columns, field);
      const role = viewedBytes(Buffer.from(field === "artist" ? "main" : field));
      return from.length === 0 ? [] : [{ role, isMain: field === "artist", names: new Names(from) }];
    });
  }

  add(row: TrimmedRow): void {
    const written = this.#written;
    const isWritten = written >= 0 && !row.isEmpty(written);
    if (isWritten) this.#credit.addText(row.bytes, row.from[written] ?? 0, row.to[written] ?? 0);
    let repetition = 0;
    for (const { role, isMain, names } of this.#roles) {
      names.set(row);
      if (isMain && !isWritten && names.count > 0) this.#addJoined(names);
      for (let index = 0; index < names.count; index += 1) {
        if (repetition === 0) this.#credits.start();
        this.#credits.leaf(0).addText(repetition, names.bytes(index), names.from(index), names.to(index));
        this.#credits.leaf(1).addConstant(repetition, role);
        this.#credits.leaf(2).addNone(repetition, NO_KEY);
        repetition = 1;
      }
    }
  }

  #addJoined(names: Names): void {
    if (names.count === 1) {
      this.#credit.addText(names.bytes(0), names.from(0), names.to(0));
      return;
    }
    let length = 0;
    for (let index = 0; index < names.count; index += 1) length += names.to(index) - names.from(index) + 2;
    if (length > this.#joined.array.length) this.#joined = newBytes(2 * length);
    let at = 0;
    for (let index = 0; index < names.count; index += 1) {
      if (index > 0) {
        copyBytes(BETWEEN, 0, 2, this.#joined, at);
        at += 2;
      }
      copyBytes(names.bytes(index), names.from(index), names.to(index), this.#joined, at);
      at += names.to(index) - names.from(index);
    }
    this.#credit.addText(this.#joined, 0, at);
  }
}
