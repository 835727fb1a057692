import { z } from "zod";
import { openSnapshot } from "../store/open-snapshot.ts";
import type { SegmentDescription, SnapshotTables } from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { compareKeys, TABLE_NAMES, type TableName, tableDefinition } from "../store/tables.ts";
import type { LookUp } from "./look-up.ts";

/** Keys by table, as their bounds write them: a table that is named keeps only segments that may hold one of its keys. */
type KeptKeys = { readonly [table in TableName]?: readonly string[] };

/** The snapshot with only the segments that may have rows of these keys; other tables stay as they are. */
export function narrowSnapshot(snapshot: Snapshot, kept: KeptKeys): Snapshot {
  return withSegments(snapshot, (table, segment) => {
    const keys = kept[table];
    const { first, last } = segment;
    if (!keys || first === null || last === null) return true;
    return keys.some((key) => compareKeys(table, first, key) <= 0 && compareKeys(table, key, last) <= 0);
  });
}

const BY_TRACK = TABLE_NAMES.filter((table) => tableDefinition(table).bound === "track_id::varchar");

const trackRow = z.object({
  album_no: z.number().nullable(),
  isrc: z.bigint().nullable(),
  nos: z.array(z.number()),
});
const albumRow = z.object({ album_id: z.bigint(), label_id: z.bigint().nullable() });
const artistRow = z.object({ artist_id: z.bigint() });

/**
 * The snapshot with only the segments that hold what there is about one track: reading all of it then costs the same in
 * a small catalogue and a large one. Null when there is no such track.
 */
export async function narrowToTrack(
  snapshot: Snapshot,
  lookUp: LookUp,
  trackId: bigint,
): Promise<Snapshot | null> {
  if (!lookUp.trackPosition(trackId)) return null;
  const id = `${trackId}`;
  const ofTrack = narrowSnapshot(snapshot, Object.fromEntries(BY_TRACK.map((table) => [table, [id]])));
  const { album_no, isrc, nos } = await firstRow(
    ofTrack,
    `select album_no, isrc, list_distinct(coalesce(artist_nos, []) || coalesce((select list(artist_no) from segment_credit
       where track_id = ${id}::ubigint), [])) as nos
     from segment_track where track_id = ${id}::ubigint`,
    trackRow,
  );
  const ofNumbers = narrowSnapshot(ofTrack, {
    album: album_no === null ? [] : [`${album_no}`],
    artist: nos.map(String),
    artist_genre: nos.map(String),
    isrc: [...(isrc === null ? [] : [isrc]), ...lookUp.moreIsrcs(trackId)].map(String),
  });
  const albums = await allRows(
    ofNumbers,
    `select album_id, label_id from segment_album where album_no = ${album_no}`,
    albumRow,
  );
  const artists = await allRows(
    ofNumbers,
    `select artist_id from segment_artist where artist_no in (${[0, ...nos].join(", ")})`,
    artistRow,
  );
  const ids = [
    trackId,
    ...albums.map(({ album_id }) => album_id),
    ...artists.map(({ artist_id }) => artist_id),
  ];
  return narrowIdentifiers(
    narrowSnapshot(ofNumbers, {
      label: albums.flatMap(({ label_id }) => (label_id === null ? [] : [`${label_id}`])),
    }),
    lookUp,
    ids,
  );
}

/** The snapshot with only those segments of `identifier` that have rows of these entities. */
export function narrowIdentifiers(snapshot: Snapshot, lookUp: LookUp, ids: readonly bigint[]): Snapshot {
  const files = new Set(ids.flatMap((id) => lookUp.identifierSegments(id)).map(({ file }) => file));
  return withSegments(snapshot, (table, { file }) => table !== "identifier" || files.has(file));
}

function withSegments(
  snapshot: Snapshot,
  keep: (table: TableName, segment: SegmentDescription) => boolean,
): Snapshot {
  const tables: SnapshotTables = { ...snapshot.tables };
  for (const table of TABLE_NAMES) {
    const { segments, ...rest } = tables[table];
    tables[table] = { ...rest, segments: segments.filter((segment) => keep(table, segment)) };
  }
  return { ...snapshot, tables };
}

async function allRows<Row>(snapshot: Snapshot, sql: string, schema: z.ZodType<Row>): Promise<Row[]> {
  const database = await openSnapshot(snapshot);
  try {
    return (await database.rows(sql)).map((row) => schema.parse(row));
  } finally {
    database.close();
  }
}

async function firstRow<Row>(snapshot: Snapshot, sql: string, schema: z.ZodType<Row>): Promise<Row> {
  const [row] = await allRows(snapshot, sql, schema);
  return row ?? schema.parse(undefined);
}
