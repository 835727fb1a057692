import type { Archive } from "../core/archive.ts";
import { createRelease, type ReleaseSummary } from "../release/index.ts";
import { ensureRights, loadGate } from "../rights/index.ts";
import type { CommandContext } from "./context.ts";

export interface ReleaseWishes {
  readonly name: string | undefined;
  readonly webSeeds: readonly string[];
  readonly announce: readonly string[];
  readonly upToBytes?: number | undefined;
  readonly dryRun: boolean;
}

/** Brings the rights up to date (not in a dry run) and makes a release of what they let out. */
export async function releaseArchive(
  context: CommandContext,
  archive: Archive,
  wishes: ReleaseWishes,
): Promise<ReleaseSummary> {
  const stage = context.stageOptions(archive);
  if (!wishes.dryRun) await ensureRights(stage);
  const gate = await loadGate(archive, { clock: context.clock });
  return await createRelease({ ...stage, ...wishes, gate });
}
