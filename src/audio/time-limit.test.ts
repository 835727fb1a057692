import { expect, test } from "vitest";
import { timeLimitMs } from "./time-limit.ts";

test.each([
  ["a short track", { sizeBytes: 4_000_000, durationMs: 200_000 }, 172_000],
  ["five hours", { sizeBytes: 40_000_000, durationMs: 18_000_000 }, 4_640_000],
  ["unknown length", { sizeBytes: 4_000_000, durationMs: null }, 1_122_000],
  ["nothing", { sizeBytes: 0, durationMs: 0 }, 120_000],
  ["more than a timer holds", { sizeBytes: 2 ** 50, durationMs: null }, 2 ** 31 - 1],
])("%s", (_name, stream, expected) => {
  expect(timeLimitMs(stream)).toBe(expected);
});
