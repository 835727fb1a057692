import { viewedBytes } from "../../../core/viewed-bytes.ts";
import type { Pack } from "../../../core/zstd.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { factFile } from "../../facts/fact-file.ts";
import { BLOCK_ROWS, type BlockRows, type TextBlock } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { columnsOf, type Field, mapsAny } from "../mapping-fields.ts";
import { CreditRows } from "./credit-rows.ts";
import { FeatureRows } from "./feature-rows.ts";
import { namesColumns } from "./names-columns.ts";
import { NamesList } from "./names-list.ts";
import { addIdentifier } from "./release-columns.ts";
import { hasReleases, ReleaseRows } from "./release-rows.ts";
import { TrackKeys } from "./track-keys.ts";
import { trimBlock } from "./trim-block.ts";
import { TypedColumns } from "./typed-columns.ts";

const STATUS = viewedBytes(Buffer.from("track"));
const MBID_RECORDING = viewedBytes(Buffer.from("mbid-recording"));

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

/** How the rows of a table become tracks and what they tell of releases, column by column: docs/formats/mapping.md. */
export class TableRows implements BlockRows {
  readonly files: Readonly<Record<string, RowFile>>;
  readonly #tracks: RowFile;
  readonly #releases: ReleaseRows | null;
  readonly #used: readonly number[];
  readonly #keys: TrackKeys;
  readonly #typed: TypedColumns;
  readonly #credits: CreditRows;
  readonly #status: RowColumn;
  readonly #releaseKey: RowColumn;
  readonly #explicit: RowColumn;
  readonly #identifiers: RowColumn;
  readonly #features: FeatureRows;
  readonly #texts: readonly { readonly to: RowColumn; readonly column: number }[];
  readonly #lists: readonly NamesList[];
  readonly #wholes: readonly { readonly to: RowColumn; readonly values: Float64Array }[];
  readonly #truths: Float64Array | null;
  readonly #mbid: number;
  readonly #isRefused = new Uint8Array(BLOCK_ROWS);

  constructor(mapping: Mapping, columns: readonly string[], sourceName: string, pack: Pack) {
    const tracks = factFile("tracks", pack);
    const placeOf = (field: Field): number => columns.indexOf(columnsOf(mapping, field)[0]?.name ?? "");
    this.#tracks = tracks;
    this.#releases = hasReleases(mapping) ? new ReleaseRows(mapping, columns, pack) : null;
    this.files = { tracks, ...this.#releases?.files };
    this.#used = columns.flatMap((name, place) =>
      (mapping.columns[name]?.field ?? null) === null ? [] : [place],
    );
    this.#keys = new TrackKeys(mapping, columns, sourceName, tracks);
    this.#typed = new TypedColumns(mapping, columns);
    this.#credits = new CreditRows(mapping, columns, tracks);
    this.#status = tracks.column("status");
    this.#releaseKey = tracks.column("release_key");
    this.#explicit = tracks.column("explicit");
    this.#identifiers = tracks.column("identifiers");
    this.#features = new FeatureRows(this.#typed, tracks);
    for (const name of ["credits", "isrcs", "identifiers", "genres", "features"] as const) {
      tracks.column(name).emptyUnlessFilled();
    }
    const texts = hasReleases(mapping) ? TEXTS : ([...TEXTS, "release_date"] as const);
    this.#texts = texts.flatMap((name) =>
      mapsAny(mapping, name) ? [{ to: tracks.column(name), column: placeOf(name) }] : [],
    );
    this.#lists = Object.entries(LISTS).flatMap(([name, field]) =>
      mapsAny(mapping, field)
        ? [new NamesList(tracks.column(name), namesColumns(mapping, columns, field))]
        : [],
    );
    this.#wholes = Object.entries(WHOLES).flatMap(([name, field]) => {
      const values = this.#typed.values(field);
      return values === null ? [] : [{ to: tracks.column(name), values }];
    });
    this.#truths = this.#typed.values("explicit");
    this.#mbid = placeOf("mbid-recording");
  }

  take(block: TextBlock, refuse: (place: number, reason: string) => void): void {
    this.#keys.read(block);
    trimBlock(block, this.#used);
    this.#refuseRows(block, refuse);
    this.#releases?.take(block);
    for (let first = 0; first < block.rows; ) {
      const rows = Math.min(block.rows - first, this.#tracks.room);
      this.#addRows(block, first, rows);
      first += rows;
    }
  }

  /** Of several reasons the first is told. */
  #refuseRows(block: TextBlock, refuse: (place: number, reason: string) => void): void {
    const isRefused = this.#isRefused;
    let isAny = false;
    const refuseRow = (row: number, reason: string): void => {
      if (isRefused[row] === 0) refuse(block.places[row] ?? 0, reason);
      isRefused[row] = 1;
      isAny = true;
    };
    this.#keys.check(block, refuseRow);
    this.#typed.read(block, refuseRow);
    if (!isAny) return;
    block.drop(isRefused);
    this.#keys.drop(isRefused);
    isRefused.fill(0);
    this.#typed.read(block, refuseRow);
  }

  #addRows(block: TextBlock, first: number, rows: number): void {
    this.#keys.add(block, first, rows);
    this.#status.startMany(rows);
    this.#status.leaf(0).addConstants(STATUS, rows);
    if (this.#releases !== null) this.#releaseKey.addTexts(this.#releases.keys, first, rows);
    for (const { to, column } of this.#texts) to.addTexts(block, column * BLOCK_ROWS + first, rows);
    this.#credits.add(block, first, rows);
    for (const list of this.#lists) list.add(block, first, rows);
    for (const { to, values } of this.#wholes) to.addWholes(values, first, rows);
    if (this.#truths !== null) this.#explicit.addTruths(this.#truths, first, rows);
    if (this.#features.names.length > 0) this.#features.add(first, rows);
    if (this.#mbid >= 0) {
      for (let row = first; row < first + rows; row += 1) {
        addIdentifier(this.#identifiers, MBID_RECORDING, block, this.#mbid, row, row - first);
      }
    }
    this.#tracks.endRows(rows);
  }
}
