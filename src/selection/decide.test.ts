import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPolicy, type Policy, policySchema } from "../core/index.ts";
import { type Decision, decideTracks } from "./decide.ts";
import { REASONS } from "./disposition.ts";
import type { SelectionTrack } from "./selection-track.ts";

const MIB = 1 << 20;
const OPEN = { original: "open", "access-copy": "open" } as const;
const DARK = { original: "dark", "access-copy": "dark" } as const;
const ORIGINAL_ONLY = { original: "open", "access-copy": "dark" } as const;

function track(trackId: number, facts: Partial<SelectionTrack> = {}): SelectionTrack {
  return {
    trackId: BigInt(trackId),
    plays: 100,
    popularity: 50,
    gates: OPEN,
    artistIds: [BigInt(trackId)],
    isrcs: [],
    tagBytes: 200,
    audio: vorbis(4 * MIB, 200_000),
    ...facts,
  };
}

function vorbis(sizeBytes: number, durationMs: number | null): NonNullable<SelectionTrack["audio"]> {
  return {
    sizeBytes,
    codec: "vorbis",
    sampleRateHz: 44_100,
    channels: 2,
    bitsPerSample: null,
    durationMs,
    durationExact: true,
    bitrateKbps: null,
  };
}

function policyWith(selection: Partial<Policy["selection"]>, pieceLengthBytes = 16_384): Policy {
  const policy = defaultPolicy();
  return policySchema.parse({
    ...policy,
    selection: { ...policy.selection, ...selection },
    packing: { ...policy.packing, pieceLengthBytes },
  });
}

function outcome(
  tracks: readonly SelectionTrack[],
  policy = policyWith({}),
  budget: number | null = null,
): string[] {
  return decideTracks(tracks, policy, budget).decisions.map(
    ({ disposition, reason }) => `${disposition}: ${reason}`,
  );
}

describe("without a budget", () => {
  const smallOpus = { ...vorbis(MIB, 150_000), codec: "opus" };
  test.each<[string, SelectionTrack, Partial<Policy["selection"]>, string]>([
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
  ])("%s", (_, subject, selection, expected) => {
    expect(outcome([subject], policyWith(selection))).toEqual([expected]);
  });
});

test("an access copy is on the side of the gate that its licence puts it on", () => {
  const tracks = [track(1, { gates: ORIGINAL_ONLY }), track(2, { gates: ORIGINAL_ONLY, popularity: 0 })];
  const { decisions } = decideTracks(tracks, policyWith({}), null);
  expect(decisions.map(({ disposition, gate }) => `${disposition} ${gate}`)).toEqual([
    "original open",
    "access-copy dark",
  ]);
});

describe("duplicates", () => {
  test("only the track worth most of those with one ISRC is kept", () => {
    const tracks = [
      track(1, { isrcs: ["A"], plays: 10 }),
      track(2, { isrcs: ["A", "B"], plays: 20 }),
      track(3, { isrcs: ["B"], plays: 5 }),
    ];
    expect(outcome(tracks)).toEqual([
      "metadata-only: duplicate-isrc",
      "original: kept-original",
      "metadata-only: duplicate-isrc",
    ]);
  });

  test("tracks that share no ISRC with a kept one are no duplicates", () => {
    const tracks = [
      track(1, { isrcs: ["A"], plays: 30 }),
      track(2, { isrcs: ["A", "B"], plays: 20 }),
      track(3, { isrcs: ["B"], plays: 5 }),
    ];
    expect(outcome(tracks).map((line) => line.split(":")[0])).toEqual([
      "original",
      "metadata-only",
      "original",
    ]);
  });

  test.each<[string, Partial<SelectionTrack>, Partial<SelectionTrack>]>([
    ["that may be published", { gates: DARK }, { gates: OPEN }],
    ["with the longer file", { audio: vorbis(3 * MIB, 200_000) }, { audio: vorbis(5 * MIB, 200_000) }],
    ["that has a file at all", { audio: null, plays: 1000 }, {}],
  ])("of equals the one %s stays", (_, loser, winner) => {
    const tracks = [track(1, { isrcs: ["A"], ...loser }), track(2, { isrcs: ["A"], ...winner })];
    expect(outcome(tracks).map((line) => line.split(":")[0])).toEqual(["metadata-only", "original"]);
  });

  test("are all kept when the policy says so", () => {
    const tracks = [track(1, { isrcs: ["A"] }), track(2, { isrcs: ["A"] })];
    expect(outcome(tracks, policyWith({ duplicates: "keep-all" }))).toEqual([
      "original: kept-original",
      "original: kept-original",
    ]);
  });
});

