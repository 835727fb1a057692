import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import type { TrackFacts } from "./track-facts.ts";

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number);
const optionalText = z.string().nullable();

const rowSchema = z.object({
  track_id: z.bigint(),
  title: z.string(),
  artist_credit: optionalText,
  disc_no: wholeNumber.nullable(),
  track_no: wholeNumber.nullable(),
  release_date: optionalText,
  date_precision: optionalText,
  language: optionalText,
  album: optionalText,
  album_artist: optionalText,
  label: optionalText,
  artists: z.array(z.object({ name: z.string(), role: z.string() })).nullable(),
  genres: z.array(z.string()).nullable(),
  identifiers: z.array(z.object({ entity: z.string(), scheme: z.string(), value: z.string() })).nullable(),
  tags: z.array(z.object({ key: z.string(), value: z.string() })).nullable(),
  source: z.string(),
  root: z.string(),
  path: z.string(),
  path_b64: optionalText,
  member: optionalText,
  member_b64: optionalText,
  size_bytes: wholeNumber,
  mtime_ns: z.bigint(),
  duration_ms: wholeNumber.nullable(),
  accession: z.string(),
});

/** Facts of the tracks `ids`, in that order, from a database that `openSnapshot` has opened. */
export async function readTrackFacts(database: Database, ids: readonly bigint[]): Promise<TrackFacts[]> {
  if (ids.length === 0) return [];
  const wanted = ids.map((id, place) => `(${id}::ubigint, ${place})`).join(", ");
  await database.run(
    `create or replace temp table wanted as select * from (values ${wanted}) as t(track_id, place)`,
  );
  const rows = await database.rows(await readFile(new URL("track-facts.sql", import.meta.url), "utf8"));
  return rows.map((row) => trackFacts(rowSchema.parse(row)));
}

function trackFacts(row: z.infer<typeof rowSchema>): TrackFacts {
  return {
    trackId: trackIdFromBigInt(row.track_id),
    title: row.title,
    artistCredit: row.artist_credit,
    artists: row.artists ?? [],
    album: row.album === null ? null : { title: row.album, artist: row.album_artist },
    discNo: row.disc_no,
    trackNo: row.track_no,
    releaseDate: row.release_date,
    datePrecision: row.date_precision,
    language: row.language,
    label: row.label,
    genres: row.genres ?? [],
    identifiers: row.identifiers ?? [],
    tags: (row.tags ?? []).map(({ key, value }): [string, string] => [key, value]),
    holding: {
      source: row.source,
      accession: row.accession,
      locator: {
        root: row.root,
        path: row.path,
        pathB64: row.path_b64,
        member: row.member,
        memberB64: row.member_b64,
      },
      sizeBytes: row.size_bytes,
      mtimeNs: row.mtime_ns,
      durationMs: row.duration_ms,
    },
  };
}
