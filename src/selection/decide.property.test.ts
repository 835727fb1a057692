import fc from "fast-check";
import { expect, test } from "vitest";
import { type Policy, policySchema } from "../core/index.ts";
import { REASONS } from "./disposition.ts";
import { decideRows, type TestDecision, type TestTrack } from "./testing/decide-rows.ts";

const MIB = 1 << 20;
const RUNS = { numRuns: 8 };

function policyWith(selection: Partial<Policy["selection"]>): Policy {
  return policySchema.parse({ selection, packing: { pieceLengthBytes: 16_384 } });
}

const audioArbitrary = fc
  .tuple(fc.integer({ min: 100, max: 2 * MIB }), fc.option(fc.nat(200_000), { nil: null }))
  .map(([sizeBytes, durationMs]) => ({ sizeBytes, codec: "vorbis", durationMs, bitrateKbps: null }));

const trackArbitrary = fc.record({
  plays: fc.option(fc.nat(1000), { nil: null }),
  disseminate: fc.boolean(),
  derive: fc.boolean(),
  artists: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }),
  language: fc.constantFrom("de", "fi"),
  album: fc.integer({ min: 1, max: 3 }),
  isrcs: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4), { maxLength: 2 }),
  tagBytes: fc.constant(0),
  durationMs: fc.option(fc.integer({ min: 1000, max: 300_000 }), { nil: null }),
  audio: fc.option(audioArbitrary, { nil: null }),
});

const tracksArbitrary = fc.array(trackArbitrary, { maxLength: 15 }).map((all) =>
  all.map(
    (facts, index): TestTrack => ({
      ...facts,
      trackId: BigInt(index * 10 + 1),
      popularity: facts.plays === null ? null : facts.plays / 10,
    }),
  ),
);
const budgetArbitrary = fc.nat(12 * MIB);
/** Some stretches fit into it, others do not. */
const KEPT_BYTES = 100;
const ASSUMED = { bitrateKbps: 160, durationMs: 200_000 };

const keptOf = (decisions: readonly TestDecision[]): Set<bigint> =>
  new Set(
    decisions.filter(({ disposition }) => disposition !== "metadata-only").map(({ trackId }) => trackId),
  );

test("stays within the budget, tells a fitting reason for each track, and counts what it keeps", async () => {
  await fc.assert(
    fc.asyncProperty(
      tracksArbitrary,
      budgetArbitrary,
      fc.nat(2),
      fc.boolean(),
      async (tracks, budget, floor, assumed) => {
        const policy = policyWith({ tracksPerArtistFloor: floor, assumeHoldings: assumed ? ASSUMED : null });
        const { decisions, shards, value, threshold } = await decideRows({ tracks }, policy, budget);
        expect(shards.bytes).toBeLessThanOrEqual(budget);
        expect(decisions.map(({ trackId }) => trackId)).toEqual(tracks.map(({ trackId }) => trackId));
        for (const { disposition, reason, bytes } of decisions) {
          expect(REASONS[reason]).toContain(disposition);
          expect(bytes > 0).toBe(disposition !== "metadata-only");
        }
        const { originals, copies, blocksOpen, blocksDark } = threshold.sums;
        expect(originals + copies).toBe(keptOf(decisions).size);
        expect((blocksOpen + blocksDark) * 512).toBe(decisions.reduce((sum, { bytes }) => sum + bytes, 0));
        expect(value.kept).toBeLessThanOrEqual((value.bound ?? 0) + 1e-6);
        expect(value.kept).toBeLessThanOrEqual(value.whole + 1e-6);
      },
    ),
    RUNS,
  );
});

test("is within one step of the best answer, and more budget never gives less", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(trackArbitrary, { maxLength: 7 }),
      budgetArbitrary,
      fc.nat(MIB),
      async (some, budget, more) => {
        const tracks = some.map(
          (facts, index): TestTrack => ({
            ...facts,
            isrcs: [],
            disseminate: true,
            trackId: BigInt(index + 1),
            popularity: 50,
          }),
        );
        const policy = policyWith({ originalAbovePopularity: 0 });
        const { value, curve } = await decideRows({ tracks }, policy, budget);
        const all = await decideRows({ tracks }, policyWith({}), null);
        const originalsOnly = all.decisions.map(({ bytes }, index) => ({
          bytes,
          value: tracks[index]?.plays || (tracks[index]?.plays === 0 ? 0.1 : 1),
        }));
        const largestStep = Math.max(0, ...curve.buckets.map((bucket) => bucket.value));
        // Any subset of originals whose one shard fits is a plan: none may be worth a step more than ours.
        const best = bestValue(
          originalsOnly.filter(({ bytes }) => bytes > 0),
          budget - 16_384,
        );
        expect(value.kept).toBeGreaterThanOrEqual(best - largestStep - 1e-6);
        const richer = await decideRows({ tracks }, policy, budget + more);
        expect(richer.value.kept).toBeGreaterThanOrEqual(value.kept - 1e-6);
      },
    ),
    RUNS,
  );
});

