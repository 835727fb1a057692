import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mapInOrder } from "./map-in-order.ts";

async function* stream<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe("mapping in order with a bounded look-ahead", () => {
  test("gives every result in order, whatever finishes first, and never holds more than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.nat(9)),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (scheduler, weights, maxItems, maxWeight, atOnce) => {
          const held = new Map<number, number>();
          let excess = false;
          let running = 0;
          const run = async (index: number): Promise<number> => {
            running += 1;
            excess ||= running > atOnce;
            held.set(index, weights[index] ?? 0);
            const weight = [...held.values()].reduce((sum, one) => sum + one, 0);
            excess ||= held.size > maxItems || (weight > maxWeight && held.size > 1);
            const result = await scheduler.schedule(Promise.resolve(index * 2));
            running -= 1;
            return result;
          };
          const results: number[] = [];
          const consume = async (): Promise<void> => {
            const weightOf = (index: number): number => weights[index] ?? 0;
            const mapped = mapInOrder(stream([...weights.keys()]), run, weightOf, {
              maxItems,
              maxWeight,
              atOnce,
            });
            for await (const { item, result } of mapped) {
              results.push(result);
              held.delete(item);
            }
          };
          await scheduler.waitFor(consume());
          expect(results).toEqual(weights.map((_, index) => index * 2));
          expect(excess).toBe(false);
        },
      ),
    );
  });

  test("a failure is met in its turn, after the results before it", async () => {
    const results: number[] = [];
    const run = (item: number): Promise<number> =>
      item === 2 ? Promise.reject(new Error("third")) : Promise.resolve(item);
    const consume = async (): Promise<void> => {
      const mapped = mapInOrder(stream([0, 1, 2, 3]), run, () => 1, {
        maxItems: 4,
        maxWeight: 4,
        atOnce: 4,
      });
      for await (const { result } of mapped) results.push(result);
    };
    await expect(consume()).rejects.toThrow("third");
    expect(results).toEqual([0, 1]);
  });

  test("closes the stream of items when the caller stops", async () => {
    let closed = false;
    async function* items(): AsyncGenerator<number> {
      try {
        for (let item = 0; ; item += 1) yield item;
      } finally {
        closed = true;
      }
    }
    for await (const { result } of mapInOrder(
      items(),
      async (item) => item,
      () => 1,
      { maxItems: 3, maxWeight: 9, atOnce: 3 },
    )) {
      if (result === 2) break;
    }
    expect(closed).toBe(true);
  });

  test("begins items in their order, and the last rounds heaviest first", async () => {
    const weights = [1, 2, 3, 1, 9, 2, 4];
    const begun: number[] = [];
    const run = async (index: number): Promise<void> => {
      begun.push(index);
    };
    const mapped = mapInOrder(stream([...weights.keys()]), run, (index) => weights[index] ?? 0, {
      maxItems: 9,
      maxWeight: 99,
      atOnce: 1,
    });
    const order: number[] = [];
    for await (const { item } of mapped) order.push(item);
    // Seven wait: three in their order, then the last four by weight.
    expect(begun).toEqual([0, 1, 2, 4, 6, 5, 3]);
    expect(order).toEqual([...weights.keys()]);
  });
});
