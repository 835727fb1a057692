import { expect, test } from "vitest";
import { type Kept, KeptColumns } from "./kept-columns.ts";

const range = (first: bigint) => ({ first, last: first, query: "" });

function columns(values: readonly number[]): Kept {
  const { length } = values;
  return {
    assumedMs: new Uint32Array(length).fill(200_000),
    values: Float64Array.from(values),
    traits: new Uint8Array(length).fill(3),
    held: { originals: new Float64Array(length).fill(Number.NaN), copies: new Float64Array(length).fill(77) },
    ranks: {
      priorities: new Float64Array(length).fill(0.1),
      popularities: new Float32Array(length).fill(1.5),
    },
  };
}

/** The numbers, whatever they are kept in. */
function plain(kept: Kept | null) {
  if (!kept?.held || !kept.ranks) throw new Error("nothing is kept");
  const { assumedMs, values, traits, held, ranks } = kept;
  return [assumedMs, values, traits, held.originals, held.copies, ranks.priorities, ranks.popularities].map(
    (column) => [...column],
  );
}

test("what is kept comes back as it was, whether it fits into half the bytes or not", () => {
  const kept = new KeptColumns(1000);
  const [whole, thirds] = [columns([1, 2 ** 24, -0, Number.NaN]), columns([1 / 3, 2 ** 24 + 1])];
  const [a, b] = [range(0n), range(1n)];
  kept.keep(a, whole);
  kept.keep(b, thirds);
  expect(plain(kept.get(a))).toEqual(plain(whole));
  expect(plain(kept.get(b))).toEqual(plain(thirds));
  expect(kept.get(a)?.values).toBeInstanceOf(Float32Array);
  expect(kept.get(b)?.values).toBeInstanceOf(Float64Array);
  // A copy: what was read into is used again.
  const before = plain(kept.get(b));
  for (const column of [thirds.assumedMs, thirds.traits, thirds.values]) column.fill(9);
  expect(plain(kept.get(b))).toEqual(before);
  expect(kept.get(range(0n))).toBeNull();
});

test("no more is kept than there is room for", () => {
  // 4 + 4 + 1 for lengths, values and traits, 4 + 4 for sizes, 8 + 4 for ranks.
  const kept = new KeptColumns(2 * 29 + 28);
  const [a, b, c] = [range(0n), range(1n), range(2n)];
  kept.keep(a, columns([1]));
  kept.keep(b, columns([1, 2]));
  kept.keep(c, columns([3]));
  expect([a, b, c].map((one) => kept.get(one) !== null)).toEqual([true, false, true]);
});
