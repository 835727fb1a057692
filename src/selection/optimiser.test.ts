import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convexHull } from "./convex-hull.ts";
import { type Candidate, marginalCurve, orderSteps, selectWithinBudget } from "./optimiser.ts";

const sizeAndWorth = { bytes: fc.integer({ min: 1, max: 60 }), value: fc.integer({ min: 0, max: 60 }) };
const offersArbitrary = fc
  .tuple(
    fc.record({ kind: fc.constant("copy"), ...sizeAndWorth }),
    fc.record({ kind: fc.constant("original"), ...sizeAndWorth }),
  )
  .chain((offers) => fc.subarray(offers));

const candidatesArbitrary = (isFloor: fc.Arbitrary<boolean>, maxLength = 7): fc.Arbitrary<Candidate[]> =>
  fc
    .array(fc.record({ offers: offersArbitrary, isFloor }), { maxLength })
    .map((tracks) => tracks.map((track, index) => ({ ...track, trackId: BigInt(index) })));

const withoutFloors = candidatesArbitrary(fc.constant(false));
const withFloors = candidatesArbitrary(fc.boolean());
const budgetArbitrary = fc.integer({ min: 0, max: 300 });

describe("selection within a budget", () => {
  test("never exceeds the budget, and counts what it chose", () => {
    fc.assert(
      fc.property(withFloors, budgetArbitrary, (candidates, budget) => {
        const selection = selectWithinBudget(candidates, budget);
        const chosen = selection.choices.map((choice, index) => chosenOffer(candidates[index], choice.kind));
        expect(selection.bytes).toBeLessThanOrEqual(budget);
        expect(selection.bytes).toBe(chosen.reduce((sum, offer) => sum + offer.bytes, 0));
        expect(selection.value).toBe(chosen.reduce((sum, offer) => sum + offer.value, 0));
      }),
    );
  });

  test("is within the value of one step of the best possible answer", () => {
    fc.assert(
      fc.property(withoutFloors, budgetArbitrary, (candidates, budget) => {
        const { value } = selectWithinBudget(candidates, budget);
        const largestStep = Math.max(0, ...orderSteps(candidates).value);
        const best = bestValue(candidates, budget);
        expect(value).toBeLessThanOrEqual(best);
        expect(value).toBeGreaterThanOrEqual(best - largestStep);
      }),
      { numRuns: 500 },
    );
  });

  test("never gives less for more", () => {
    fc.assert(
      fc.property(
        withoutFloors,
        budgetArbitrary,
        fc.integer({ min: 0, max: 50 }),
        (candidates, budget, more) => {
          const value = selectWithinBudget(candidates, budget).value;
          expect(selectWithinBudget(candidates, budget + more).value).toBeGreaterThanOrEqual(value);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("leaves out no step that would still fit", () => {
    fc.assert(
      fc.property(withFloors, budgetArbitrary, (candidates, budget) => {
        const selection = selectWithinBudget(candidates, budget);
        candidates.forEach((candidate, index) => {
          const next = nextStepBytes(candidate, selection.choices[index]?.kind ?? null);
          if (next !== null) expect(selection.bytes + next).toBeGreaterThan(budget);
        });
      }),
    );
  });

  test("does not depend on the order in which the tracks come", () => {
    fc.assert(
      fc.property(withFloors, budgetArbitrary, fc.infiniteStream(fc.nat()), (candidates, budget, keys) => {
        const keyed = candidates.map((candidate) => ({ candidate, key: keys.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ candidate }) => candidate);
        expect(chosenById(shuffled, budget)).toEqual(chosenById(candidates, budget));
      }),
    );
  });

  test("without a budget every track is kept at its most valuable offer", () => {
    fc.assert(
      fc.property(withFloors, (candidates) => {
        const { value } = selectWithinBudget(candidates, null);
        const best = candidates.map(({ offers }) => Math.max(0, ...offers.map((offer) => offer.value)));
        expect(value).toBe(best.reduce((sum, one) => sum + one, 0));
      }),
    );
  });

  test("keeps the floors before anything else competes", () => {
    fc.assert(
      fc.property(withFloors, budgetArbitrary, (candidates, budget) => {
        const selection = selectWithinBudget(candidates, budget);
        const floors = candidates.map((candidate) => ({
          ...candidate,
          offers: candidate.isFloor ? candidate.offers : [],
        }));
        const cheapest = floors.map(({ offers }) => convexHull(offers)[0]?.bytes ?? 0);
        const missed = cheapest.filter(
          (bytes, index) => bytes > 0 && selection.choices[index]?.kind === null,
        );
        const together = cheapest.reduce((sum, bytes) => sum + bytes, 0);
        expect(missed.length === 0 || together > budget).toBe(true);
      }),
    );
  });

  test("says of a track that only its floor was kept", () => {
    const candidates: Candidate[] = [
      {
        trackId: 1n,
        offers: [
          { kind: "copy", bytes: 10, value: 1 },
          { kind: "original", bytes: 40, value: 2 },
        ],
        isFloor: true,
      },
      { trackId: 2n, offers: [{ kind: "original", bytes: 30, value: 90 }] },
    ];
    expect(selectWithinBudget(candidates, 40).choices).toEqual([
      { kind: "copy", byFloor: true },
      { kind: "original", byFloor: false },
    ]);
    expect(selectWithinBudget(candidates, 70).choices[0]).toEqual({ kind: "original", byFloor: false });
    expect(selectWithinBudget(candidates, 30).choices.map(({ kind }) => kind)).toEqual(["copy", null]);
  });

  test.each([
    [0, [null, null]],
    [9, [null, null]],
    [10, ["copy", null]],
    [30, ["copy", "copy"]],
    [60, ["original", "copy"]],
    [1000, ["original", "original"]],
  ])("a budget of %i bytes", (budget, expected) => {
    const candidates: Candidate[] = [
      {
        trackId: 1n,
        offers: [
          { kind: "copy", bytes: 10, value: 80 },
          { kind: "original", bytes: 40, value: 100 },
        ],
      },
      {
        trackId: 2n,
        offers: [
          { kind: "copy", bytes: 20, value: 8 },
          { kind: "original", bytes: 80, value: 10 },
        ],
      },
    ];
    expect(selectWithinBudget(candidates, budget).choices.map(({ kind }) => kind)).toEqual(expected);
  });
});

describe("the marginal curve", () => {
  test("rises, flattens and ends with everything", () => {
    fc.assert(
      fc.property(withoutFloors, fc.integer({ min: 1, max: 12 }), (candidates, points) => {
        const walk = orderSteps(candidates);
        const curve = marginalCurve(walk, points);
        expect(curve.length).toBe(walk.bytes.length === 0 ? 0 : points);
        if (curve.length > 0) {
          const everything = selectWithinBudget(candidates, null);
          expect(curve.at(-1)).toEqual({ bytes: everything.bytes, value: everything.value });
        }
        curve.forEach((point, index) => {
          const before = curve[index - 1] ?? { bytes: 0, value: 0 };
          expect(point.bytes).toBeGreaterThanOrEqual(before.bytes);
          expect(point.value).toBeGreaterThanOrEqual(before.value);
        });
      }),
    );
  });
});

function chosenOffer(
  candidate: Candidate | undefined,
  kind: string | null,
): { bytes: number; value: number } {
  if (kind === null) return { bytes: 0, value: 0 };
  let bytes = 0;
  let value = 0;
  for (const step of convexHull(candidate?.offers ?? [])) {
    bytes += step.bytes;
    value += step.value;
    if (step.kind === kind) break;
  }
  return { bytes, value };
}

function nextStepBytes(candidate: Candidate, kind: string | null): number | null {
  const steps = convexHull(candidate.offers);
  const at = steps.findIndex((step) => step.kind === kind);
  return steps[at + 1]?.bytes ?? null;
}

function chosenById(candidates: readonly Candidate[], budget: number): Map<bigint, string | null> {
  const { choices } = selectWithinBudget(candidates, budget);
  const pairs = candidates.map(({ trackId }, index) => [trackId, choices[index]?.kind ?? null] as const);
  return new Map(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Tries every combination. */
function bestValue(candidates: readonly Candidate[], budget: number): number {
  const [first, ...rest] = candidates;
  if (!first) return 0;
  let best = bestValue(rest, budget);
  for (const offer of first.offers) {
    if (offer.bytes <= budget) best = Math.max(best, offer.value + bestValue(rest, budget - offer.bytes));
  }
  return best;
}
