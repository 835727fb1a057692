import { expect, test } from "vitest";
import { policySchema } from "../core/index.ts";
import { readPolicy } from "./policy-file.ts";
import { decideRows, type TestTrack } from "./testing/decide-rows.ts";

const MIB = 1 << 20;
const packing = { pieceLengthBytes: 16_384 };
const policy = policySchema.parse({ selection: { rule: "published" }, packing });

function track(trackId: number, facts: Partial<TestTrack>): TestTrack {
  return {
    trackId: BigInt(trackId),
    plays: 0,
    popularity: 0,
    disseminate: true,
    derive: true,
    artists: [1],
    isrcs: [],
    tagBytes: 0,
    audio: { sizeBytes: 4 * MIB, codec: "vorbis", durationMs: 200_000, bitrateKbps: null },
    ...facts,
  };
}

const artists = [
  { no: 1, popularity: 0, followers: 0 },
  // 30/100 + log10(10^4)/8 = 0.8
  { no: 2, popularity: 30, followers: 9_999 },
  // 35/100 and nobody follows: just below the cut, unless the album helps.
  { no: 3, popularity: 35, followers: 0 },
];
const albums = [{ no: 1, popularity: 1 }];
const tracks = [
  track(1, { popularity: 3, plays: 10, isrcs: [7] }),
  track(2, { popularity: 9, plays: 900, isrcs: [7] }),
  track(3, { artists: [1] }),
  track(4, { artists: [1, 2] }),
  track(5, { artists: [3] }),
  track(6, { artists: [3], album: 1 }),
  track(7, { popularity: null, plays: null, artists: [2], audio: null }),
];

async function outcome(budget: number | null): Promise<readonly string[]> {
  const { decisions } = await decideRows({ tracks, artists, albums }, policy, budget);
  return decisions.map(({ disposition, reason }) => `${disposition}: ${reason}`);
}

test("keeps originals of the popular, access copies of the rest down to the cut, one copy of each ISRC", async () => {
  expect(await outcome(null)).toEqual([
    "metadata-only: duplicate-isrc",
    "original: kept-original",
    "metadata-only: below-priority-cut",
    "access-copy: low-popularity-access-copy",
    "metadata-only: below-priority-cut",
    "access-copy: low-popularity-access-copy",
    "metadata-only: no-holding",
  ]);
});

test("spends a budget on the popular first, then by priority", async () => {
  const kept = async (budget: number): Promise<readonly number[]> =>
    (await outcome(budget)).flatMap((line, index) => (line.startsWith("metadata-only") ? [] : [index + 1]));
  expect(await kept(4.2 * MIB)).toEqual([2]);
  expect(await kept(6.2 * MIB)).toEqual([2, 4]);
  expect(await kept(8.2 * MIB)).toEqual([2, 4, 6]);
});

test("counts what it never keeps in the whole, as the other rule does", async () => {
  const published = await decideRows({ tracks, artists, albums }, policy, null);
  // 900, and 0.8 × 0.1 for each of the four unheard that are held.
  expect(published.value).toMatchObject({ kept: 900.16, bound: null, whole: 900.32 });
});

test("comes with the program by its name", async () => {
  expect((await readPolicy("published", "/nowhere/published")).selection.rule).toBe("published");
});
