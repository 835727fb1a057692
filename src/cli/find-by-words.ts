import { readFile } from "node:fs/promises";
import { z } from "zod";
import { currentSnapshot, type FoundTrack, foldText, openSnapshot } from "../catalogue/index.ts";
import type { Archive } from "../core/archive.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";

const rowSchema = z.object({
  track_id: z.bigint(),
  title: z.string(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  isrcs: z.array(z.string()).nullable(),
  duration_ms: z.bigint().nullable(),
  total: z.bigint(),
});

/** At most `limit` tracks whose title, artist and album together hold every word, and how many there are in all. */
export async function findTracksByWords(
  archive: Archive,
  words: readonly string[],
  limit: number,
): Promise<{ readonly tracks: readonly FoundTrack[]; readonly total: number }> {
  const folded = words.flatMap((word) => foldText(word).split(" ")).filter((word) => word !== "");
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    const sql = await readFile(new URL("./find-by-words.sql", import.meta.url), "utf8");
    const rows = await database.rows(sql, { words: folded.join("\n"), limit });
    const found = rows.map((row) => rowSchema.parse(row));
    return {
      total: Number(found[0]?.total ?? 0n),
      tracks: found.map((row) => ({
        trackId: row.track_id,
        id: trackIdFromBigInt(row.track_id),
        title: row.title,
        artist: row.artist,
        album: row.album,
        isrcs: row.isrcs ?? [],
        durationMs: row.duration_ms === null ? null : Number(row.duration_ms),
      })),
    };
  } finally {
    database.close();
  }
}
