import type { GateSide, Tier } from "./disposition.ts";
import type { HeldAudio } from "./size-estimate.ts";

/** What selection has to know of a track. */
export interface SelectionTrack {
  readonly trackId: bigint;
  /** Listens counted; null when nobody has counted. */
  readonly plays: number | null;
  /** 0 to 100; null when unknown. */
  readonly popularity: number | null;
  /** The side of the gate that each tier would be on: a licence may allow the original only. */
  readonly gates: Readonly<Record<Tier, GateSide>>;
  readonly artistIds: readonly bigint[];
  /** Valid ISRCs. */
  readonly isrcs: readonly string[];
  /** Bytes that the tags take in the track's JSON. */
  readonly tagBytes: number;
  /** The file that is held, or null. */
  readonly audio: HeldAudio | null;
}
