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
});

const textSchema = z.object({ track_id: z.bigint(), text: z.string() });

/** At most `limit` tracks whose title, artist and album together hold every word, and how many there are in all. */
export async function findTracksByWords(
  archive: Archive,
  words: readonly string[],
  limit: number,
): Promise<{ readonly tracks: readonly FoundTrack[]; readonly total: number }> {
  const folded = words.flatMap((word) => foldText(word).split(" ")).filter((word) => word !== "");
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    const found: bigint[] = [];
    let total = 0;
    for await (const row of database.stream(await readSql("searched-texts.sql"))) {
      const { track_id, text } = textSchema.parse(row);
      const searched = foldText(text);
      if (!folded.every((word) => searched.includes(word))) continue;
      total += 1;
      if (found.length < limit) found.push(track_id);
    }
    if (found.length === 0) return { total, tracks: [] };
    const rows = await database.rows(await readSql("find-by-words.sql"), { found: found.join(" ") });
    return {
      total,
      tracks: rows
        .map((row) => rowSchema.parse(row))
        .map((row) => ({
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

async function readSql(name: string): Promise<string> {
  return await readFile(new URL(`./${name}`, import.meta.url), "utf8");
}
