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
