import type { Policy } from "../core/index.ts";

type PackingPolicy = Policy["packing"];

/** Two zero blocks end a tar file (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const TAR_END_BYTES = 1024;

/**
 * True when a track of `entryBytes` opens a new shard behind `shardBytes` of tracks: a shard takes as many tracks as fit
 * in the target, and at least one.
 */
export function opensNewShard(shardBytes: number, entryBytes: number, policy: PackingPolicy): boolean {
  return shardBytes > 0 && shardBytes + entryBytes + TAR_END_BYTES > policy.shardTargetBytes;
}

/** Size of a sealed shard: its tracks and the end of the tar, up to a whole number of pieces. */
export function sealedBytes(shardBytes: number, policy: PackingPolicy): number {
  return Math.ceil((shardBytes + TAR_END_BYTES) / policy.pieceLengthBytes) * policy.pieceLengthBytes;
}

export interface ShardEstimate {
  readonly shards: number;
  readonly bytes: number;
}

/** How many shards tracks of these sizes fill, in this order, and how large the shards are together. */
export function estimateShards(entryBytes: Iterable<number>, policy: PackingPolicy): ShardEstimate {
  let shards = 0;
  let bytes = 0;
  let open = 0;
  for (const entry of entryBytes) {
    if (opensNewShard(open, entry, policy)) {
      shards += 1;
      bytes += sealedBytes(open, policy);
      open = 0;
    }
    open += entry;
  }
  return open === 0 ? { shards, bytes } : { shards: shards + 1, bytes: bytes + sealedBytes(open, policy) };
}

/**
 * The same for very many tracks, of which only the sum and the mean are known. What does not fill one shard is exact; else
 * a shard is taken to leave one mean track unused, and its last piece to be half empty, with three deviations of that on
 * the safe side.
 */
export function estimateShardsOf(sumBytes: number, meanBytes: number, policy: PackingPolicy): ShardEstimate {
  if (sumBytes <= 0) return { shards: 0, bytes: 0 };
  const { shardTargetBytes, pieceLengthBytes } = policy;
  if (sumBytes + TAR_END_BYTES <= shardTargetBytes)
    return { shards: 1, bytes: sealedBytes(sumBytes, policy) };
  const room = Math.max(shardTargetBytes - TAR_END_BYTES - meanBytes, Math.min(meanBytes, shardTargetBytes));
  const shards = Math.max(2, Math.ceil(sumBytes / Math.max(room, pieceLengthBytes)));
  // A uniform distribution has a deviation of 1/√12 of its width.
  const padding = Math.min(shards, shards / 2 + 3 * Math.sqrt(shards / 12)) * pieceLengthBytes;
  const bytes = sumBytes + shards * TAR_END_BYTES + padding;
  return { shards, bytes: Math.ceil(bytes / pieceLengthBytes) * pieceLengthBytes };
}
