import type { ValuedTrack } from "./duplicates.ts";

/**
 * The tracks that give each artist at least `tracksPerArtist` kept ones, as far as the artist has them: those worth most
 * first. A track by several artists counts for each of them.
 */
export function floorTracks(tracks: readonly ValuedTrack[], tracksPerArtist: number): ReadonlySet<bigint> {
  const floor = new Set<bigint>();
  if (tracksPerArtist === 0) return floor;
  const countByArtist = new Map<bigint, number>();
  const byValue = [...tracks].sort(
    (a, b) => b.value - a.value || (a.track.trackId < b.track.trackId ? -1 : 1),
  );
  for (const { track } of byValue) {
    const needs = track.artistIds.some((artist) => (countByArtist.get(artist) ?? 0) < tracksPerArtist);
    if (!needs) continue;
    floor.add(track.trackId);
    for (const artist of track.artistIds) countByArtist.set(artist, (countByArtist.get(artist) ?? 0) + 1);
  }
  return floor;
}

/** How many tracks each artist has. */
export function tracksByArtist(
  tracks: Iterable<{ readonly artistIds: readonly bigint[] }>,
): ReadonlyMap<bigint, number> {
  const counts = new Map<bigint, number>();
  for (const { artistIds } of tracks) {
    for (const artist of new Set(artistIds)) counts.set(artist, (counts.get(artist) ?? 0) + 1);
  }
  return counts;
}
