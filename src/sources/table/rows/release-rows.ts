import type { Pack } from "../../../core/zstd.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { TrackIds } from "../../facts/track-id.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { columnsOf, type Field, mapsAny } from "../mapping-fields.ts";
import { RELEASE_FIELDS, ReleaseColumns } from "./release-columns.ts";
import { ReleaseKeys } from "./release-keys.ts";
import { ReleaseNames } from "./release-names.ts";

/** Whether the rows tell of releases. */
export function hasReleases(mapping: Mapping): boolean {
  return mapsAny(mapping, "release_key", "release_title");
}

/** What is told of releases: of the first of a batch, of the last once more, and of all but the first. */
export type ReleasePart = "first_releases" | "last_releases" | "releases";

/** Nobody compares it. */
const NO_ID = new Uint8Array(8);

/**
 * What the rows of a table tell of releases: a row for each that tells something else than the one before it. Releases without a key of
 * their own are told apart by artist and title, whatever the case of their letters. The first of a batch, which the batch before may have
 * too, is in a file of its own, and so is what the last row tells: two such files of the same are the same, byte for byte.
 */
export class ReleaseRows {
  /** Of the releases of the rows of a block. */
  readonly keys = new ReleaseKeys();
  readonly #first: ReleaseColumns;
  readonly #others: ReleaseColumns;
  readonly #lastTold: ReleaseColumns;
  /** Of keys that are no hash. */
  readonly #ids = new TrackIds("");
  readonly #ownKey: number;
  readonly #title: number;
  readonly #names: ReleaseNames;
  /** All columns that tell of a release. */
  readonly #columns: readonly number[];
  /** What the last row of the block before told, and the key of its release. */
  #last: readonly string[] = [];
  #lastKey: Uint8Array = new Uint8Array(0);

  constructor(mapping: Mapping, columns: readonly string[], pack: Pack) {
    const placesOf = (field: Field): number[] =>
      columnsOf(mapping, field).map(({ name }) => columns.indexOf(name));
    const placeOf = (field: Field): number => placesOf(field)[0] ?? -1;
    this.#first = new ReleaseColumns(mapping, columns, pack);
    this.#others = new ReleaseColumns(mapping, columns, pack);
    this.#lastTold = new ReleaseColumns(mapping, columns, pack);
    this.#ownKey = placeOf("release_key");
    this.#title = placeOf("release_title");
    this.#names = new ReleaseNames(placeOf("release_artist"), this.#title);
    this.#columns = RELEASE_FIELDS.flatMap(placesOf);
  }

  /** By the name of the part. */
  get files(): Readonly<Record<ReleasePart, RowFile>> {
    return {
      releases: this.#others.file,
      first_releases: this.#first.file,
      last_releases: this.#lastTold.file,
    };
  }

  /** Finds the releases of the rows of a block. */
  take(block: TextBlock): void {
    this.keys.begin();
    const same = block.loops?.sameAsBefore(this.#columns, block.rows);
    for (let row = 0; row < block.rows; row += 1) {
      if (row === 0) this.#beginBlock(block);
      else {
        const isSame = same === undefined ? this.#isAsBefore(block, row) : same[row] === 1;
        if (isSame) this.keys.repeat(row);
        else this.#addRelease(block, row);
      }
    }
    if (block.rows > 0) this.#endBlock(block);
  }

  get #isFirst(): boolean {
    return this.#first.file.rows === 0;
  }

  #beginBlock(block: TextBlock): void {
    const isSame = !this.#isFirst && this.#told(block, 0).every((text, at) => text === this.#last[at]);
    if (!isSame) this.#addRelease(block, 0);
    else this.keys.setBytes(0, this.#lastKey);
  }

  #endBlock(block: TextBlock): void {
    const row = block.rows - 1;
    this.#last = this.#told(block, row);
    this.#lastKey = this.keys.bytes.array.slice(this.keys.starts[row], this.keys.ends[row]);
    this.#lastTold.file.begin();
    if (this.#lastKey.length > 0) this.#lastTold.add(block, row, this.keys, NO_ID);
  }

  #told(block: TextBlock, row: number): readonly string[] {
    return this.#columns.map((column) => block.text(column, row));
  }

  /** Adds it, and notes its key; none where the row tells of none. */
  #addRelease(block: TextBlock, row: number): void {
    const { keys } = this;
    const named = this.#ownKey < 0 ? this.#title : this.#ownKey;
    if (block.isEmpty(named, row)) {
      keys.setNone(row);
      return;
    }
    let id: Uint8Array;
    if (this.#ownKey < 0) {
      const hash = this.#names.hashOf(block, row);
      keys.setHash(row, hash);
      id = hash.subarray(0, NO_ID.length);
    } else {
      const cell = named * BLOCK_ROWS + row;
      const [from, to] = [block.starts[cell] ?? 0, block.ends[cell] ?? 0];
      keys.setText(row, block.bytes, from, to);
      id = this.#ids.ofBytes(block.bytes, from, to);
    }
    (this.#isFirst ? this.#first : this.#others).add(block, row, keys, id);
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
