import fc from "fast-check";
import { expect, test } from "vitest";
import { BLOCK_BYTES, BlockLedger } from "./block-ledger.ts";

test("blocks end where the stream's do, and cover the stretch", () => {
  const ledger = new BlockLedger(10_000, 50_000);
  expect(ledger.blocks.map(({ offsetBytes, lengthBytes }) => [offsetBytes, lengthBytes])).toEqual([
    [10_000, 6384],
    [16_384, 16_384],
    [32_768, 16_384],
    [49_152, 848],
  ]);
});

test("a block goes to one source, until that one is late", () => {
  const ledger = new BlockLedger(0, 2 * BLOCK_BYTES, 1000);
  expect(ledger.take("a", 9, 0).map(({ index }) => index)).toEqual([0, 1]);
  expect(ledger.take("b", 9, 999)).toEqual([]);
  expect(ledger.take("b", 1, 1000).map(({ index }) => index)).toEqual([0]);
  const [first] = ledger.blocks;
  if (!first) throw new Error("no block");
  expect(ledger.give("b", first)).toBe(true);
  expect(ledger.give("a", first)).toBe(false);
});

test("whatever sources do, every block comes once, from whom it was asked", () => {
  const step = fc.record({
    source: fc.constantFrom("a", "b", "c"),
    does: fc.constantFrom("take", "give", "give up", "take back"),
    pick: fc.nat(),
  });
  fc.assert(
    fc.property(
      fc.nat(200_000),
      fc.integer({ min: 1, max: 200_000 }),
      fc.array(step),
      (start, length, steps) => {
        const ledger = new BlockLedger(start, start + length, 5);
        const asked = new Map<string, Set<number>>();
        const have = new Map<number, string>();
        steps.forEach(({ source, does, pick }, now) => {
          const mine = asked.get(source) ?? new Set();
          asked.set(source, mine);
          const block = ledger.blocks[pick % ledger.blocks.length];
          if (!block) return;
          if (does === "take")
            for (const { index } of ledger.take(source, 1 + (pick % 3), now)) mine.add(index);
          else if (does === "give") {
            const isNew = mine.delete(block.index) && !have.has(block.index);
            expect(ledger.give(source, block)).toBe(isNew);
            if (isNew) have.set(block.index, source);
          } else if (does === "give up") {
            ledger.giveUp(source, block);
            mine.delete(block.index);
          } else {
            expect(ledger.takeBack(block.index)).toBe(have.get(block.index) ?? null);
            have.delete(block.index);
          }
          expect(ledger.isComplete).toBe(have.size === ledger.blocks.length);
        });
        // One that never fails ends it.
        for (let now = 1e6; !ledger.isComplete; now += 10) {
          const blocks = ledger.take("z", 3, now);
          expect(blocks.length).toBeGreaterThan(0);
          for (const block of blocks) expect(ledger.give("z", block)).toBe(true);
        }
      },
    ),
  );
});
