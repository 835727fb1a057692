import { hash } from "node:crypto";
import { newBytes, type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { Pack } from "../../../core/zstd.ts";
import type { Leaf } from "../../../formats/parquet/rows/leaf.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { factFile } from "../../facts/fact-file.ts";
import { TrackIds } from "../../facts/track-id.ts";
import type { TextRow, TextRows } from "../../records/text-row.ts";
import { columnsOf, FEATURE_NAMES, type Field, type Mapping, mapsAny } from "../mapping.ts";
import { CreditRows } from "./credit-rows.ts";
import { Names } from "./names.ts";
import { namesColumns } from "./names-columns.ts";
import { hasReleases, ReleaseRows } from "./release-rows.ts";
import { TrimmedRow } from "./trimmed-row.ts";
import { TypedColumns } from "./typed-columns.ts";

const STATUS = viewedBytes(Buffer.from("track"));
const MBID_RECORDING = viewedBytes(Buffer.from("mbid-recording"));
const SEPARATOR = "\u001f";

/** Columns of text of `tracks`, and the fields that go there. */
const TEXTS = ["title", "language", "licence", "url"] as const;
const LISTS = { isrcs: "isrc", genres: "genre" } as const;
const WHOLES = {
  disc_no: "disc_no",
  track_no: "track_no",
  duration_ms: "duration",
  market_count: "market_count",
  plays: "plays",
} as const;

/** How the rows of a table become tracks and what they tell of releases: docs/formats/mapping.md. */
export class TableRows implements TextRows {
  readonly files: Readonly<Record<string, RowFile>>;
  readonly #tracks: RowFile;
  readonly #releases: ReleaseRows | null;
  readonly #ids: TrackIds;
  readonly #trimmed: TrimmedRow;
  readonly #typed: TypedColumns;
  readonly #credits: CreditRows;
  readonly #id: Leaf;
  readonly #idColumn: RowColumn;
  readonly #key: RowColumn;
  readonly #status: RowColumn;
  readonly #releaseKey: RowColumn;
  readonly #explicit: RowColumn;
  readonly #identifiers: RowColumn;
  readonly #features: RowColumn;
  readonly #texts: readonly { readonly to: RowColumn; readonly column: number }[];
  readonly #lists: readonly { readonly leaf: Leaf; readonly to: RowColumn; readonly names: Names }[];
  readonly #wholes: readonly { readonly to: RowColumn; readonly value: number }[];
  readonly #featureValues: readonly { readonly name: ViewedBytes; readonly value: number }[];
  readonly #explicitValue: number;
  readonly #mbid: number;
  /** The column with the key; none where all of the row is the key. */
  readonly #keyPlace: number;
  #rowKey: ViewedBytes = newBytes(0);

  constructor(mapping: Mapping, columns: readonly string[], sourceName: string, pack: Pack) {
    const tracks = factFile("tracks", pack);
    const placeOf = (field: Field): number => columns.indexOf(columnsOf(mapping, field)[0]?.name ?? "");
    this.#tracks = tracks;
    this.#releases = hasReleases(mapping) ? new ReleaseRows(mapping, columns, pack) : null;
    this.files = { tracks, ...(this.#releases === null ? {} : { releases: this.#releases.file }) };
    this.#ids = new TrackIds(sourceName);
    const used = columns.flatMap((name, place) =>
      (mapping.columns[name]?.field ?? null) === null ? [] : [place],
    );
    this.#trimmed = new TrimmedRow(used, columns.length);
    this.#typed = new TypedColumns(mapping, columns);
    this.#credits = new CreditRows(mapping, columns, tracks);
    this.#idColumn = tracks.column("track_id");
    this.#id = this.#idColumn.leaf(0);
    this.#key = tracks.column("key");
    this.#status = tracks.column("status");
    this.#releaseKey = tracks.column("release_key");
    this.#explicit = tracks.column("explicit");
    this.#identifiers = tracks.column("identifiers");
    this.#features = tracks.column("features");
    for (const name of ["credits", "isrcs", "identifiers", "genres", "features"] as const) {
      tracks.column(name).emptyUnlessFilled();
    }
    const texts = hasReleases(mapping) ? TEXTS : ([...TEXTS, "release_date"] as const);
    this.#texts = texts.flatMap((name) =>
      mapsAny(mapping, name) ? [{ to: tracks.column(name), column: placeOf(name) }] : [],
    );
    this.#lists = Object.entries(LISTS).flatMap(([name, field]) => {
      const to = tracks.column(name);
      const from = namesColumns(mapping, columns, field);
      return from.length === 0 ? [] : [{ to, leaf: to.leaf(0), names: new Names(from) }];
    });
    this.#wholes = Object.entries(WHOLES).flatMap(([name, field]) => {
      const value = this.#typed.indexOf(field);
      return value < 0 ? [] : [{ to: tracks.column(name), value }];
    });
    this.#featureValues = FEATURE_NAMES.flatMap((name) => {
      const value = this.#typed.indexOf(`feature:${name}`);
      return value < 0 ? [] : [{ name: viewedBytes(Buffer.from(name)), value }];
    });
    this.#explicitValue = this.#typed.indexOf("explicit");
    this.#mbid = placeOf("mbid-recording");
    const keyField = (["key", "mbid-recording", "isrc"] as const).find((field) => mapsAny(mapping, field));
    this.#keyPlace = keyField === undefined ? -1 : placeOf(keyField);
  }

  begin(): void {
    this.#releases?.begin();
  }

  refusal(row: TextRow): string | null {
    this.#trimmed.set(row);
    if (this.#keyPlace >= 0 && this.#trimmed.isEmpty(this.#keyPlace)) return "nothing names the track";
    return this.#typed.set(this.#trimmed);
  }

  add(): void {
    const row = this.#trimmed;
    this.#addKey(row);
    this.#status.start();
    this.#status.leaf(0).addConstant(0, STATUS);
    this.#addRelease(row);
    for (const { to, column } of this.#texts) {
      if (!row.isEmpty(column)) to.addText(row.bytes, row.from[column] ?? 0, row.to[column] ?? 0);
    }
    this.#credits.add(row);
    for (const { to, leaf, names } of this.#lists) {
      names.set(row);
      if (names.count > 0) to.start();
      for (let index = 0; index < names.count; index += 1) {
        leaf.addText(index === 0 ? 0 : 1, names.bytes(index), names.from(index), names.to(index));
      }
    }
    this.#addNumbers();
    if (this.#mbid >= 0 && !row.isEmpty(this.#mbid)) {
      this.#identifiers.start();
      this.#identifiers.leaf(0).addConstant(0, MBID_RECORDING);
      this.#identifiers.leaf(1).addText(0, row.bytes, row.from[this.#mbid] ?? 0, row.to[this.#mbid] ?? 0);
    }
    this.#tracks.endRow();
  }

  #addKey(row: TrimmedRow): void {
    const place = this.#keyPlace;
    const isOwn = place >= 0;
    if (!isOwn) this.#rowKey = viewedBytes(Buffer.from(hashOfRow(row.row)));
    const bytes = isOwn ? row.bytes : this.#rowKey;
    const from = isOwn ? (row.from[place] ?? 0) : 0;
    const to = isOwn ? (row.to[place] ?? 0) : bytes.array.length;
    this.#ids.set(bytes, from, to);
    this.#idColumn.start();
    this.#id.addHalves(0, this.#ids.low, this.#ids.high);
    this.#key.addText(bytes, from, to);
  }

  #addRelease(row: TrimmedRow): void {
    const releases = this.#releases;
    if (releases === null) return;
    releases.add(row);
    if (releases.hasKey) this.#releaseKey.addText(releases.key, 0, releases.key.array.length);
  }

  #addNumbers(): void {
    const typed = this.#typed;
    for (const { to, value } of this.#wholes) {
      const number = typed.value(value);
      if (!Number.isNaN(number)) to.addWhole(number);
    }
    const explicit = typed.value(this.#explicitValue);
    if (!Number.isNaN(explicit)) this.#explicit.add(explicit === 1);
    let repetition = 0;
    for (const { name, value } of this.#featureValues) {
      const number = typed.value(value);
      if (Number.isNaN(number)) continue;
      if (repetition === 0) this.#features.start();
      this.#features.leaf(0).addConstant(repetition, name);
      this.#features.leaf(1).addDouble(repetition, number);
      repetition = 1;
    }
  }
}

/** What names a row where nothing in it does: all of its texts. */
function hashOfRow({ bytes, starts, ends }: TextRow): string {
  const parts: Uint8Array[] = [];
  for (let column = 0; column < starts.length; column += 1) {
    if (column > 0) parts.push(Buffer.from(SEPARATOR));
    parts.push(bytes.array.subarray(starts[column], ends[column]));
  }
  return hash("md5", Buffer.concat(parts));
}
