import { expect, test } from "vitest";
import { makeBlockTemplate, stratumPopularity } from "./block-template.ts";
import { popularityOfRank, survivalCounts } from "./popularity-curve.ts";
import { BLOCK, twinSize } from "./twin-size.ts";

const size = twinSize({ tracks: 50_000, seed: 1 });
const { places, albums, artistStrata } = makeBlockTemplate(1, size);

test("a block has every stratum, recording and place on an album once", () => {
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
  expect(places.map(({ stratum }) => stratum).sort((a, b) => a - b)).toEqual(numbers(BLOCK.tracks));
  expect([...new Set(places.map(({ recording }) => recording))]).toEqual(numbers(BLOCK.recordings));
  expect(new Set(places.map(({ album, disc, trackNo }) => `${album} ${disc} ${trackNo}`)).size).toBe(
    BLOCK.tracks,
  );
  expect(albums.reduce((sum, { trackCount }) => sum + trackCount, 0)).toBe(BLOCK.tracks);
  expect(new Set(albums.map(({ artist }) => artist)).size).toBe(artistStrata.length);
  expect(places.reduce((sum, { credits }) => sum + credits, 0)).toBe(BLOCK.credits);
});

test("tracks of one recording stand together, the most popular first, and have the same artists", () => {
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (next?.recording !== place.recording) continue;
    expect(next.stratum).toBeGreaterThan(place.stratum);
    expect([next.artist, next.artistShift, next.credits]).toEqual([
      place.artist,
      place.artistShift,
      place.credits,
    ]);
  }
});

test.each([10_000, 50_000, 1_000_000, 256_000_000])(
  "the popularity of a stratum is that of each of its tracks, with %d tracks",
  (tracks) => {
    const twin = twinSize({ tracks, seed: 1 });
    const survival = survivalCounts(tracks);
    for (let stratum = 0; stratum < BLOCK.tracks; stratum += 37) {
      const found = stratumPopularity(stratum, twin);
      if (!found) continue;
      for (const rank of [0, Math.floor(twin.blocks / 3), twin.blocks - 1].map(
        (at) => stratum * twin.blocks + at,
      )) {
        const expected = popularityOfRank(rank, survival);
        expect([stratum, rank, found.popularity - (rank >= found.fallsAt ? 1 : 0)]).toEqual([
          stratum,
          rank,
          expected,
        ]);
      }
    }
  },
);
