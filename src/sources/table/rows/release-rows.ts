import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { Pack } from "../../../core/zstd.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { factFile } from "../../facts/fact-file.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import { columnsOf, type Field, type Mapping, mapsAny } from "../mapping.ts";
import { namesColumns } from "./names-columns.ts";
import { NamesList } from "./names-list.ts";
import { ReleaseKeys } from "./release-keys.ts";
import { ReleaseNames } from "./release-names.ts";

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
  /** Of the releases of the rows of a block. */
  readonly keys = new ReleaseKeys();
  readonly #keyColumn: RowColumn;
  readonly #texts: readonly { readonly to: RowColumn; readonly column: number }[];
  readonly #lists: readonly NamesList[];
  readonly #identifiers: RowColumn;
  readonly #ownKey: number;
  readonly #title: number;
  readonly #names: ReleaseNames;
  readonly #mbid: number;
  /** All columns that tell of a release. */
  readonly #columns: readonly number[];

  constructor(mapping: Mapping, columns: readonly string[], pack: Pack) {
    const placesOf = (field: Field): number[] =>
      columnsOf(mapping, field).map(({ name }) => columns.indexOf(name));
    const placeOf = (field: Field): number => placesOf(field)[0] ?? -1;
    this.file = factFile("releases", pack);
    this.#keyColumn = this.file.column("release_key");
    this.#identifiers = this.file.column("identifiers");
    for (const name of ["credits", "labels", "catalogue_numbers", "identifiers", "genres"] as const) {
      this.file.column(name).emptyUnlessFilled();
    }
    this.#texts = Object.entries(TEXTS).flatMap(([name, field]) =>
      mapsAny(mapping, field) ? [{ to: this.file.column(name), column: placeOf(field) }] : [],
    );
    this.#lists = Object.entries(LISTS).flatMap(([name, field]) =>
      mapsAny(mapping, field)
        ? [new NamesList(this.file.column(name), namesColumns(mapping, columns, field))]
        : [],
    );
    this.#ownKey = placeOf("release_key");
    this.#title = placeOf("release_title");
    this.#names = new ReleaseNames(placeOf("release_artist"), this.#title);
    this.#mbid = placeOf("mbid-release");
    const fields = ["release_key", "mbid-release", ...Object.values(TEXTS), ...Object.values(LISTS)] as const;
    this.#columns = fields.flatMap(placesOf);
  }

  /** Finds the releases of the rows of a block. */
  take(block: TextBlock): void {
    this.keys.begin();
    const same = block.loops?.sameAsBefore(this.#columns, block.rows);
    for (let row = 0; row < block.rows; row += 1) {
      const isSame = same === undefined ? row > 0 && this.#isAsBefore(block, row) : same[row] === 1;
      if (isSame) this.keys.repeat(row);
      else this.#addRelease(block, row);
    }
  }

  /** Adds it, and notes its key; none where the row tells of none. */
  #addRelease(block: TextBlock, row: number): void {
    const { keys } = this;
    const named = this.#ownKey < 0 ? this.#title : this.#ownKey;
    if (block.isEmpty(named, row)) {
      keys.setNone(row);
      return;
    }
    if (this.#ownKey < 0) keys.setHash(row, this.#names.hashOf(block, row));
    else {
      const cell = named * BLOCK_ROWS + row;
      keys.setText(row, block.bytes, block.starts[cell] ?? 0, block.ends[cell] ?? 0);
    }
    this.#keyColumn.addText(keys.bytes, keys.starts[row] ?? 0, keys.ends[row] ?? 0);
    for (const { to, column } of this.#texts) to.addTexts(block, column * BLOCK_ROWS + row, 1);
    for (const list of this.#lists) list.add(block, row, 1);
    if (this.#mbid >= 0) addIdentifier(this.#identifiers, MBID_RELEASE, block, this.#mbid, row);
    this.file.endRow();
  }

  #isAsBefore({ bytes: { array }, starts, ends }: TextBlock, row: number): boolean {
    for (const column of this.#columns) {
      const cell = column * BLOCK_ROWS + row;
      let at = starts[cell] ?? 0;
      const end = ends[cell] ?? 0;
      let before = starts[cell - 1] ?? 0;
      if (end - at !== (ends[cell - 1] ?? 0) - before) return false;
      for (; at < end; at += 1, before += 1) if (array[at] !== array[before]) return false;
    }
    return true;
  }
}

/** Fills a column of identifiers with the text of a row, so many rows behind the open one; an empty one is none. */
export function addIdentifier(
  to: RowColumn,
  scheme: ViewedBytes,
  block: TextBlock,
  column: number,
  row: number,
  ahead = 0,
): void {
  if (block.isEmpty(column, row)) return;
  const cell = column * BLOCK_ROWS + row;
  to.start(ahead);
  to.leaf(0).addConstant(0, scheme);
  to.leaf(1).addText(0, block.bytes, block.starts[cell] ?? 0, block.ends[cell] ?? 0);
}
