import { expect, test } from "vitest";
import { Meter } from "./meter.ts";

test("the rate is that of the last seconds and the time left follows from it", () => {
  const meter = new Meter("packing", "bytes", 10_000, 0);
  for (let second = 1; second <= 40; second += 1)
    meter.advance(second <= 20 ? 10 : 100, "a.ogg", second * 1000);
  const reading = meter.read(40_000);
  expect(reading.done).toBe(20 * 10 + 20 * 100);
  expect(reading.perSecond).toBeCloseTo(100, 0);
  expect(reading.secondsLeft).toBeCloseTo((10_000 - 2200) / 100, 0);
  expect(reading.detail).toBe("a.ogg");
});

test("nothing is said of a rate before there is one", () => {
  const meter = new Meter("packing", "items", undefined, 5);
  expect(meter.read(5)).toMatchObject({ done: 0, total: null, perSecond: null, secondsLeft: null });
});

test("a stalled operation loses its rate instead of keeping an old one", () => {
  const meter = new Meter("packing", "items", 10, 0);
  meter.advance(5, undefined, 1000);
  const early = meter.read(2000).perSecond ?? 0;
  const late = meter.read(60_000).perSecond ?? 0;
  expect(late).toBeLessThan(early / 10);
});

test("a total that turns out to be larger is taken over and time left is never negative", () => {
  const meter = new Meter("reading", "bytes", 10, 0);
  meter.advance(30, undefined, 1000);
  expect(meter.read(2000).secondsLeft).toBe(0);
  meter.setTotal(60);
  expect(meter.read(2000).secondsLeft).toBeCloseTo(2, 5);
});

test("memory does not grow with the number of steps", () => {
  const meter = new Meter("reading", "items", 1_000_000, 0);
  for (let step = 0; step < 100_000; step += 1) meter.advance(1, undefined, step);
  expect(meter.read(100_000).perSecond).toBeCloseTo(1000, -1);
});
