import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildCatalogue, currentSnapshot } from "../catalogue/index.ts";
import { writeAudioAccession, writePlaysAccession } from "../catalogue/testing/accessions.ts";
import {
  type Archive,
  FailedError,
  initArchive,
  type Policy,
  policySchema,
  silentReporter,
  UsageError,
} from "../core/index.ts";
import { REASONS } from "./disposition.ts";
import { currentPlan, DISPOSITION_COLUMNS, readDispositions } from "./plan-store.ts";
import type { PlanSummary } from "./plan-summary.ts";
import { type PlanInput, planWith } from "./plan-with.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-plan-"));
afterAll(() => rmSync(root, { recursive: true }));

const MB = 1_000_000;
const clock = { now: () => new Date("2026-11-23T10:00:00Z") };
let archive: Archive;

beforeAll(async () => {
  ({ archive } = await initArchive(join(root, "archive"), { clock }));
  const files = ["a", "b", "c", "d", "e"].map((name, index) => ({
    path: `${name}.ogg`,
    sizeBytes: 4 * MB,
    durationMs: 200_000,
    tags: [
      ["TITLE", `Title ${name}`],
      ["ARTIST", index < 3 ? "Many" : "Few"],
      ["ISRC", index < 2 ? "QZDWX2400001" : "not an ISRC"],
    ] as const,
  }));
  await writeAudioAccession(archive, { label: "sample", day: 1, files });
  const plays = [900, 1000, 50, 0];
  await writePlaysAccession(archive, {
    label: "counts",
    day: 2,
    rows: plays.map((count, index) => ({ kind: "path", value: files[index]?.path ?? "", plays: count })),
  });
  await buildCatalogue({ archive, reporter: silentReporter, clock });
});

/** Small pieces, so that the budgets below are those of the tracks. */
const policy: Policy = policySchema.parse({ packing: { pieceLengthBytes: 16_384 } });

async function plan(changes: Partial<PlanInput> = {}): Promise<PlanSummary> {
  return planWith({
    archive,
    reporter: silentReporter,
    clock,
    snapshot: await currentSnapshot(archive),
    rightsId: "r-test",
    gates: "select track_id, track_id % 2 = 0 as disseminate, true as derive from segment_track",
    policy,
    budgetBytes: null,
    dryRun: false,
    ...changes,
  });
}

async function rows() {
  const all = [];
  for await (const row of readDispositions(await currentPlan(archive))) all.push(row);
  return all;
}

test("the format document names every column and every reason", () => {
  const document = readFileSync(new URL("../../docs/formats/plan.md", import.meta.url), "utf8");
  const names = [...DISPOSITION_COLUMNS, ...Object.keys(REASONS)];
  expect(names.filter((name) => !document.includes(`| \`${name}\` |`))).toEqual([]);
});

describe("a plan", () => {
  test("has a row with a reason for every track, and totals that agree with the rows", async () => {
    const summary = await plan();
    expect(summary.reasons).toEqual({
      "kept-original": 3,
      "duplicate-isrc": 1,
      "low-popularity-access-copy": 1,
    });
    expect(summary.leftOut).toMatchObject([{ title: "Title a", artist: "Many", reason: "duplicate-isrc" }]);
    const all = await rows();
    expect(all.length).toBe(5);
    for (const disposition of ["original", "access-copy", "metadata-only"] as const) {
      const some = all.filter((row) => row.disposition === disposition);
      const bytes = some.reduce((sum, row) => sum + row.estimatedBytes, 0);
      expect(summary.totals[disposition]).toEqual({ tracks: some.length, bytes });
    }
    expect(summary.value).toEqual({ kept: 1051.08, bound: 1051.08, whole: 1051.08 });
  });

  test("puts each track on the side of its gate, and reads back by id", async () => {
    await plan();
    const all = await rows();
    expect(all.map(({ gate }) => gate)).toEqual(
      all.map(({ trackId }) => (trackId % 2n === 0n ? "open" : "dark")),
    );
    const ids = all.map(({ trackId }) => trackId);
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(all.every(({ held }) => held)).toBe(true);
  });

  test("is the same for the same input, and another for another", async () => {
    const first = await plan();
    const file = join(archive.layout.plans, first.plan, "dispositions", "0.parquet");
    const bytes = readFileSync(file);
    expect(await plan()).toEqual({ ...first, created: false });
    rmSync(join(archive.layout.plans, first.plan), { recursive: true });
    expect(await plan()).toEqual({ ...first, created: true });
    expect(readFileSync(file).equals(bytes)).toBe(true);
    const others = await Promise.all([
      plan({ dryRun: true, budgetBytes: 10 * MB }),
      plan({ dryRun: true, rightsId: "r-other" }),
      plan({ dryRun: true, policy: policySchema.parse({ selection: { rarityWeight: 1 } }) }),
    ]);
    expect(new Set([first, ...others].map((one) => one.plan)).size).toBe(4);
  });

  test("stays within its budget with whole shards, and says what it leaves out", async () => {
    const summary = await plan({ budgetBytes: 7 * MB });
    expect(summary.shards.bytes).toBeLessThanOrEqual(7 * MB);
    expect(summary.reasons).toMatchObject({ "budget-access-copy": 1, "budget-exhausted": 2 });
    expect(summary.leftOut.map(({ title }) => title)).toEqual(["Title a", "Title e", "Title d"]);
    expect((await currentPlan(archive)).document).toMatchObject({ id: summary.plan, budgetBytes: 7 * MB });
  });

  test("of a budget below one piece keeps nothing, and tells why", async () => {
    const warnings: string[] = [];
    const reporter = { ...silentReporter, warn: (text: string) => warnings.push(text) };
    const summary = await plan({ budgetBytes: 10_000, reporter, dryRun: true });
    expect(summary.totals["metadata-only"].tracks).toBe(5);
    expect(warnings.join()).toContain("packing.pieceLengthBytes");
  });

  test("that is dry leaves no trace", async () => {
    const before = [await currentPlan(archive), readdirSync(archive.layout.plans)];
    const summary = await plan({ budgetBytes: 5 * MB, dryRun: true });
    expect(summary.created).toBe(false);
    expect([await currentPlan(archive), readdirSync(archive.layout.plans)]).toEqual(before);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "is refused a budget of %d bytes",
    async (budgetBytes) => {
      await expect(plan({ budgetBytes })).rejects.toThrow(UsageError);
    },
  );
});

describe("a damaged plan", () => {
  test.each([
    ["that is no JSON", "{"],
    ["of another format", '{"format":"deadwax-plan/9"}'],
  ])("%s is refused with a hint", async (_, text) => {
    const { plan: id } = await plan({ budgetBytes: 6 * MB });
    const folder = join(archive.layout.plans, id);
    writeFileSync(join(folder, "plan.json"), text);
    const error = await currentPlan(archive).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FailedError);
    expect(error).toMatchObject({ hint: expect.stringContaining("deadwax plan") });
    rmSync(folder, { recursive: true });
  });

  test("that CURRENT names and that is gone is made again", async () => {
    const { plan: id } = await plan();
    rmSync(join(archive.layout.plans, id), { recursive: true });
    expect(await plan()).toMatchObject({ plan: id, created: true });
  });
});
