import { createHash } from "node:crypto";
import { join } from "node:path";
import { sqlName, sqlText, sqlTextList } from "../../core/index.ts";
import type { RowColumn } from "../../formats/row-blocks/index.ts";
import { newestGeneration, type SegmentDescription } from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { type TableName, tableDefinition } from "../store/tables.ts";
import type { PayloadBytes } from "./key-file.ts";

/** Key files of a generation, in the order in which they are built; see `docs/formats/key-index.md`. */
export const KEY_PARTS = [
  "track",
  "isrc",
  "more-isrcs",
  "identifier",
  "identified",
  "album",
  "artist",
  "replaced-track",
  "replaced-album",
  "replaced-artist",
] as const;
export type KeyPartName = (typeof KEY_PARTS)[number];

export interface KeyPart {
  readonly name: KeyPartName;
  readonly generation: number;
  readonly path: string;
  /** 32 bytes over the segments it is made from. */
  readonly source: Uint8Array;
  readonly payloadBytes: PayloadBytes;
  /** Gives keys, and payloads when entries have any, by ascending key. */
  readonly query: string;
  /** A query whose only value says that there is no entry; asked first, because `query` is dear. */
  readonly emptyWhen?: string;
  readonly entries: number;
}

export interface TextPart {
  readonly generation: number;
  /** Where its files stand. */
  readonly folder: string;
  readonly source: Uint8Array;
  readonly tracks: number;
}

/** The rows of the tracks of a generation; see `docs/formats/row-store.md`. */
export interface RowPart {
  readonly generation: number;
  readonly path: string;
  readonly source: Uint8Array;
  /** All columns of `track` but its id, which the key file has in the same order. */
  readonly columns: readonly RowColumn[];
  /** Gives the columns of the rows in their order. */
  readonly query: string;
  readonly tracks: number;
}

/** The folder of the index of a generation. */
export function indexFolder(snapshot: Snapshot, generation: number): string {
  return join(snapshot.folder, "index", `${generation}`);
}

/** The generations of a snapshot, newest first. */
export function generationsOf(snapshot: Snapshot): readonly number[] {
  const newest = newestGeneration(snapshot);
  return Array.from({ length: newest + 1 }, (_, at) => newest - at);
}

export function segmentsOf(snapshot: Snapshot, table: TableName, generation: number): SegmentDescription[] {
  return snapshot.tables[table].segments.filter((segment) => segment.generation === generation);
}

/** The key files that the snapshot should have; those without a source are left out. */
export function keyParts(snapshot: Snapshot): KeyPart[] {
  return generationsOf(snapshot).flatMap((generation) => [
    ...KEY_PARTS.flatMap((name) => keyPart(snapshot, name, generation) ?? []),
  ]);
}

/** The text indexes that the snapshot should have, one for each generation with tracks. */
export function textParts(snapshot: Snapshot): TextPart[] {
  return generationsOf(snapshot).flatMap((generation) => {
    const tracks = segmentsOf(snapshot, "track", generation);
    if (tracks.length === 0) return [];
    const artists = snapshot.tables.artist.segments.filter((segment) => segment.generation <= generation);
    return {
      generation,
      folder: indexFolder(snapshot, generation),
      source: sourceOf("text", [...tracks, ...artists]),
      tracks: tracks.reduce((sum, { rows }) => sum + rows, 0),
    };
  });
}

/** The row files that the snapshot may have, one for each generation with tracks. */
export function rowParts(snapshot: Snapshot): RowPart[] {
  const { track_id: _, ...types } = tableDefinition("track").columns;
  const columns = Object.entries(types).map(([name, type]) => ({ name, type }));
  return generationsOf(snapshot).flatMap((generation) => {
    const tracks = segmentsOf(snapshot, "track", generation);
    if (tracks.length === 0) return [];
    return {
      generation,
      path: join(indexFolder(snapshot, generation), "track.rows"),
      source: sourceOf("rows", tracks),
      columns,
      query: `select ${columns.map(({ name }) => sqlName(name)).join(", ")} from ${readFiles(snapshot, tracks)}`,
      tracks: tracks.reduce((sum, { rows }) => sum + rows, 0),
    };
  });
}

