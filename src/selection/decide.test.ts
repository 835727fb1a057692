import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy, policySchema } from "../core/index.ts";
import { decideRows, type TestTrack } from "./testing/decide-rows.ts";

const MIB = 1 << 20;
const OPEN = { disseminate: true, derive: true };
const DARK = { disseminate: false, derive: false };
const ORIGINAL_ONLY = { disseminate: true, derive: false };

function track(trackId: number, facts: Partial<TestTrack> = {}): TestTrack {
  return {
    trackId: BigInt(trackId),
    plays: 100,
    popularity: 50,
    ...OPEN,
    artists: [trackId + 1],
    isrcs: [],
    tagBytes: 200,
    audio: vorbis(4 * MIB, 200_000),
    ...facts,
  };
}

function vorbis(sizeBytes: number, durationMs: number | null): NonNullable<TestTrack["audio"]> {
  return { sizeBytes, codec: "vorbis", durationMs, bitrateKbps: null };
}

function policyWith(selection: Partial<Policy["selection"]>, pieceLengthBytes = 16_384): Policy {
  const policy = defaultPolicy();
  return policySchema.parse({
    ...policy,
    selection: { ...policy.selection, ...selection },
    packing: { ...policy.packing, pieceLengthBytes },
  });
}

async function outcome(
  tracks: readonly TestTrack[],
  policy = policyWith({}),
  budget: number | null = null,
): Promise<string[]> {
  const { decisions } = await decideRows({ tracks }, policy, budget);
  return decisions.map(({ disposition, reason }) => `${disposition}: ${reason}`);
}

describe("without a budget", () => {
  const smallOpus = { ...vorbis(MIB, 150_000), codec: "opus" };
  test.each<[string, TestTrack, Partial<Policy["selection"]>, string]>([
    ["a track that is listened to", track(1), {}, "original: kept-original"],
    [
      "a track of popularity 0",
      track(1, { popularity: 0, plays: 0 }),
      {},
      "access-copy: low-popularity-access-copy",
    ],
    [
      "one below a higher threshold",
      track(1, { popularity: 20 }),
      { originalAbovePopularity: 20 },
      "access-copy: low-popularity-access-copy",
    ],
    [
      "popularity 0 under a policy that keeps all originals",
      track(1, { popularity: 0, plays: 0 }),
      { originalAbovePopularity: -1 },
      "original: kept-original",
    ],
    [
      "a track that nobody has counted",
      track(1, { popularity: null, plays: null }),
      {},
      "original: kept-original",
    ],
    [
      "the same under another policy",
      track(1, { popularity: null, plays: null }),
      { unknownPopularity: "access-copy" },
      "access-copy: unknown-popularity-access-copy",
    ],
    [
      "Opus that is as small as a copy would be",
      track(1, { popularity: 0, audio: smallOpus }),
      {},
      "original: access-copy-not-smaller",
    ],
    [
      "a file smaller than its copy would be",
      track(1, { popularity: 0, audio: vorbis(MIB, 200_000) }),
      {},
      "original: access-copy-not-smaller",
    ],
    ["a track without a file", track(1, { audio: null }), {}, "metadata-only: no-holding"],
  ])("%s", async (_, subject, selection, expected) => {
    expect(await outcome([subject], policyWith(selection))).toEqual([expected]);
  });
});

test("an access copy is on the side of the gate that its licence puts it on", async () => {
  const tracks = [track(1, { ...ORIGINAL_ONLY }), track(2, { ...ORIGINAL_ONLY, popularity: 0 })];
  const { decisions } = await decideRows({ tracks }, policyWith({}), null);
  expect(decisions.map(({ disposition, gate }) => `${disposition} ${gate}`)).toEqual([
    "original open",
    "access-copy dark",
  ]);
});

describe("duplicates", () => {
  test("only the track worth most of those with one ISRC is kept", async () => {
    const tracks = [
      track(1, { isrcs: [1], plays: 10, popularity: 10 }),
      track(2, { isrcs: [1, 2], plays: 20, popularity: 20 }),
      track(3, { isrcs: [2], plays: 5, popularity: 5 }),
    ];
    expect(await outcome(tracks)).toEqual([
      "metadata-only: duplicate-isrc",
      "original: kept-original",
      "metadata-only: duplicate-isrc",
    ]);
  });

  test("tracks that share no ISRC with a kept one are no duplicates", async () => {
    const tracks = [
      track(1, { isrcs: [1], plays: 30, popularity: 30 }),
      track(2, { isrcs: [1, 2], plays: 20, popularity: 20 }),
      track(3, { isrcs: [2], plays: 5, popularity: 5 }),
    ];
    expect((await outcome(tracks)).map((line) => line.split(":")[0])).toEqual([
      "original",
      "metadata-only",
      "original",
    ]);
  });

  test.each<[string, Partial<TestTrack>, Partial<TestTrack>]>([
    ["that may be published", { ...DARK }, { ...OPEN }],
    ["with the longer file", { audio: vorbis(3 * MIB, 200_000) }, { audio: vorbis(5 * MIB, 200_000) }],
    ["that has a file at all", { audio: null, plays: 1000 }, {}],
  ])("of equals the one %s stays", async (_, loser, winner) => {
    const tracks = [track(1, { isrcs: [1], ...loser }), track(2, { isrcs: [1], ...winner })];
    expect((await outcome(tracks)).map((line) => line.split(":")[0])).toEqual(["metadata-only", "original"]);
  });

  test("each says what it is a duplicate by", async () => {
    const tracks = [
      track(1, { isrcs: [1], popularity: 60 }),
      track(2, { isrcs: [1] }),
      track(3, { popularity: 60 }),
      track(4),
    ];
    const policy = policyWith({ duplicates: "recording" });
    const { decisions } = await decideRows({ tracks, same: [[4n, 3n]] }, policy, null);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      "kept-original",
      "duplicate-isrc",
      "kept-original",
      "duplicate-recording",
    ]);
  });

  test("are all kept when the policy says so", async () => {
    const tracks = [track(1, { isrcs: [1] }), track(2, { isrcs: [1] })];
    expect(await outcome(tracks, policyWith({ duplicates: "keep-all" }))).toEqual([
      "original: kept-original",
      "original: kept-original",
    ]);
  });
});

