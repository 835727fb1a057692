import { join } from "node:path";
import {
  describeTables,
  draftSnapshot,
  NOTHING_FLAGGED,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
  type Snapshot,
  TABLES,
  type TableName,
  writeSegments,
} from "../../catalogue/index.ts";
import { type Archive, Database } from "../../core/index.ts";

export interface GeneratedCatalogue {
  readonly tracks: number;
  readonly rowsPerSegment?: number;
  /** Share of tracks whose length lies close to a whole minute, beyond the smooth rest. */
  readonly minutePeaks?: number;
}

/**
 * A snapshot of `tracks` rows with every column in use, made by plain SQL from the row numbers: always the same. It is
 * there for tests and looks like a catalogue only from afar.
 */
export async function generateCatalogue(
  archive: Archive,
  { tracks, rowsPerSegment = 1_000_000, minutePeaks = 0.2 }: GeneratedCatalogue,
): Promise<Snapshot> {
  const draft = await draftSnapshot(archive, "s-000000000001");
  const database = await Database.open({ memoryLimit: "4GB", spillFolder: join(draft.folder, "spill") });
  const segments: { [table in TableName]?: SegmentDescription[] } = {};
  try {
    await database.run(trackQuery(tracks, minutePeaks));
    for (const [table, query] of Object.entries(QUERIES)) {
      const name = tableName(table);
      const given = await database.rows(`describe ${query}`);
      const names = new Set(given.map(({ column_name }) => column_name));
      const nulls = Object.entries(TABLES[name].columns)
        .filter(([column]) => !names.has(column))
        .map(([column, type]) => `, null::${type} as "${column}"`);
      segments[name] = await writeSegments(database, {
        table: name,
        query: `select *${nulls.join("")} from (${query})`,
        folder: draft.folder,
        generation: 0,
        rowsPerSegment,
      });
    }
  } finally {
    database.close();
  }
  return await draft.publish({
    format: SNAPSHOT_FORMAT,
    id: draft.id,
    builder: "test",
    program: "test",
    created: "2026-01-01T00:00:00Z",
    parent: null,
    accessions: ["musicbrainz", "table"].map((kind) => ({
      id: `a-${kind}`,
      kind,
      source: `${kind}:test`,
      root: "",
      started: "2026-01-01T00:00:00Z",
    })),
    synthetic: null,
    nextAlbumNo: 1,
    nextArtistNo: 1,
    tables: describeTables(segments),
    replaced: [],
    flagged: NOTHING_FLAGGED,
  });
}

function tableName(name: string): TableName {
  const found = Object.keys(TABLES).find((table): table is TableName => table === name);
  if (!found) throw new Error(`no table ${name}`);
  return found;
}

/** u(k): the k-th of several unrelated numbers in [0, 1) of row i; md5 because DuckDB's hash may change. */
function trackQuery(tracks: number, minutePeaks: number): string {
  return `
    create macro u(i, k) as ((i::ubigint * 2654435761 + k * 40503 * 2246822519) % 4294967296 * 2654435769 % 4294967291) / 4294967291.0;
    create table generated as
    with base as (
      select i, u(i, 1) as u1, u(i, 2) as u2, u(i, 3) as u3, u(i, 4) as u4, u(i, 5) as u5, u(i, 6) as u6 from range(${tracks}) r(i)
    ), played as (
      select *, if(u1 < 0.7, 0, least(100, floor(1 - ln(1 - (u1 - 0.7) / 0.3001) / 0.1177)))::float as popularity,
        sqrt(-2 * ln(1 - u2)) * cos(2 * pi() * u3) as normal
      from base
    )
    select
      i::ubigint * 18446744073 as track_id, 'Title ' || i as title, 'tag' as title_source, 'Artist ' || (i % 999) as artist_credit,
      [(i % 999)::uinteger + 1] || if(i % 4 = 0, [(i % 77)::uinteger + 1], []) as artist_nos, (i // 4 + 1)::uinteger as album_no,
      (i % 4 + 1)::usmallint as track_no,
      (case when u4 < ${minutePeaks} then (2 + (u4 * 1e6)::integer % 3) * 60000 + u5 * 1500 - 750
        else greatest(20000, 205000 + normal * 50000 + 20000 * -ln(1 - u5)) end)::uinteger as duration_ms,
      true as duration_exact, popularity, if(i % 97 = 0, null, floor(exp(popularity / 7.0) * 10 * popularity))::ubigint as plays,
      u6 < 0.135 as explicit, if(popularity >= 10, 150 + floor(u6 * 35), 180)::usmallint as market_count,
      if(i % 50 = 0, null, 1000000 + floor(i * 0.73))::ubigint as isrc, round(u2, 3)::float as danceability, round(u4, 3)::float as energy,
      round(-24 + 20 * u4 + normal, 2)::float as loudness_db, round(u5 * u5 * u5, 3)::float as speechiness,
      round(u6, 3)::float as acousticness, round(u2 * u3 * u4, 3)::float as instrumentalness, round(u3, 3)::float as liveness,
      round((u2 + u5) / 2, 3)::float as valence, round(120 + 28 * normal, 1)::float as tempo_bpm, floor(u3 * u6 * 12)::utinyint as key,
      (u5 < 0.6)::utinyint as mode, 4::utinyint as time_signature, if(i % 3 = 0, 'a-musicbrainz', 'a-table') as accession
    from played`;
}

const QUERIES = {
  track: "select * from generated",
  isrc: "select isrc, popularity, track_id, accession from generated where isrc is not null",
  credit:
    "select track_id, 'composer' as role, 1 as position, 5::uinteger as artist_no, accession from generated where track_no = 1",
  album: `select album_no, hash(album_no) as album_id, 'Album ' || album_no as title, 'Artist' as artist,
    (2025 - (album_no * 7919 % 60) ** 2 // 60)::integer::varchar as release_date, 'year' as date_precision, count(*)::uinteger as track_count,
    ['single', 'album', 'ep'][(album_no % 3 + 1)::integer] as album_type, any_value(accession) as accession from generated group by album_no`,
  artist: `select i::uinteger as artist_no, i::ubigint as artist_id, 'Artist ' || i as name, (i % 100)::float as popularity,
    (i * 37)::ubigint as followers, 'a-table' as accession from range(1, 1000) r(i)`,
  artist_genre: `select i::uinteger as artist_no, 1 as position,
    ['rock', 'indie rock', 'jazz', 'dance pop', 'techno', 'opera', 'piano jazz'][(i * i % 7 + 1)::integer] as genre, 'a-table' as accession
    from range(1, 1000, 3) r(i)`,
  identifier: `select 'gtin' as scheme, lpad((album_no * 2 // 3)::varchar, 14, '0') as value, 'album' as entity, album_no::ubigint as entity_id,
    accession from (select distinct on (album_no) album_no, accession from generated order by album_no, track_id)
    union all select 'isrc', null, 'track', track_id, accession from generated where track_id % 1000 = 0`,
  label: "select i::ubigint as label_id, 'Label ' || i as name, 'a-table' as accession from range(1, 9) r(i)",
  conflict: `select 'same-isrc-other-recording' as kind, 'isrc' as scheme, 'x' as value, track_id, accession from generated limit 3`,
} as const satisfies { readonly [table in TableName]?: string };
