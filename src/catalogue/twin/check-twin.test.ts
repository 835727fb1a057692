import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { currentSnapshot } from "../store/snapshot-store.ts";
import { makeTestArchive, type TestArchive } from "../testing/catalogued.ts";
import { type CheckedTarget, checkTwin, judge } from "./check-twin.ts";
import { makeTwin } from "./make-twin.ts";
import { planTwin } from "./plan-twin.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

async function check(minutePeaks: boolean): Promise<CheckedTarget[]> {
  const plan = planTwin({ tracks: 100_000, seed: 3, minutePeaks });
  await makeTwin({ archive: it.archive, plan, reporter: silentReporter, workers: 1, statistics: false });
  return await checkTwin({ snapshot: await currentSnapshot(it.archive), reporter: silentReporter });
}

test("a twin meets every published figure", async () => {
  const checked = await check(true);
  expect(checked.filter(({ ok }) => !ok)).toEqual([]);
  expect(checked.length).toBeGreaterThan(40);
}, 60_000);

test("one without whole-minute clusters misses these, and nothing else", async () => {
  const missed = (await check(false)).filter(({ ok }) => !ok).map(({ name }) => name);
  expect(missed).toEqual([2, 3, 4].map((minutes) => `cluster of durations at ${minutes}:00`));
}, 60_000);

const base = { name: "n", source: "s", sql: "" };
test.each([
  [{ kind: "about", share: 0.01 }, false, 200, 1, 201.9, true],
  [{ kind: "about", share: 0.01 }, false, 200, 1, 202.1, false],
  [{ kind: "within", difference: 0 }, false, 20, 1, 20, true],
  [{ kind: "within", difference: 0 }, false, 20, 1, 21, false],
  [{ kind: "at least" }, false, 0.5, 1, 0.49, false],
  [{ kind: "at most" }, false, 0.1, 1, 0.11, false],
  // A tenth of 1,000,000 is 100,000; three roots of that are less than 1 %.
  [{ kind: "about", share: 0.01 }, true, 1_000_000, 0.1, 101_000, true],
  [{ kind: "about", share: 0.01 }, true, 1_000_000, 0.1, 101_001, false],
] as const)(
  "%j, count %s: %d at scale %d, measured %d: %s",
  (tolerance, isCount, target, scale, value, ok) => {
    expect(judge({ ...base, tolerance, isCount, target }, scale, value).ok).toBe(ok);
  },
);

test("a figure that cannot be measured is missed", () => {
  const target = { ...base, tolerance: { kind: "at most" }, isCount: false, target: 1 } as const;
  expect(judge(target, 1, null).ok).toBe(false);
});
