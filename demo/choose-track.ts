import { join } from "node:path";
import { currentSnapshot, openSnapshot, showTrack } from "../src/catalogue/index.ts";
import { type Archive, openArchive } from "../src/core/archive.ts";
import { trackIdFromBigInt } from "../src/formats/identifiers/index.ts";
import { currentPlan, dispositionsQuery } from "../src/selection/index.ts";

export interface ChosenTrack {
  readonly trackId: string;
  readonly title: string;
  /** The file that it was taken in from. */
  readonly sourceFile: string;
}

/** The most listened track that the plan keeps bit for bit, from a plain file. Throws when there is none. */
export async function chooseOriginal(archiveFolder: string): Promise<ChosenTrack> {
  const archive = await openArchive(archiveFolder);
  const best = await mostPopularOriginal(archive);
  const shown = best === null ? null : await showTrack(archive, best);
  const holding = shown?.holdings.find(({ member }) => member === null);
  if (best === null || !shown || !holding) throw new Error("the plan keeps no original: nothing to compare");
  return {
    trackId: trackIdFromBigInt(best),
    title: shown.track.title,
    sourceFile: join(holding.root, holding.path),
  };
}

async function mostPopularOriginal(archive: Archive): Promise<bigint | null> {
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    const [row] = await database.rows(`
      select track_id from (${dispositionsQuery(await currentPlan(archive))}) join segment_track using (track_id)
      where disposition = 'original' order by popularity desc nulls last, track_id limit 1`);
    return typeof row?.track_id === "bigint" ? row.track_id : null;
  } finally {
    database.close();
  }
}
