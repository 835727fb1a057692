import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCatalogue, currentSnapshot } from "../catalogue/index.ts";
import { writeAudioAccession, writePlaysAccession } from "../catalogue/testing/accessions.ts";
import { type Archive, initArchive, policySchema, silentReporter } from "../core/index.ts";
import { comparePlans } from "./compare-plans.ts";
import { explainTrack } from "./explain-track.ts";
import { listPlans } from "./list-plans.ts";
import { budgetOutcome } from "./plan-budgets.ts";
import { curveSteps, readPlanCurve } from "./plan-curve.ts";
import { openPlan, type Plan, readDispositions } from "./plan-store.ts";
import { planWith } from "./plan-with.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-plan-"));
afterAll(() => rmSync(root, { recursive: true }));

const MB = 1_000_000;
const clock = { now: () => new Date("2026-11-23T10:00:00Z") };
const policy = policySchema.parse({ packing: { pieceLengthBytes: 16_384 } });
let archive: Archive;
let small: Plan;
let large: Plan;

beforeAll(async () => {
  ({ archive } = await initArchive(join(root, "archive"), { clock }));
  const files = ["a", "b", "c", "d"].map((name, index) => ({
    path: `${name}.ogg`,
    sizeBytes: 4 * MB,
    durationMs: 200_000,
    tags: [
      ["TITLE", `Title ${name}`],
      ["ISRC", index < 2 ? "QZDWX2400001" : "not an ISRC"],
    ] as const,
  }));
  await writeAudioAccession(archive, { label: "sample", day: 1, files });
  const rows = [900, 1000, 50, 20].map((plays, index) => ({
    kind: "path" as const,
    value: files[index]?.path ?? "",
    plays,
  }));
  await writePlaysAccession(archive, { label: "counts", day: 2, rows });
  await buildCatalogue({ archive, reporter: silentReporter, clock });
  small = await plan(5 * MB);
  large = await plan(9 * MB);
});

async function plan(budgetBytes: number): Promise<Plan> {
  const { plan: id } = await planWith({
    archive,
    reporter: silentReporter,
    clock,
    snapshot: await currentSnapshot(archive),
    rightsId: "r-test",
    gates: "select track_id, true as disseminate, true as derive from segment_track",
    policy,
    budgetBytes,
    dryRun: false,
  });
  return await openPlan(archive, id);
}

async function rows(of: Plan) {
  const all = [];
  for await (const row of readDispositions(of)) all.push(row);
  return all;
}

test("the curve of a plan gives what a plan with that budget keeps, and everything at its end", async () => {
  const curve = await readPlanCurve(small);
  for (const made of [small, large]) {
    const outcome = budgetOutcome(curve, policy, made.document.budgetBytes);
    // In proportion within the last bucket: no step more or less than one.
    expect(Math.abs(outcome.original - made.document.totals.original.tracks)).toBeLessThanOrEqual(1);
  }
  const steps = curveSteps(curve, policy, 5);
  expect(steps.at(-1)).toMatchObject({ original: 3, accessCopy: 0, share: 1 });
  const values = steps.map(({ value }) => value);
  expect(values).toEqual([...values].sort((a, b) => a - b));
});

test("a budget at which a step is said to be taken takes it", async () => {
  const left = (await rows(small)).find(({ reason }) => reason === "budget-exhausted");
  const { steps, thresholdPerMb } = await explainTrack(archive, small, left?.trackId ?? 0n);
  const [step] = steps;
  expect(step).toMatchObject({ tier: "access-copy", isTaken: false });
  expect(step?.valuePerMb).toBeLessThan((thresholdPerMb ?? 0) * 1.01);
  const richer = await plan(step?.budgetBytes ?? 0);
  expect((await rows(richer)).find(({ trackId }) => trackId === left?.trackId)?.disposition).toBe(
    "access-copy",
  );
});

test("a duplicate is explained by the track that is kept instead", async () => {
  const duplicate = (await rows(small)).find(({ reason }) => reason === "duplicate-isrc");
  const explained = await explainTrack(archive, small, duplicate?.trackId ?? 0n);
  expect(explained).toMatchObject({ title: "Title a", plays: 900, keptInstead: [{ title: "Title b" }] });
  await expect(explainTrack(archive, small, 5n)).rejects.toThrow(/does not have the track/);
});

test("two plans are compared track by track", async () => {
  const compared = await comparePlans(archive, [small, large], { reporter: silentReporter });
  const [inSmall, inLarge] = [await rows(small), await rows(large)];
  const kept = (all: typeof inSmall) => all.filter(({ disposition }) => disposition !== "metadata-only");
  expect(compared.a.tracks).toBe(kept(inSmall).length);
  expect(compared.b.bytes).toBe(kept(inLarge).reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0));
  expect(compared.onlyA.tracks).toBe(0);
  expect(compared.onlyB.tracks).toBe(kept(inLarge).length - kept(inSmall).length);
  expect(compared.examples[0]).toMatchObject({ side: "b", title: "Title c", listens: 50 });
  expect(compared.overlaps.reduce((sum, { tracks }) => sum + tracks, 0)).toBe(4);
});

test("lists plans, the current one marked", async () => {
  const listed = await listPlans(archive);
  expect(listed.filter(({ isCurrent }) => isCurrent).length).toBe(1);
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([small.id, large.id]));
});
