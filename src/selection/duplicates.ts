import type { SelectionTrack } from "./selection-track.ts";

/** A track with what it is worth. */
export interface ValuedTrack {
  readonly track: SelectionTrack;
  readonly value: number;
}

/**
 * Tracks that give way to another with one of their ISRCs. The one worth most stays; of equals the one that may be
 * published, then the longer file, then the smaller track id. Tracks without a held file do not compete.
 */
export function duplicateTracks(tracks: readonly ValuedTrack[]): ReadonlySet<bigint> {
  const shared = tracks.filter(({ track }) => track.audio !== null && track.isrcs.length > 0);
  shared.sort(byPrecedence);
  const takenIsrcs = new Set<string>();
  const duplicates = new Set<bigint>();
  for (const { track } of shared) {
    if (track.isrcs.some((isrc) => takenIsrcs.has(isrc))) duplicates.add(track.trackId);
    else for (const isrc of track.isrcs) takenIsrcs.add(isrc);
  }
  return duplicates;
}

function byPrecedence(a: ValuedTrack, b: ValuedTrack): number {
  if (a.value !== b.value) return b.value - a.value;
  const [gateA, gateB] = [a.track.gates.original, b.track.gates.original];
  if (gateA !== gateB) return gateA === "open" ? -1 : 1;
  const sizeDifference = (b.track.audio?.sizeBytes ?? 0) - (a.track.audio?.sizeBytes ?? 0);
  if (sizeDifference !== 0) return sizeDifference;
  return a.track.trackId < b.track.trackId ? -1 : 1;
}
