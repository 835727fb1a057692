import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, Database, silentReporter, sqlText } from "../core/index.ts";
import { createRelease } from "./create-release.ts";
import type { ReleaseSummary } from "./release-summary.ts";
import { scheduledBytes, shardsHeldBack } from "./schedule.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-gradual-"));
afterAll(() => rmSync(root, { recursive: true }));

const DAY_MS = 24 * 3600 * 1000;
const START = Date.parse("2026-01-01T00:00:00Z");
const SCHEDULE = [
  { afterDays: 0, upToBytes: 0 },
  { afterDays: 7, upToBytes: 65_536 },
  { afterDays: 30, upToBytes: null },
];

let archive: Archive;
beforeEach(async () => {
  const policy = smallPolicy();
  const release = { ...policy.release, schedule: SCHEDULE };
  archive = await makeEmptyArchive(mkdtempSync(join(root, "a-")), { ...policy, release });
  for (const number of [1, 2, 3]) {
    await sealTracks(archive, [{ number, audio: noiseBytes(number, 30_000), title: `Track ${number}` }]);
  }
  await planByHand(
    archive,
    [1, 2, 3].map((number) => ({ number, disposition: "original" as const })),
  );
});

function createAfter(days: number, upToBytes?: number): Promise<ReleaseSummary> {
  const clock = { now: () => new Date(START + days * DAY_MS) };
  return createRelease({ archive, reporter: silentReporter, gate: gateBut(), clock, upToBytes });
}

async function states(summary: ReleaseSummary): Promise<readonly unknown[]> {
  const database = await Database.open();
  try {
    const table = `read_parquet(${sqlText(join(summary.folder, "tracks.parquet"))})`;
    const rows = await database.rows(`select state, reason from ${table} order by track_id`);
    return rows.map(({ state, reason }) => `${state} ${reason}`);
  } finally {
    database.close();
  }
}

test("metadata goes out first, then sound by popularity, on the days of the schedule", async () => {
  const first = await createAfter(0);
  expect(first.tracks).toEqual({ released: 0, metadataOnly: 3, withheld: 0 });
  expect(await states(first)).toEqual(Array(3).fill("metadata-only not-released-yet"));
  expect((await createAfter(6)).upToDate).toBe(true);

  const second = await createAfter(7);
  expect(second).toMatchObject({ previous: first.name, tracks: { released: 2, metadataOnly: 1 } });
  expect(await states(second)).toEqual([
    "released kept-original",
    "released kept-original",
    "metadata-only not-released-yet",
  ]);

  const last = await createAfter(31);
  expect(last).toMatchObject({ previous: second.name, tracks: { released: 3, metadataOnly: 0 } });
}, 30_000);

test("what a person says comes before the schedule", async () => {
  expect((await createAfter(0, 1 << 30)).tracks.released).toBe(3);
});

test("a schedule counts from the first release, and nothing is out before its first step", () => {
  const at = (days: number): Date => new Date(START + days * DAY_MS);
  const first = new Date(START).toISOString();
  expect(scheduledBytes([], null, at(0))).toBeNull();
  expect(scheduledBytes(SCHEDULE, null, at(100))).toBe(0);
  expect([0, 6.99, 7, 29, 30].map((days) => scheduledBytes(SCHEDULE, first, at(days)))).toEqual([
    0,
    0,
    65_536,
    65_536,
    null,
  ]);
  expect(scheduledBytes([{ afterDays: 3, upToBytes: 5 }], first, at(2))).toBe(0);
});

test("the shards that fit are the first ones, never a later one that would fit better", () => {
  const shards = [
    { id: "a", sizeBytes: 10 },
    { id: "b", sizeBytes: 100 },
    { id: "c", sizeBytes: 1 },
  ];
  expect([...shardsHeldBack(shards, 50)]).toEqual(["b", "c"]);
  expect([...shardsHeldBack(shards, 111)]).toEqual([]);
  expect([...shardsHeldBack(shards, null)]).toEqual([]);
});
