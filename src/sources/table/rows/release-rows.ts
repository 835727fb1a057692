import { hash } from "node:crypto";
import {
  copyBytes,
  grownBytes,
  newBytes,
  type ViewedBytes,
  viewedBytes,
} from "../../../core/viewed-bytes.ts";
import type { Pack } from "../../../core/zstd.ts";
import type { Leaf } from "../../../formats/parquet/rows/leaf.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { factFile } from "../../facts/fact-file.ts";
import { columnsOf, type Field, type Mapping, mapsAny } from "../mapping.ts";
import { Names } from "./names.ts";
import { namesColumns } from "./names-columns.ts";
import { simpleLower } from "./simple-lower.ts";
import type { TrimmedRow } from "./trimmed-row.ts";

const TEXTS = {
  title: "release_title",
  artist_credit: "release_artist",
  release_date: "release_date",
  country: "release_country",
  barcode: "barcode",
  release_type: "release_type",
} as const satisfies Readonly<Record<string, Field>>;

const LISTS = {
  labels: "label",
  catalogue_numbers: "catalogue_number",
} as const satisfies Readonly<Record<string, Field>>;

const MBID_RELEASE = viewedBytes(Buffer.from("mbid-release"));

/** Whether the rows tell of releases. */
export function hasReleases(mapping: Mapping): boolean {
  return mapsAny(mapping, "release_key", "release_title");
}

/**
 * What the rows of a table tell of releases: a row for each that tells something else than the one before it. Releases without a key of
 * their own are told apart by artist and title, whatever the case of their letters.
 */
export class ReleaseRows {
  readonly file: RowFile;
  readonly #keyColumn: RowColumn;
  readonly #texts: readonly { readonly to: RowColumn; readonly column: number }[];
  readonly #lists: readonly { readonly leaf: Leaf; readonly to: RowColumn; readonly names: Names }[];
  readonly #identifiers: RowColumn;
  readonly #ownKey: number;
  readonly #title: number;
  readonly #artist: number;
  readonly #mbid: number;
  /** All columns that tell of a release, and what they said last, one after the other. */
  readonly #columns: readonly number[];
  #last: ViewedBytes = newBytes(1 << 12);
  readonly #lastEnds: Int32Array;
  #hasLast: boolean = false;
  /** The key of the release of the last row; none where `hasKey` is false. */
  key: ViewedBytes = viewedBytes(new Uint8Array(0));
  hasKey: boolean = false;

  constructor(mapping: Mapping, columns: readonly string[], pack: Pack) {
    const placeOf = (field: Field): number => columns.indexOf(columnsOf(mapping, field)[0]?.name ?? "");
    this.file = factFile("releases", pack);
    this.#keyColumn = this.file.column("release_key");
    this.#identifiers = this.file.column("identifiers");
    this.#texts = Object.entries(TEXTS).flatMap(([name, field]) =>
      mapsAny(mapping, field) ? [{ to: this.file.column(name), column: placeOf(field) }] : [],
    );
    const lists = Object.entries(LISTS).map(([name, field]) => {
      const to = this.file.column(name);
      return { to, leaf: to.leaf(0), from: namesColumns(mapping, columns, field) };
    });
    this.#lists = lists.map(({ from, ...list }) => ({ ...list, names: new Names(from) }));
    for (const name of ["credits", "labels", "catalogue_numbers", "identifiers", "genres"] as const) {
      this.file.column(name).emptyUnlessFilled();
    }
    this.#ownKey = placeOf("release_key");
    this.#title = placeOf("release_title");
    this.#artist = placeOf("release_artist");
    this.#mbid = placeOf("mbid-release");
    const single = [this.#ownKey, this.#mbid, ...this.#texts.map(({ column }) => column)];
    const all = [...single, ...lists.flatMap(({ from }) => from.map(({ column }) => column))];
    this.#columns = [...new Set(all)].filter((column) => column >= 0);
    this.#lastEnds = new Int32Array(this.#columns.length);
  }

  /** Before the first row of a file. */
  begin(): void {
    this.#hasLast = false;
  }

  /** Says what the release of a row is, and adds it where it is not as that of the row before. */
  add(row: TrimmedRow): void {
    if (this.#hasLast && this.#isAsLast(row)) return;
    this.#remember(row);
    this.hasKey = !row.isEmpty(this.#ownKey < 0 ? this.#title : this.#ownKey);
    if (!this.hasKey) return;
    const key = this.#ownKey < 0 ? hash("md5", this.#nameOf(row)) : row.text(this.#ownKey);
    this.key = viewedBytes(Buffer.from(key));
    this.#keyColumn.addText(this.key, 0, this.key.array.length);
    for (const { to, column } of this.#texts) {
      if (!row.isEmpty(column)) to.addText(row.bytes, row.from[column] ?? 0, row.to[column] ?? 0);
    }
    for (const { to, leaf, names } of this.#lists) {
      names.set(row);
      if (names.count > 0) to.start();
      for (let index = 0; index < names.count; index += 1) {
        leaf.addText(Math.min(index, 1), names.bytes(index), names.from(index), names.to(index));
      }
    }
    if (this.#mbid >= 0 && !row.isEmpty(this.#mbid)) {
      this.#identifiers.start();
      this.#identifiers.leaf(0).addConstant(0, MBID_RELEASE);
      this.#identifiers.leaf(1).addText(0, row.bytes, row.from[this.#mbid] ?? 0, row.to[this.#mbid] ?? 0);
    }
    this.file.endRow();
  }

  #nameOf(row: TrimmedRow): string {
    const artist = this.#artist < 0 ? "" : row.text(this.#artist);
    return `${simpleLower(artist)}\u001f${simpleLower(row.text(this.#title))}`;
  }

  #isAsLast({ bytes, from, to }: TrimmedRow): boolean {
    let start = 0;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const column = this.#columns[index] ?? 0;
      const end = this.#lastEnds[index] ?? 0;
      const first = from[column] ?? 0;
      if ((to[column] ?? 0) - first !== end - start) return false;
      for (let at = start; at < end; at += 1) {
        if (this.#last.array[at] !== bytes.array[first + at - start]) return false;
      }
      start = end;
    }
    return true;
  }

  #remember({ bytes, from, to }: TrimmedRow): void {
    let end = 0;
    for (let index = 0; index < this.#columns.length; index += 1) {
      const column = this.#columns[index] ?? 0;
      const first = from[column] ?? 0;
      const length = (to[column] ?? 0) - first;
      if (end + length > this.#last.array.length)
        this.#last = grownBytes(this.#last, end, 2 * (end + length));
      copyBytes(bytes, first, first + length, this.#last, end);
      end += length;
      this.#lastEnds[index] = end;
    }
    this.#hasLast = true;
  }
}
