import { copyBytes, newBytes, type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { CREDIT_FIELDS, columnsOf } from "../mapping-fields.ts";
import { Names } from "./names.ts";
import { namesColumns } from "./names-columns.ts";

const BETWEEN = viewedBytes(Buffer.from(", "));
/** The definition level of a field of a struct that is null. */
const NO_KEY = 3;

interface Role {
  readonly role: ViewedBytes;
  readonly isMain: boolean;
  readonly names: Names;
}

/** Whom tracks are credited to, and how that is written. */
export class CreditRows {
  readonly #credit: RowColumn;
  readonly #credits: RowColumn;
  readonly #roles: readonly Role[];
  /** The column with the credit as it is written; -1 for none. */
  readonly #written: number;
  /** The one column with names of artists; -1 where it takes more to say who is credited. */
  readonly #onlyArtist: number;
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
    const [first, ...others] = this.#roles;
    const isOne = others.length === 0 && first?.isMain === true && this.#written < 0;
    this.#onlyArtist = isOne ? first.names.plainColumn : -1;
  }

  /** Of so many rows of a block. */
  add(block: TextBlock, first: number, rows: number): void {
    if (this.#onlyArtist >= 0 && this.#addArtists(block, first, rows)) return;
    for (let row = first; row < first + rows; row += 1) this.#addRow(block, row, row - first);
  }

  /** One artist in each row, which is the rule. False, and nothing was added, where one has none. */
  #addArtists(block: TextBlock, first: number, rows: number): boolean {
    const cell = this.#onlyArtist * BLOCK_ROWS + first;
    const { starts, ends } = block;
    for (let at = cell; at < cell + rows; at += 1) if (starts[at] === ends[at]) return false;
    this.#credit.addTexts(block, cell, rows);
    this.#credits.addTexts(block, cell, rows);
    this.#credits.leaf(1).addConstants(this.#roles[0]?.role ?? BETWEEN, rows);
    this.#credits.leaf(2).addNones(NO_KEY, rows);
    return true;
  }

  #addRow(block: TextBlock, row: number, ahead: number): void {
    const isWritten = this.#written >= 0 && !block.isEmpty(this.#written, row);
    if (isWritten) {
      this.#credit.fill(ahead);
      this.#credit.addTexts(block, this.#written * BLOCK_ROWS + row, 1);
    }
    let repetition = 0;
    for (const { role, isMain, names } of this.#roles) {
      names.set(block, row);
      if (isMain && !isWritten && names.count > 0) this.#addJoined(names, ahead);
      for (let index = 0; index < names.count; index += 1) {
        if (repetition === 0) this.#credits.start(ahead);
        this.#credits.leaf(0).addText(repetition, names.bytes(index), names.from(index), names.to(index));
        this.#credits.leaf(1).addConstant(repetition, role);
        this.#credits.leaf(2).addNone(repetition, NO_KEY);
        repetition = 1;
      }
    }
  }

  #addJoined(names: Names, ahead: number): void {
    this.#credit.start(ahead);
    const leaf = this.#credit.leaf(0);
    if (names.count === 1) {
      leaf.addText(0, names.bytes(0), names.from(0), names.to(0));
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
    leaf.addText(0, this.#joined, 0, at);
  }
}