describe("with a budget", () => {
  test("the original gives way to the access copy, then to nothing", async () => {
    const tracks = [track(1, { plays: 1000 }), track(2, { plays: 100 }), track(3, { plays: 1 })];
    expect(await outcome(tracks, policyWith({}), 7 * MIB)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "metadata-only: budget-exhausted",
    ]);
  });

  test.each([0, 1, 1000, 500_000])(
    "of %i bytes, less than one track, keeps nothing and says why",
    async (budget) => {
      expect(new Set(await outcome([track(1), track(2)], policyWith({}), budget))).toEqual(
        new Set(["metadata-only: budget-exhausted"]),
      );
    },
  );

  // Of Opus at the copies' rate there is no smaller copy: one step a track.
  const opus = (sizeMib: number): TestTrack["audio"] => ({
    ...vorbis(sizeMib * MIB, sizeMib * 150_000),
    codec: "opus",
  });

  test("what the first track that does not fit leaves goes to the next that do, the best first", async () => {
    const tracks = [
      track(1, { plays: 1000, audio: opus(4) }),
      track(2, { plays: 1, audio: opus(1) }),
      track(3, { plays: 5, audio: opus(1) }),
      track(4, { plays: 5, audio: opus(1) }),
    ];
    const kept = async (budget: number, cuts: readonly bigint[] = []): Promise<readonly bigint[]> => {
      const { decisions, threshold } = await decideRows({ tracks }, policyWith({}), budget, cuts);
      const found = decisions.filter(({ disposition }) => disposition !== "metadata-only");
      expect(threshold.sums.originals).toBe(found.length);
      return found.map(({ trackId }) => trackId);
    };
    expect(await kept(1.2 * MIB)).toEqual([3n]);
    expect(await kept(2.2 * MIB)).toEqual([3n, 4n]);
    expect(await kept(3.3 * MIB)).toEqual([2n, 3n, 4n]);
    expect(await kept(2.2 * MIB, [2n, 4n])).toEqual([3n, 4n]);
    expect(await kept(5.2 * MIB)).toEqual([1n, 3n]);
  });

  test("what is left raises a copy to the original, after the copy of that track was taken", async () => {
    const tracks = [
      track(1, { plays: 1000, audio: vorbis(4 * MIB, 200_000) }),
      track(2, { plays: 990, audio: opus(3) }),
      track(3, { plays: 1, audio: vorbis(2 * MIB, 100_000) }),
    ];
    const { decisions, threshold } = await decideRows({ tracks }, policyWith({}), 4.6 * MIB);
    expect(decisions.map(({ disposition }) => disposition)).toEqual([
      "original",
      "metadata-only",
      "metadata-only",
    ]);
    expect(threshold.sums).toMatchObject({ originals: 1, copies: 0 });
  });

  test("nothing is raised to the original whose copy did not fit", async () => {
    // Its copy takes 1.9 MB, the original 0.8 MB more.
    const tracks = [track(1, { audio: opus(4) }), track(2, { audio: vorbis(2.6 * MIB, 200_000) })];
    const { threshold } = await decideRows({ tracks }, policyWith({}), 1.2 * MIB);
    expect(threshold.sums).toMatchObject({ originals: 0, copies: 0 });
  });

  test("a floor keeps one track of every artist before a second of the most listened one", async () => {
    const star = { artists: [7] };
    const tracks = [
      track(1, { ...star, plays: 1e6 }),
      track(2, { ...star, plays: 9e5 }),
      track(3, { plays: 1, popularity: 1 }),
    ];
    expect(await outcome(tracks, policyWith({}), 8.5 * MIB)).toEqual([
      "original: kept-original",
      "original: kept-original",
      "metadata-only: budget-exhausted",
    ]);
    expect(await outcome(tracks, policyWith({ tracksPerArtistFloor: 1 }), 8.5 * MIB)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "access-copy: policy-floor",
    ]);
  });

  test("rarity lifts the only track of an artist over one of many", async () => {
    const many = [1, 2, 3, 4].map((id) => track(id, { artists: [9], plays: 100 }));
    const tracks = [...many, track(5, { plays: 60 })];
    expect((await outcome(tracks, policyWith({}), 2.2 * MIB)).at(-1)).toBe("metadata-only: budget-exhausted");
    expect((await outcome(tracks, policyWith({ rarityWeight: 2 }), 2.2 * MIB)).at(-1)).toBe(
      "access-copy: budget-access-copy",
    );
  });

  test("decides the worked example of the format document", async () => {
    const audio = vorbis(4_000_000, 200_000);
    const tracks = [1000, 100, 0].map((plays, index) =>
      track(index, { plays, popularity: plays / 10, audio, tagBytes: 200 }),
    );
    const { decisions, shards } = await decideRows({ tracks }, policyWith({}), 7_340_032);
    expect(decisions.map(({ disposition, reason }) => `${disposition}: ${reason}`)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "metadata-only: budget-exhausted",
    ]);
    expect(decisions.map(({ bytes }) => bytes)).toEqual([4_012_544, 1_929_216, 0]);
    expect(shards).toEqual({ count: 1, bytes: 5_947_392 });
  });
});
