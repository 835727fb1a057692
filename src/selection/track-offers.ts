import type { Policy } from "../core/index.ts";
import type { Offer } from "./convex-hull.ts";
import type { Reason, Tier } from "./disposition.ts";
import type { SelectionTrack } from "./selection-track.ts";
import {
  type DurationEstimate,
  entryBytes,
  estimateAccessCopyBytes,
  estimateDuration,
  estimateJsonBytes,
} from "./size-estimate.ts";

export interface TrackOffers {
  /** What the policy lets the track be kept as, with bytes in the archive and value. */
  readonly offers: readonly Offer<Tier>[];
  /** The reason that goes with each tier when it is chosen; null for one that is not offered. */
  readonly originalReason: Reason | null;
  readonly accessCopyReason: Reason | null;
  /** Estimated bytes in a shard of either tier; null where there would be no such thing. */
  readonly originalBytes: number;
  readonly accessCopyBytes: number | null;
  readonly duration: DurationEstimate;
}

/** What the policy offers a track: the original where people listen, else an access copy where one is smaller. */
export function offersFor(track: SelectionTrack, value: number, policy: Policy): TrackOffers | null {
  if (!track.audio) return null;
  const duration = estimateDuration(track.audio);
  const jsonBytes = estimateJsonBytes(track.tagBytes, duration.durationMs);
  const originalBytes = entryBytes(jsonBytes, track.audio.sizeBytes);
  const copyFileBytes = estimateAccessCopyBytes(
    track.audio,
    duration.durationMs,
    track.tagBytes,
    policy.accessCopy,
  );
  const accessCopyBytes = copyFileBytes === null ? null : entryBytes(jsonBytes, copyFileBytes);
  const wantsOriginal = policyWantsOriginal(track.popularity, policy);
  const original: Offer<Tier> = { kind: "original", bytes: originalBytes, value };
  const copy: readonly Offer<Tier>[] =
    accessCopyBytes === null
      ? []
      : [
          {
            kind: "access-copy",
            bytes: accessCopyBytes,
            value: value * policy.selection.accessCopyWorth,
          },
        ];
  const sizes = { originalBytes, accessCopyBytes, duration };
  if (wantsOriginal) {
    return {
      offers: [original, ...copy],
      originalReason: "kept-original",
      accessCopyReason: accessCopyBytes === null ? null : "budget-access-copy",
      ...sizes,
    };
  }
  if (accessCopyBytes === null) {
    return {
      offers: [original],
      originalReason: "access-copy-not-smaller",
      accessCopyReason: null,
      ...sizes,
    };
  }
  const accessCopyReason =
    track.popularity === null ? "unknown-popularity-access-copy" : "low-popularity-access-copy";
  return { offers: copy, originalReason: null, accessCopyReason, ...sizes };
}

function policyWantsOriginal(popularity: number | null, policy: Policy): boolean {
  if (popularity === null) return policy.selection.unknownPopularity === "original";
  return popularity > policy.selection.originalAbovePopularity;
}
