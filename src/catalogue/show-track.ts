import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Archive, Database } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import { currentSnapshot, type Snapshot } from "./store/snapshot-store.ts";

const text = z.string();
const optionalText = z.string().nullable();
const optionalNumber = z
  .union([z.number(), z.bigint()])
  .nullable()
  .transform((n) => (n === null ? null : Number(n)));

const trackRow = z.object({
  track_id: z.bigint().transform(trackIdFromBigInt),
  title: text,
  title_source: text,
  artist_credit: optionalText,
  disc_no: optionalNumber,
  track_no: optionalNumber,
  duration_ms: optionalNumber,
  duration_exact: z.boolean().nullable(),
  release_date: optionalText,
  date_precision: optionalText,
  popularity: optionalNumber,
  plays: optionalNumber,
  language: optionalText,
  accession: text,
});
const artistRow = z.object({ name: text, role: text, position: z.number(), accession: text });
const albumRow = z.object({
  title: text,
  artist: optionalText,
  release_date: optionalText,
  date_precision: optionalText,
  track_count: z.number(),
  label: optionalText,
  accession: text,
});
const identifierRow = z.object({
  entity: text,
  scheme: text,
  value: optionalText,
  raw: text,
  valid: z.boolean(),
  reason: optionalText,
  accession: text,
});
const genreRow = z.object({ genre: text, position: z.number(), accession: text });
const featureRow = z.object({
  name: text,
  value: z.number(),
  unit: optionalText,
  tool: optionalText,
});
const gainRow = z.object({
  gain_db: optionalNumber,
  peak: optionalNumber,
  album_gain_db: optionalNumber,
  album_peak: optionalNumber,
  album_tracks: optionalNumber,
  accession: text,
});
const listenRow = z.object({ plays: z.bigint().transform(Number), accession: text });
const tagRow = z.object({ key: text, value: text, accession: text });
const holdingRow = z.object({
  source: text,
  root: text,
  path: text,
  path_b64: optionalText,
  member: optionalText,
  member_b64: optionalText,
  size_bytes: optionalNumber,
  container: optionalText,
  codec: optionalText,
  sample_rate_hz: optionalNumber,
  channels: optionalNumber,
  bits_per_sample: optionalNumber,
  bitrate_kbps: optionalNumber,
  accession: text,
});

/** All that the catalogue knows of one track; every fact names the accession that says so. */
export interface ShownTrack {
  readonly snapshot: string;
  readonly track: z.infer<typeof trackRow>;
  readonly artists: readonly z.infer<typeof artistRow>[];
  readonly album: z.infer<typeof albumRow> | null;
  readonly identifiers: readonly z.infer<typeof identifierRow>[];
  readonly genres: readonly z.infer<typeof genreRow>[];
  readonly listens: readonly z.infer<typeof listenRow>[];
  /** In the order of the columns; those that nobody measured are missing. */
  readonly features: readonly z.infer<typeof featureRow>[];
  /** ReplayGain of its own and of its album; null when it was not measured. */
  readonly gain: z.infer<typeof gainRow> | null;
  readonly holdings: readonly z.infer<typeof holdingRow>[];
  readonly tags: readonly z.infer<typeof tagRow>[];
}

/** What the current snapshot holds of the track `trackId`, or null when it has no such track. */
export async function showTrack(archive: Archive, trackId: bigint): Promise<ShownTrack | null> {
  return await showTrackIn(await currentSnapshot(archive), trackId);
}

/** The same of any snapshot, one that was narrowed to the track included. */
export async function showTrackIn(snapshot: Snapshot, trackId: bigint): Promise<ShownTrack | null> {
  const database = await openSnapshot(snapshot);
  try {
    const [track] = await select(database, "track", trackRow, trackId);
    if (!track) return null;
    const [album] = await select(database, "album", albumRow, trackId);
    const [gain] = await select(database, "gain", gainRow, trackId);
    return {
      snapshot: snapshot.id,
      track,
      artists: await select(database, "artists", artistRow, trackId),
      album: album ?? null,
      identifiers: await select(database, "identifiers", identifierRow, trackId),
      genres: await select(database, "genres", genreRow, trackId),
      listens: await select(database, "listens", listenRow, trackId),
      features: await select(database, "features", featureRow, trackId),
      gain: gain ?? null,
      holdings: await select(database, "holdings", holdingRow, trackId),
      tags: await select(database, "tags", tagRow, trackId),
    };
  } finally {
    database.close();
  }
}

/** Runs the query that stands under `-- <name>` in `show-track.sql`. */
async function select<Row>(
  database: Database,
  name: string,
  schema: z.ZodType<Row>,
  trackId: bigint,
): Promise<Row[]> {
  const file = await readFile(new URL("./show-track.sql", import.meta.url), "utf8");
  const [, query = ""] = file.split(`-- ${name}\n`);
  const [sql = ""] = query.split(";");
  const rows = await database.rows(sql, { track: trackId.toString() });
  return rows.map((row) => schema.parse(row));
}
