import { currentSnapshot, currentSnapshotId, openSnapshot } from "../catalogue/index.ts";
import type { Archive } from "../core/index.ts";
import { rightsTracks } from "./rights-tracks.ts";
import { scopeTest } from "./scope.ts";
import type { Scope } from "./statement.ts";

/** How many tracks of the current snapshot a declaration would be about; null when there is no snapshot yet. */
export async function countTracksInScope(
  archive: Archive,
  scope: Scope,
  decision: "grant" | "deny",
): Promise<number | null> {
  if ((await currentSnapshotId(archive)) === null) return null;
  const isInScope = scopeTest(scope, decision);
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    let count = 0;
    for await (const track of rightsTracks(database)) if (isInScope(track.scoped)) count += 1;
    return count;
  } finally {
    database.close();
  }
}