describe("with a budget", () => {
  test("the original gives way to the access copy, then to nothing", () => {
    const tracks = [track(1, { plays: 1000 }), track(2, { plays: 100 }), track(3, { plays: 1 })];
    expect(outcome(tracks, policyWith({}), 7 * MIB)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "metadata-only: budget-exhausted",
    ]);
  });

  test.each([0, 1, 1000, 500_000])(
    "of %i bytes, less than one track, keeps nothing and says why",
    (budget) => {
      expect(new Set(outcome([track(1), track(2)], policyWith({}), budget))).toEqual(
        new Set(["metadata-only: budget-exhausted"]),
      );
    },
  );

  test("a floor keeps one track of every artist before a second of the most listened one", () => {
    const star = { artistIds: [7n] };
    const tracks = [
      track(1, { ...star, plays: 1e6 }),
      track(2, { ...star, plays: 9e5 }),
      track(3, { plays: 1 }),
    ];
    expect(outcome(tracks, policyWith({}), 8.5 * MIB)).toEqual([
      "original: kept-original",
      "original: kept-original",
      "metadata-only: budget-exhausted",
    ]);
    expect(outcome(tracks, policyWith({ tracksPerArtistFloor: 1 }), 8.5 * MIB)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "access-copy: policy-floor",
    ]);
  });

  test("rarity lifts the only track of an artist over one of many", () => {
    const many = [1, 2, 3, 4].map((id) => track(id, { artistIds: [9n], plays: 100 }));
    const tracks = [...many, track(5, { plays: 60 })];
    expect(outcome(tracks, policyWith({}), 2.2 * MIB).at(-1)).toBe("metadata-only: budget-exhausted");
    expect(outcome(tracks, policyWith({ rarityWeight: 2 }), 2.2 * MIB).at(-1)).toBe(
      "access-copy: budget-access-copy",
    );
  });

  test("decides the worked example of the format document", () => {
    const audio = vorbis(4_000_000, 200_000);
    const tracks = [1000, 100, 0].map((plays, index) =>
      track(index, { plays, popularity: plays / 10, audio, tagBytes: 200 }),
    );
    const { decisions, shards } = decideTracks(tracks, policyWith({}), 7_340_032);
    expect(decisions.map(({ disposition, reason }) => `${disposition}: ${reason}`)).toEqual([
      "original: kept-original",
      "access-copy: budget-access-copy",
      "metadata-only: budget-exhausted",
    ]);
    expect(decisions.map(({ estimatedBytes }) => estimatedBytes)).toEqual([4_012_544, 1_929_216, 0]);
    expect(shards).toEqual({ shards: 1, bytes: 5_947_392 });
  });

  const trackArbitrary = fc.record({
    plays: fc.option(fc.nat(1000), { nil: null }),
    gates: fc.constantFrom(OPEN, DARK, ORIGINAL_ONLY),
    artistIds: fc.array(fc.bigInt({ min: 1n, max: 4n }), { maxLength: 2 }),
    isrcs: fc.array(fc.constantFrom("A", "B", "C", "D"), { maxLength: 2 }),
    audio: fc.option(
      fc
        .tuple(fc.integer({ min: 100, max: 2 * MIB }), fc.option(fc.nat(200_000), { nil: null }))
        .map(([size, ms]) => vorbis(size, ms)),
      { nil: null },
    ),
  });
  const tracksArbitrary = fc
    .array(trackArbitrary, { maxLength: 15 })
    .map((all) =>
      all.map((facts, index) =>
        track(index, { ...facts, popularity: facts.plays === null ? null : facts.plays / 10 }),
      ),
    );

  test("whole shards stay within it, and every reason goes with its disposition", () => {
    fc.assert(
      fc.property(
        tracksArbitrary,
        fc.nat(20 * MIB),
        fc.constantFrom(16_384, MIB),
        fc.nat(2),
        (tracks, budget, piece, floor) => {
          const result = decideTracks(tracks, policyWith({ tracksPerArtistFloor: floor }, piece), budget);
          expect(result.shards.bytes).toBeLessThanOrEqual(budget);
          expect(result.decisions.length).toBe(tracks.length);
          for (const { disposition, reason, estimatedBytes } of result.decisions) {
            expect(REASONS[reason]).toContain(disposition);
            expect(estimatedBytes > 0).toBe(disposition !== "metadata-only");
          }
        },
      ),
    );
  });

  test("of the tracks with an ISRC at most one is kept", () => {
    fc.assert(
      fc.property(tracksArbitrary, fc.option(fc.nat(20 * MIB), { nil: null }), (tracks, budget) => {
        const { decisions } = decideTracks(tracks, policyWith({}), budget);
        const kept = tracks.filter((_, index) => decisions[index]?.disposition !== "metadata-only");
        for (const isrc of ["A", "B", "C", "D"]) {
          expect(kept.filter(({ isrcs }) => isrcs.includes(isrc)).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("the order in which tracks come changes nothing", () => {
    fc.assert(
      fc.property(tracksArbitrary, fc.nat(20 * MIB), (tracks, budget) => {
        const byId = (all: readonly SelectionTrack[]): Decision[] =>
          [...decideTracks(all, policyWith({ tracksPerArtistFloor: 1 }), budget).decisions].sort((a, b) =>
            a.trackId < b.trackId ? -1 : 1,
          );
        expect(byId([...tracks].reverse())).toEqual(byId(tracks));
      }),
    );
  });
});
