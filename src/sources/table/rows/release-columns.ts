import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { Pack } from "../../../core/zstd.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { factFile } from "../../facts/fact-file.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { columnsOf, type Field, mapsAny } from "../mapping-fields.ts";
import { namesColumns } from "./names-columns.ts";
import { NamesList } from "./names-list.ts";
import type { ReleaseKeys } from "./release-keys.ts";

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
const MAIN = viewedBytes(Buffer.from("main"));
/** The definition level of a field of a struct that is null. */
const NO_KEY = 3;

/** All that tells of a release. */
export const RELEASE_FIELDS = [
  "release_key",
  "mbid-release",
  ...Object.values(TEXTS),
  ...Object.values(LISTS),
] as const satisfies readonly Field[];

/** A file of releases as they are to stay, with an id for the key of each, and how it is filled from rows of texts. */
export class ReleaseColumns {
  readonly file: RowFile;
  readonly #key: RowColumn;
  readonly #texts: readonly { readonly to: RowColumn; readonly column: number }[];
  readonly #lists: readonly NamesList[];
  readonly #identifiers: RowColumn;
  readonly #credits: RowColumn;
  readonly #artist: number;
  readonly #mbid: number;

  constructor(mapping: Mapping, columns: readonly string[], pack: Pack) {
    const placeOf = (field: Field): number => columns.indexOf(columnsOf(mapping, field)[0]?.name ?? "");
    this.file = factFile("releases", pack, null);
    this.#key = this.file.column("release_key");
    this.#identifiers = this.file.column("identifiers");
    this.#credits = this.file.column("credits");
    for (const name of ["credits", "labels", "catalogue_numbers", "identifiers"] as const) {
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
    this.#artist = placeOf("release_artist");
    this.#mbid = placeOf("mbid-release");
  }

  /** Adds the release of a row. `id` is that of its key. */
  add(block: TextBlock, row: number, keys: ReleaseKeys, id: Uint8Array): void {
    this.#key.addText(keys.bytes, keys.starts[row] ?? 0, keys.ends[row] ?? 0);
    for (const { to, column } of this.#texts) to.addTexts(block, column * BLOCK_ROWS + row, 1);
    for (const list of this.#lists) list.add(block, row, 1);
    if (this.#artist >= 0 && !block.isEmpty(this.#artist, row)) this.#addCredit(block, row);
    if (this.#mbid >= 0) addIdentifier(this.#identifiers, MBID_RELEASE, block, this.#mbid, row);
    this.file.endRow();
    this.file.keep(id);
  }

  #addCredit(block: TextBlock, row: number): void {
    this.#credits.addTexts(block, this.#artist * BLOCK_ROWS + row, 1);
    this.#credits.leaf(1).addConstant(0, MAIN);
    this.#credits.leaf(2).addNone(0, NO_KEY);
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
