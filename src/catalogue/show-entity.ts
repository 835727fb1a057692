import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import type { Snapshot } from "./store/snapshot-store.ts";

const text = z.string();
const optionalText = z.string().nullable();
const optionalNumber = z
  .union([z.number(), z.bigint()])
  .nullable()
  .transform((n) => (n === null ? null : Number(n)));
const id = z.bigint().transform(trackIdFromBigInt);

const albumRow = z.object({
  album_id: id,
  title: text,
  artist: optionalText,
  release_date: optionalText,
  album_type: optionalText,
  track_count: z.number(),
  label: optionalText,
  popularity: optionalNumber,
  accession: text,
});
const albumGainRow = z.object({ gain_db: z.number(), peak: z.number(), tracks: z.number() });
const artistRow = z.object({
  artist_id: id,
  name: text,
  popularity: optionalNumber,
  followers: optionalNumber,
  accession: text,
});
const identifierRow = z.object({
  scheme: text,
  value: optionalText,
  raw: text,
  valid: z.boolean(),
  reason: optionalText,
  accession: text,
});
const trackRow = z.object({
  track_id: id,
  title: text,
  artist: optionalText,
  disc_no: optionalNumber,
  track_no: optionalNumber,
  duration_ms: optionalNumber,
  popularity: optionalNumber,
  isrc: optionalText,
});
const genreRow = z.object({ genre: text });

export type ShownAlbumTrack = z.infer<typeof trackRow>;

/** What the catalogue holds of an album, with its tracks in their order. */
export interface ShownAlbum {
  readonly album: z.infer<typeof albumRow>;
  /** ReplayGain over so many of its tracks; null when none was measured. */
  readonly gain: z.infer<typeof albumGainRow> | null;
  readonly identifiers: readonly z.infer<typeof identifierRow>[];
  readonly tracks: readonly ShownAlbumTrack[];
}

/** What the catalogue holds of an artist, with the most popular tracks of any role. */
export interface ShownArtist {
  readonly artist: z.infer<typeof artistRow>;
  readonly genres: readonly string[];
  readonly identifiers: readonly z.infer<typeof identifierRow>[];
  readonly tracks: readonly ShownAlbumTrack[];
}

/** An album and at most `limit` of its tracks, or null. Reads one column of all tracks. */
export async function showAlbum(
  snapshot: Snapshot,
  albumId: bigint,
  limit: number,
): Promise<ShownAlbum | null> {
  return await withSnapshot(snapshot, async (database) => {
    const [album] = await select(database, "album", albumRow, { id: `${albumId}` });
    if (!album) return null;
    const [gain] = await select(database, "album gain", albumGainRow, { id: `${albumId}` });
    return {
      album,
      gain: gain ?? null,
      identifiers: await select(database, "identifiers", identifierRow, {
        id: `${albumId}`,
        entity: "album",
      }),
      tracks: await select(database, "album tracks", trackRow, { id: `${albumId}`, limit: `${limit}` }),
    };
  });
}

/** An artist and at most `limit` tracks, or null. Reads one column of all tracks. */
export async function showArtist(
  snapshot: Snapshot,
  artistId: bigint,
  limit: number,
): Promise<ShownArtist | null> {
  return await withSnapshot(snapshot, async (database) => {
    const [artist] = await select(database, "artist", artistRow, { id: `${artistId}` });
    if (!artist) return null;
    const genres = await select(database, "artist genres", genreRow, { id: `${artistId}` });
    return {
      artist,
      genres: genres.map(({ genre }) => genre),
      identifiers: await select(database, "identifiers", identifierRow, {
        id: `${artistId}`,
        entity: "artist",
      }),
      tracks: await select(database, "artist tracks", trackRow, { id: `${artistId}`, limit: `${limit}` }),
    };
  });
}

async function withSnapshot<T>(snapshot: Snapshot, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openSnapshot(snapshot);
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

/** Runs the query that stands under `-- <name>` in `show-entity.sql`. */
async function select<Row>(
  database: Database,
  name: string,
  schema: z.ZodType<Row>,
  parameters: Record<string, string>,
): Promise<Row[]> {
  const file = await readFile(new URL("./show-entity.sql", import.meta.url), "utf8");
  const [, query = ""] = file.split(`-- ${name}\n`);
  const [sql = ""] = query.split(";");
  return (await database.rows(sql, parameters)).map((row) => schema.parse(row));
}
