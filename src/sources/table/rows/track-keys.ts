import { hash } from "node:crypto";
import { type ViewedBytes, viewedBytes } from "../../../core/viewed-bytes.ts";
import type { TextRanges } from "../../../formats/parquet/rows/leaf.ts";
import type { RowColumn } from "../../../formats/parquet/rows/row-columns.ts";
import type { RowFile } from "../../../formats/parquet/rows/row-file.ts";
import { TrackIds } from "../../facts/track-id.ts";
import { BLOCK_ROWS, type TextBlock } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { columnsOf, mapsAny } from "../mapping-fields.ts";

const SEPARATOR = Buffer.from("\u001f");
/** Of MD5, in hexadecimal. */
const HASH_LENGTH = 32;

/** What names the tracks of a block, and their ids: a column, or where nothing names them the hash of all texts of the row. */
export class TrackKeys {
  readonly #ids: TrackIds;
  readonly #id: RowColumn;
  readonly #key: RowColumn;
  /** The column with the key; -1 where all of the row is the key. */
  readonly #column: number;
  readonly #hashes: TextRanges & { readonly bytes: ViewedBytes };
  readonly #lows = new Uint32Array(BLOCK_ROWS);
  readonly #highs = new Uint32Array(BLOCK_ROWS);

  constructor(mapping: Mapping, columns: readonly string[], sourceName: string, tracks: RowFile) {
    this.#ids = new TrackIds(sourceName);
    this.#id = tracks.column("track_id");
    this.#key = tracks.column("key");
    const field = (["key", "mbid-recording", "isrc"] as const).find((one) => mapsAny(mapping, one));
    this.#column = field === undefined ? -1 : columns.indexOf(columnsOf(mapping, field)[0]?.name ?? "");
    const starts = Int32Array.from({ length: BLOCK_ROWS }, (_, row) => row * HASH_LENGTH);
    const ends = starts.map((start) => start + HASH_LENGTH);
    this.#hashes = { bytes: viewedBytes(new Uint8Array(BLOCK_ROWS * HASH_LENGTH)), starts, ends };
  }

  /** To be called while the texts are as they were read. */
  read(block: TextBlock): void {
    if (this.#column >= 0) return;
    const { array } = this.#hashes.bytes;
    for (let row = 0; row < block.rows; row += 1)
      array.set(Buffer.from(hashOf(block, row)), row * HASH_LENGTH);
  }

  check(block: TextBlock, refuse: (row: number, reason: string) => void): void {
    const column = this.#column;
    for (let row = 0; column >= 0 && row < block.rows; row += 1) {
      if (block.isEmpty(column, row)) refuse(row, "nothing names the track");
    }
  }

  /** Leaves out the rows that are marked. */
  drop(isMarked: Uint8Array): void {
    const { array } = this.#hashes.bytes;
    let kept = 0;
    for (let row = 0; this.#column < 0 && row < BLOCK_ROWS; row += 1) {
      if (isMarked[row] === 1) continue;
      array.copyWithin(kept * HASH_LENGTH, row * HASH_LENGTH, (row + 1) * HASH_LENGTH);
      kept += 1;
    }
  }

  add(block: TextBlock, first: number, rows: number): void {
    const isColumn = this.#column >= 0;
    const keys: TextRanges = isColumn ? block : this.#hashes;
    const start = isColumn ? this.#column * BLOCK_ROWS + first : first;
    this.#id.startMany(rows);
    const ids = isColumn ? (block.loops?.ids(this.#ids.prefix, start, rows) ?? null) : null;
    if (ids !== null) this.#id.leaf(0).addPlainNumbers(ids, rows);
    else {
      this.#ids.setMany(keys, start, this.#lows, this.#highs, rows);
      this.#id.leaf(0).addManyHalves(this.#lows, this.#highs, rows);
    }
    this.#key.addTexts(keys, start, rows);
  }
}

function hashOf({ bytes, starts, ends, columns }: TextBlock, row: number): string {
  const parts: Uint8Array[] = [];
  for (let column = 0; column < columns; column += 1) {
    if (column > 0) parts.push(SEPARATOR);
    const cell = column * BLOCK_ROWS + row;
    parts.push(bytes.array.subarray(starts[cell], ends[cell]));
  }
  return hash("md5", Buffer.concat(parts));
}
