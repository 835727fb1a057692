import { expect, test } from "vitest";
import { RateLimit } from "./rate-limit.ts";

test("without a rate nothing waits", () => {
  expect(new RateLimit(null).take(1 << 30)).toBeUndefined();
});

test("a second lets a second's bytes through, each asker in turn", async () => {
  const limit = new RateLimit(1_000_000);
  const order: number[] = [];
  const started = performance.now();
  const asked = Array.from({ length: 40 }, async (_, index) => {
    await limit.take(16_384);
    order.push(index);
  });
  await Promise.all(asked);
  const seconds = (performance.now() - started) / 1000;
  limit.close();
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  // 39 blocks have to be earned; how late the machine wakes us is its own affair.
  expect(seconds).toBeGreaterThan((38 * 16_384) / 1_000_000);
});
