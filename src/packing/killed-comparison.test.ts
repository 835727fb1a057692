import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone } from "../../test/fixtures/audio.ts";
import { buildCatalogue, collectGarbage, currentRecordings } from "../catalogue/index.ts";
import { type Archive, initArchive, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { packPlan } from "./pack-plan.ts";
import { compareInChild } from "./testing/pack-in-child.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-killed-comparison-"));
afterAll(() => rmSync(root, { recursive: true }));
const music = join(root, "music");
const reporter = silentReporter;
let archive: Archive;

/** A tune of 20 s, packed. */
async function packTune(name: string, codec: "vorbis" | "opus", seed: number): Promise<void> {
  makeTestTone({ path: join(music, name), codec, seconds: 20, seed, tags: [["TITLE", name]] });
  await addAudioSource({ archive, reporter, folders: [music], workers: 2 });
  await buildCatalogue({ archive, reporter });
  await ensureRights({ archive, reporter });
  await makePlan({ archive, reporter });
  await packPlan({ archive, reporter, workers: 2 });
}

beforeAll(async () => {
  mkdirSync(music);
  ({ archive } = await initArchive(join(root, "archive"), {}));
  await packTune("tune.ogg", "vorbis", 1);
  await packTune("tune.opus", "opus", 1);
}, 120_000);

const files = (folder: string): string[] => readdirSync(folder).sort();
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

test("while nothing is packed the table of before is read, and it tells the same", async () => {
  const first = await findDuplicates({ archive, reporter });
  const again = await findDuplicates({ archive, reporter });
  expect(first).toMatchObject({ compared: true, tracks: 2, withoutFingerprint: 0 });
  expect(first.clusters).toHaveLength(1);
  expect(again).toEqual({ ...first, compared: false });
  expect(await findDuplicates({ archive, reporter, dryRun: true })).toEqual(again);
});

test("a comparison killed at random moments leaves the table of before current and whole; gc leaves nothing of it", async () => {
  const { recordings, scratch } = archive.layout;
  const former = await currentRecordings(archive);
  if (former === null) throw new Error("no table");
  const hash = hashOf(former.path);
  await packTune("other.ogg", "vorbis", 2);
  const { operations } = await compareInChild(archive, 0);
  const latest = await currentRecordings(archive);
  if (latest === null) throw new Error("no table");
  expect(latest.id).not.toBe(former.id);
  const latestHash = hashOf(latest.path);
  const startAgain = (): void => {
    rmSync(latest.path, { force: true });
    writeFileSync(join(recordings, "CURRENT"), `${former.id}\n`);
  };
  startAgain();

  // The last operations publish the table and its name.
  const late = Array.from({ length: 6 }, (_, at) => operations - at);
  const early = [1, ...Array.from({ length: 3 }, () => 1 + Math.floor(Math.random() * operations))];
  let left = 0;
  let killed = 0;
  for (const number of [...late, ...early]) {
    const { wasKilled } = await compareInChild(archive, number);
    const current = await currentRecordings(archive);
    // How many operations there are differs by a few from run to run: one that came to its end has published all.
    if (wasKilled) killed += 1;
    else expect(current?.id, `operation ${number} of ${operations}`).toBe(latest.id);
    expect(hashOf(former.path)).toBe(hash);
    if (current?.id === latest.id) {
      expect(hashOf(latest.path)).toBe(latestHash);
      startAgain();
    } else {
      expect(current?.id).toBe(former.id);
      left += 1;
    }
  }
  expect(killed).toBeGreaterThanOrEqual(7);
  // The first operation of all is before the table; how many of the others are is left to chance.
  expect(left).toBeGreaterThanOrEqual(1);

  expect(await findDuplicates({ archive, reporter })).toMatchObject({ recordingsTable: latest.id });
  expect(hashOf(latest.path)).toBe(latestHash);
  // As if the next run had not come.
  mkdirSync(join(scratch, "duplicates-Ab12Cd"), { recursive: true });
  writeFileSync(join(recordings, ".tmp-0123456789ab-x.parquet"), "half");
  await collectGarbage({ archive, keep: 9, named: new Set() });
  expect(files(recordings)).toEqual(["CURRENT", `${latest.id}.parquet`].sort());
  expect(files(scratch)).toEqual([]);
}, 300_000);

test("gc leaves what a plan names, and every table while CURRENT names none", async () => {
  const { recordings } = archive.layout;
  const current = await currentRecordings(archive);
  const [named, old] = ["s-0000000000aa", "s-0000000000bb"];
  for (const id of [named, old]) writeFileSync(join(recordings, `${id}.parquet`), id);
  const options = { archive, keep: 9, named: new Set([named]) };
  writeFileSync(join(recordings, "CURRENT"), "nonsense\n");
  expect((await collectGarbage(options)).recordings).toEqual([]);
  writeFileSync(join(recordings, "CURRENT"), `${current?.id}\n`);
  expect((await collectGarbage(options)).recordings).toEqual([{ file: `${old}.parquet`, sizeBytes: 14 }]);
  expect(files(recordings)).toEqual(["CURRENT", `${current?.id}.parquet`, `${named}.parquet`].sort());
});
