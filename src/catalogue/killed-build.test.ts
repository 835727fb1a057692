import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileSha256 } from "../core/file-sha256.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { currentSnapshot, type Snapshot } from "./store/snapshot-store.ts";
import { TABLE_NAMES } from "./store/tables.ts";
import { writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";
import { writeRecordAccession } from "./testing/records.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const PROGRAM = fileURLToPath(new URL("./testing/build-and-die.ts", import.meta.url));
/** Steps of a build of two accessions, with those of writing tables. */
const STEPS = 25;

/** Runs a build that is killed; true when it was, false when it was quicker. */
async function buildAndDie(root: string, step: number, delayMs: number): Promise<boolean> {
  const child = spawn(process.execPath, ["--import", TSX, PROGRAM, root, `${step}`, `${delayMs}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code, signal] = await once(child, "exit");
  expect([0, null]).toContain(code);
  return signal === "SIGKILL";
}

async function expectWhole(snapshot: Snapshot): Promise<void> {
  for (const table of TABLE_NAMES) {
    for (const { file, sha256 } of snapshot.tables[table].segments) {
      expect(await fileSha256(join(snapshot.folder, file))).toBe(sha256);
    }
  }
}

test("a build killed at ten random moments leaves the former snapshot current and whole, and gc leaves nothing of it", async () => {
  const { archive } = it;
  await writeAudioAccession(archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
  await it.build();
  const former = await currentSnapshot(archive);
  await writeAudioAccession(archive, { label: "m", day: 2, files: [{ path: "b.ogg" }] });

  const moments = Array.from({ length: 10 }, (_, at) => ({
    step: 1 + Math.floor(Math.random() * STEPS),
    delayMs: at % 2 === 0 ? 0 : 1 + Math.floor(Math.random() * 20),
  }));
  let next = 0;
  const killOne = async (): Promise<boolean> => {
    const { step, delayMs } = moments[next++] ?? { step: 1, delayMs: 0 };
    const wasKilled = await buildAndDie(archive.layout.root, step, delayMs);
    const current = await currentSnapshot(archive);
    if (wasKilled) expect(current.id, JSON.stringify(moments)).toBe(former.id);
    return wasKilled;
  };
  let killed = 0;
  while (next < moments.length) {
    if (await killOne()) killed += 1;
    // A build that was quicker than its killer has finished: back to where it started from.
    else writeFileSync(join(archive.layout.catalogue, "CURRENT"), `${former.id}\n`);
    await expectWhole(former);
    expect(await it.query("select count(*)::integer as n from track")).toEqual([{ n: 1 }]);
  }
  expect(killed).toBeGreaterThanOrEqual(5);

  const after = await it.build();
  expect(after.tables.track).toBe(2);
  await expectWhole(await currentSnapshot(archive));
  writeFileSync(join(archive.layout.scratch, "duckdb_temp_storage_DEFAULT-0.tmp"), "left by a killed build");
  await collectGarbage({ archive, keep: 2, named: new Set() });
  expect(readdirSync(archive.layout.catalogue).sort()).toEqual(["CURRENT", former.id, after.snapshot].sort());
  expect(readdirSync(archive.layout.scratch)).toEqual([]);
}, 120_000);

test("a build killed after its folder has its name, before CURRENT is written, is made current by the next", async () => {
  const { archive } = it;
  await writeAudioAccession(archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
  const former = await it.build();
  await writeAudioAccession(archive, { label: "m", day: 2, files: [{ path: "b.ogg" }] });
  const published = await it.build();
  writeFileSync(join(archive.layout.catalogue, "CURRENT"), `${former.snapshot}\n`);
  expect(await it.build()).toMatchObject({ snapshot: published.snapshot, created: false });
  expect(readFileSync(join(archive.layout.catalogue, "CURRENT"), "utf8").trim()).toBe(published.snapshot);
  expect(existsSync(join(archive.layout.catalogue, former.snapshot))).toBe(true);
});

test("an incremental build killed after each of some of its steps leaves the former snapshot current; the next goes on from it", async () => {
  const { archive } = it;
  const tracks = Array.from(
    { length: 8 },
    (_, at) => ({ key: `${at}`, status: "track", title: `Song ${at}` }) as const,
  );
  await writeRecordAccession(archive, { label: "r", day: 1, tracks });
  await it.build();
  const former = await currentSnapshot(archive);
  await writeRecordAccession(archive, {
    label: "r",
    day: 2,
    tracks: [{ key: "0", status: "track", title: "Other" }],
  });
  for (const step of [1, 4, 7, 9, 10]) {
    expect(await buildAndDie(archive.layout.root, step, 0), `step ${step}`).toBe(true);
    expect((await currentSnapshot(archive)).id).toBe(former.id);
    await expectWhole(former);
  }
  const after = await it.build();
  expect(after).toMatchObject({ incremental: true, created: true });
  expect(after.tables.track).toBe(8);
  await expectWhole(await currentSnapshot(archive));
  expect(await it.query("select count(*)::integer as n from track where title = 'Other'")).toEqual([
    { n: 1 },
  ]);
  expect(readdirSync(archive.layout.catalogue).sort()).toEqual(["CURRENT", former.id, after.snapshot].sort());
}, 120_000);
