/** Tracks of the published catalogue; every count below is of it and is scaled to the twin. */
export const PUBLISHED_TRACKS = 256_039_007;

/**
 * Published or derived anchors of the survival curve: how many tracks have popularity >= p. Log-linear between them; the
 * three most popular tracks have 100, 98 and 98.
 */
export const SURVIVAL_ANCHORS: readonly (readonly [popularity: number, tracks: number])[] = [
  [1, 76_700_000],
  [10, 17_000_000],
  [50, 210_000],
  [70, 10_000],
  [98, 3],
];

/** Tracks with popularity >= p, for p from 1 to 100, in a twin of so many tracks. */
export function survivalCounts(tracks: number): readonly number[] {
  return Array.from({ length: 100 }, (_, index) =>
    Math.round((survivalAt(index + 1) * tracks) / PUBLISHED_TRACKS),
  );
}

function survivalAt(popularity: number): number {
  if (popularity > 98) return 1;
  const upper = SURVIVAL_ANCHORS.findIndex(([at]) => at >= popularity);
  const [high, highTracks] = SURVIVAL_ANCHORS[upper] ?? [98, 3];
  const [low, lowTracks] = SURVIVAL_ANCHORS[upper - 1] ?? [high, highTracks];
  if (high === low) return highTracks;
  const share = (popularity - low) / (high - low);
  return Math.exp(Math.log(lowTracks) * (1 - share) + Math.log(highTracks) * share);
}

/** The popularity of the track with so many more popular ones before it. */
export function popularityOfRank(rank: number, survival: readonly number[]): number {
  let popularity = 0;
  while (popularity < survival.length && (survival[popularity] ?? 0) > rank) popularity += 1;
  return popularity;
}
