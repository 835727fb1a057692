import { join } from "node:path";
import { currentSnapshot, showTrack } from "../src/catalogue/index.ts";
import { openArchive } from "../src/core/archive.ts";
import { trackIdFromBigInt } from "../src/formats/identifiers/index.ts";
import { currentPlan, readDispositions } from "../src/selection/index.ts";

export interface ChosenTrack {
  readonly trackId: string;
  readonly title: string;
  /** The file that it was taken in from. */
  readonly sourceFile: string;
}

/** The most listened track that the plan keeps bit for bit, from a plain file. Throws when there is none. */
export async function chooseOriginal(archiveFolder: string): Promise<ChosenTrack> {
  const archive = await openArchive(archiveFolder);
  await currentSnapshot(archive);
  let best: { readonly trackId: bigint; readonly popularity: number } | null = null;
  for await (const { trackId, disposition, popularity } of readDispositions(await currentPlan(archive))) {
    const value = popularity ?? -1;
    if (disposition === "original" && (best === null || value > best.popularity)) {
      best = { trackId, popularity: value };
    }
  }
  const shown = best && (await showTrack(archive, best.trackId));
  const holding = shown?.holdings.find(({ member }) => member === null);
  if (!best || !shown || !holding) throw new Error("the plan keeps no original: nothing to compare");
  return {
    trackId: trackIdFromBigInt(best.trackId),
    title: shown.track.title,
    sourceFile: join(holding.root, holding.path),
  };
}