const IDENTIFIED = "key_of_text(entity || chr(9) || scheme || chr(9) || value)";

function keyPart(snapshot: Snapshot, name: KeyPartName, generation: number): KeyPart | null {
  const of = (table: TableName) => segmentsOf(snapshot, table, generation);
  const from = (table: TableName) => readFiles(snapshot, of(table));
  const part = (
    segments: readonly { readonly sha256: string; readonly rows: number }[],
    payloadBytes: PayloadBytes,
    query: () => string,
  ): KeyPart | null => {
    if (segments.length === 0) return null;
    const path = join(indexFolder(snapshot, generation), `${name}.keys`);
    const entries = segments.reduce((sum, { rows }) => sum + rows, 0);
    return {
      name,
      generation,
      path,
      source: sourceOf(name, segments),
      payloadBytes,
      query: query(),
      entries,
    };
  };
  switch (name) {
    case "track":
      return part(of("track"), 0, () => `select track_id from ${from("track")}`);
    case "isrc":
      return part(
        of("isrc"),
        8,
        () =>
          `select key_of_number(isrc) as key, track_id from ${from("isrc")} order by key, popularity desc nulls last, track_id`,
      );
    case "more-isrcs": {
      if (of("track").length === 0 || of("isrc").length === 0) return null;
      const made = part([...of("track"), ...of("isrc")], 8, () => moreIsrcs(from("isrc"), from("track")));
      const rows = of("isrc").reduce((sum, segment) => sum + segment.rows, 0);
      return made && { ...made, emptyWhen: `select count(isrc) = ${rows} as is_empty from ${from("track")}` };
    }
    case "identifier":
      return part(
        of("identifier"),
        8,
        () =>
          `select ${IDENTIFIED} as key, entity_id from ${from("identifier")} where value is not null order by key, entity_id`,
      );
    case "identified":
      return part(
        of("identifier"),
        4,
        () =>
          `select key_of_number(entity_id) as key, row::ubigint from (${numberedRows(snapshot, of("identifier"))}) order by key, row`,
      );
    case "album":
    case "artist":
      return part(
        of(name),
        4,
        () => `select ${name}_id as key, ${name}_no::ubigint from ${from(name)} order by key`,
      );
    default: {
      const entity = name.slice("replaced-".length);
      const files = snapshot.replaced.filter((replaced) => replaced.generation === generation);
      return part(
        files,
        0,
        () => `select id from ${readFiles(snapshot, files)} where entity = ${sqlText(entity)} order by id`,
      );
    }
  }
}

/** ISRCs that are not the one in the row of their track. */
function moreIsrcs(isrcs: string, tracks: string): string {
  return `select i.track_id as key, i.isrc from ${isrcs} i
    anti join (select track_id, isrc from ${tracks} where isrc is not null) t on t.track_id = i.track_id and t.isrc = i.isrc
    order by key, i.isrc`;
}

/** Entities of identifiers with the number of their row, counted through the segments. */
function numberedRows(snapshot: Snapshot, segments: readonly SegmentDescription[]): string {
  let before = 0;
  const queries = segments.map(({ file, rows }) => {
    const path = sqlText(join(snapshot.folder, file));
    const query = `select entity_id, file_row_number + ${before} as row
      from read_parquet(${path}, hive_partitioning = false, file_row_number = true)`;
    before += rows;
    return query;
  });
  return queries.join(" union all ");
}

function readFiles(snapshot: Snapshot, segments: readonly { readonly file: string }[]): string {
  const paths = segments.map(({ file }) => join(snapshot.folder, file));
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}

function sourceOf(name: string, segments: readonly { readonly sha256: string }[]): Uint8Array {
  const lines = ["deadwax-index/1", name, ...segments.map(({ sha256 }) => sha256)];
  return Uint8Array.from(createHash("sha256").update(lines.join("\n")).digest());
}
