import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Clusters, windowEnds } from "./clusters.ts";

const COUNT = 12;
const node = fc.integer({ min: 0, max: COUNT - 1 });
const input = fc.record({
  keys: fc.array(fc.boolean(), { minLength: COUNT, maxLength: COUNT }),
  edges: fc.array(fc.tuple(node, node, fc.integer({ min: 0, max: 2 })), { maxLength: 10 }),
  // Groups of equal text do not overlap: each node is in one of four.
  groups: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: COUNT, maxLength: COUNT }),
});

interface Input {
  readonly keys: readonly boolean[];
  readonly edges: readonly (readonly [number, number, number])[];
  readonly groups: readonly number[];
}

function solve({ keys, edges, groups }: Input, order: readonly number[]): string[] {
  const clusters = new Clusters(Uint8Array.from(keys, Number));
  const strong = edges.filter(([a, b]) => keys[a] && keys[b]);
  for (const [a, b, evidence] of shuffled(strong, order)) clusters.unite(a, b, evidence);
  clusters.freeze();
  const members = [0, 1, 2, 3].map((group) => groups.flatMap((own, at) => (own === group ? [at] : [])));
  for (const group of shuffled(members, order)) clusters.attach(shuffled(group, order));
  return keys.map((_, at) => `${clusters.root(at)} ${clusters.root(at) === at ? "" : clusters.evidence(at)}`);
}

function shuffled<T>(items: readonly T[], order: readonly number[]): T[] {
  return items
    .map((item, at) => ({ item, by: order[at % order.length] ?? 0 }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
}

describe("clusters", () => {
  test("do not depend on the order of what is said", () => {
    const order = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: COUNT });
    fc.assert(
      fc.property(input, order, (given, by) => {
        expect(solve(given, by)).toEqual(solve(given, [0]));
      }),
    );
  });

  test("never unite by text what strong identifiers keep apart", () => {
    fc.assert(
      fc.property(input, (given) => {
        const withText = solve(given, [0]);
        const without = solve({ ...given, groups: given.groups.map(() => 9) }, [0]);
        for (const a of given.keys.keys()) {
          for (const b of given.keys.keys()) {
            if (!given.keys[a] || !given.keys[b]) continue;
            const root = (roots: readonly string[], at: number): string | undefined =>
              roots[at]?.split(" ")[0];
            expect(root(withText, a) === root(withText, b)).toBe(root(without, a) === root(without, b));
          }
        }
      }),
    );
  });

  test("take in the one without an identifier when only one cluster fits, with the smallest number as the name", () => {
    const clusters = new Clusters(Uint8Array.of(0, 1, 1, 0));
    clusters.unite(1, 2, 0);
    clusters.freeze();
    clusters.attach([0, 2]);
    clusters.attach([3]);
    expect([0, 1, 2, 3].map((at) => clusters.root(at))).toEqual([0, 0, 0, 3]);
    expect([0, 1, 2].map((at) => clusters.evidence(at))).toEqual(["text", "mbid", "mbid"]);
  });

  test("leave it alone when two fit", () => {
    const clusters = new Clusters(Uint8Array.of(1, 1, 0, 0));
    clusters.freeze();
    clusters.attach([0, 1, 2, 3]);
    expect([0, 1, 2, 3].map((at) => clusters.root(at))).toEqual([0, 1, 2, 2]);
  });
});

test("windows span at most what they may and cover everything", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1 }), (given) => {
      const lengths = given.sort((a, b) => a - b);
      const ends = windowEnds(lengths, 2000);
      expect(ends.at(-1)).toBe(lengths.length);
      let start = 0;
      for (const end of ends) {
        expect(end).toBeGreaterThan(start);
        expect((lengths[end - 1] ?? 0) - (lengths[start] ?? 0)).toBeLessThanOrEqual(2000);
        if (end < lengths.length) expect((lengths[end] ?? 0) - (lengths[start] ?? 0)).toBeGreaterThan(2000);
        start = end;
      }
    }),
  );
});