test("does not depend on the order of the tracks, nor on how the catalogue is cut, nor on what is kept in memory", async () => {
  await fc.assert(
    fc.asyncProperty(
      tracksArbitrary,
      budgetArbitrary,
      fc.array(fc.bigInt({ min: 1n, max: 150n }), { maxLength: 3 }),
      fc.boolean(),
      async (tracks, budget, cuts, assumed) => {
        const policy = policyWith({
          tracksPerLabelFloor: 1,
          tracksPerLanguageFloor: 1,
          assumeHoldings: assumed ? ASSUMED : null,
        });
        const albums = [
          { no: 1, label: 7 },
          { no: 2, label: 8 },
        ];
        const whole = await decideRows({ tracks, albums }, policy, budget);
        const reversed = { tracks: [...tracks].reverse(), albums };
        const cut = await decideRows(reversed, policy, budget, cuts, true, KEPT_BYTES);
        expect(cut.decisions).toEqual(whole.decisions);
        expect(cut.shards).toEqual(whole.shards);
      },
    ),
    RUNS,
  );
});

test("keeps one track of each ISRC and of each cluster, the one that goes through all in order would keep", async () => {
  await fc.assert(
    fc.asyncProperty(tracksArbitrary, fc.boolean(), fc.boolean(), async (tracks, assumed, clusters) => {
      const policy = policyWith({
        duplicates: clusters ? "recording" : "isrc",
        assumeHoldings: assumed ? ASSUMED : null,
      });
      const same = tracks
        .filter(({ trackId }) => trackId % 30n === 11n)
        .map(({ trackId }) => [trackId, 1n] as const);
      const { decisions } = await decideRows({ tracks, same }, policy, null);
      const groups = (track: TestTrack): readonly string[] => [
        ...track.isrcs.map(String),
        ...(clusters && same.length > 0 && (track.trackId === 1n || same.some(([id]) => id === track.trackId))
          ? ["cluster"]
          : []),
      ];
      const taken = new Set<string>();
      const expected = new Set<bigint>();
      for (const track of [...tracks].sort(byPrecedence)) {
        if (track.audio === null && !assumed) continue;
        if (groups(track).some((group) => taken.has(group))) continue;
        expected.add(track.trackId);
        for (const group of groups(track)) taken.add(group);
      }
      expect(keptOf(decisions)).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

test("keeps one track of each artist, label and language where the budget allows it", async () => {
  await fc.assert(
    fc.asyncProperty(tracksArbitrary, async (tracks) => {
      const policy = policyWith({
        tracksPerArtistFloor: 1,
        tracksPerLabelFloor: 1,
        tracksPerLanguageFloor: 1,
        duplicates: "keep-all",
        assumeHoldings: ASSUMED,
        accessCopyWorth: 1,
      });
      const albums = [
        { no: 1, label: 7 },
        { no: 2, label: 8 },
      ];
      const subjects = (track: TestTrack): readonly string[] => [
        ...track.artists.map((no) => `artist ${no}`),
        `language ${track.language}`,
        ...(track.album === undefined || track.album > 2 ? [] : [`label ${track.album}`]),
      ];
      const everyone = new Set(tracks.flatMap(subjects));
      // Room for as many of the largest as there are subjects.
      const { decisions } = await decideRows({ tracks, albums }, policy, everyone.size * 8 * MIB);
      const kept = keptOf(decisions);
      const served = new Set(tracks.filter(({ trackId }) => kept.has(trackId)).flatMap(subjects));
      expect(served).toEqual(everyone);
    }),
    RUNS,
  );
});

function byPrecedence(a: TestTrack, b: TestTrack): number {
  const key = (track: TestTrack): readonly number[] => [
    track.audio === null ? 0 : 1,
    track.popularity === null ? -1 : Math.fround(track.popularity),
    track.audio !== null && track.disseminate ? 1 : 0,
    track.audio?.sizeBytes ?? 0,
    -Number(track.trackId),
  ];
  const [left, right] = [key(a), key(b)];
  const at = left.findIndex((part, index) => part !== right[index]);
  return at < 0 ? 0 : (right[at] ?? 0) - (left[at] ?? 0);
}

/** Tries every combination. */
function bestValue(
  offers: readonly { readonly bytes: number; readonly value: number }[],
  budget: number,
): number {
  const [first, ...rest] = offers;
  if (!first) return 0;
  const without = bestValue(rest, budget);
  return first.bytes > budget
    ? without
    : Math.max(without, first.value + bestValue(rest, budget - first.bytes));
}
