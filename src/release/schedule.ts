import type { Policy } from "../core/policy.ts";
import type { ShardManifest } from "../packing/shard-manifest.ts";

const DAY_MS = 24 * 3600 * 1000;

/**
 * Bytes of shards that the schedule gives out by now; null: all of them. `firstRelease` is when the first release of the archive
 * was made (ISO 8601); null when there is none, and the schedule begins.
 */
export function scheduledBytes(
  schedule: Policy["release"]["schedule"],
  firstRelease: string | null,
  now: Date,
): number | null {
  if (schedule.length === 0) return null;
  const elapsedDays = firstRelease === null ? 0 : (now.getTime() - Date.parse(firstRelease)) / DAY_MS;
  const step = schedule.findLast(({ afterDays }) => afterDays <= elapsedDays);
  // Before its first step nothing but metadata is out.
  return step === undefined ? 0 : step.upToBytes;
}

/** Shards that do not fit into `upToBytes` any more. They are in the order in which they were packed: the most popular first. */
export function shardsHeldBack(
  shards: readonly Pick<ShardManifest, "id" | "sizeBytes">[],
  upToBytes: number | null,
): ReadonlySet<string> {
  const heldBack = new Set<string>();
  let sizeBytes = 0;
  for (const shard of shards) {
    sizeBytes += shard.sizeBytes;
    if (upToBytes !== null && sizeBytes > upToBytes) heldBack.add(shard.id);
  }
  return heldBack;
}
