import { estimateShards, type Plan } from "../selection/index.ts";
import type { PackWork, PlannedTrack } from "./pack-work.ts";

interface Amount {
  readonly tracks: number;
  readonly bytes: number;
}

/** What a pack run would do: bytes are the plan's estimates. */
export interface PackPreview {
  readonly plan: string;
  readonly toPack: { readonly original: Amount; readonly "access-copy": Amount };
  readonly gates: { readonly open: Amount; readonly dark: Amount };
  /** New shards, with their padding to whole pieces. */
  readonly shards: { readonly count: number; readonly bytes: number };
  /** Tracks that are sealed as the plan wants them. */
  readonly alreadySealed: number;
  /** Tracks that are sealed with another disposition or from another accession, and would be packed anew. */
  readonly toPackAnew: number;
  /** Tracks known to be damaged, which would not be tried again. */
  readonly quarantined: number;
}

/** Pure: adds up what is left to do. */
export function previewWork(plan: Pick<Plan, "id" | "policy">, work: PackWork): PackPreview {
  const all = [...work.open, ...work.dark];
  const byTier = (tier: string): Amount => total(all.filter(({ disposition }) => disposition === tier));
  const sides = [work.open, work.dark].map((tracks) =>
    estimateShards(
      tracks.map(({ estimatedBytes }) => estimatedBytes),
      plan.policy.packing,
    ),
  );
  return {
    plan: plan.id,
    toPack: { original: byTier("original"), "access-copy": byTier("access-copy") },
    gates: { open: total(work.open), dark: total(work.dark) },
    shards: {
      count: sides.reduce((sum, { shards }) => sum + shards, 0),
      bytes: sides.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    alreadySealed: work.sealedTracks,
    toPackAnew: work.anew.length,
    quarantined: work.damaged.length,
  };
}

function total(tracks: readonly PlannedTrack[]): Amount {
  return {
    tracks: tracks.length,
    bytes: tracks.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0),
  };
}
