import type { Policy } from "../core/index.ts";

type SelectionPolicy = Policy["selection"];

/** Listens that a track is expected to have: those counted; nobody counting is not the same as nobody listening. */
export function expectedListens(plays: number | null, policy: SelectionPolicy): number {
  if (plays === null) return policy.unknownListens;
  return plays > 0 ? plays : policy.zeroListens;
}

/**
 * Factor for a track whose artist has few tracks here: 1 + weight / tracks of the artist. Of several artists the one
 * with the fewest counts; a track of no known artist gets no bonus.
 */
export function rarityFactor(fewestTracksOfAnArtist: number | null, policy: SelectionPolicy): number {
  if (fewestTracksOfAnArtist === null || fewestTracksOfAnArtist < 1) return 1;
  return 1 + policy.rarityWeight / fewestTracksOfAnArtist;
}
