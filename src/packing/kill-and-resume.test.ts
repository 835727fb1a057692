import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test, vi } from "vitest";
import { silentReporter } from "../core/index.ts";
import { listShards } from "./shard-manifest.ts";
import { PACK_AND_DIE, packInChild } from "./testing/pack-in-child.ts";
import {
  makeSampleArchive,
  packSample,
  planSample,
  sampleFiles,
  shardDigests,
} from "./testing/sample-archive.ts";
import { clearShards } from "./testing/sample-workspace.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-kill-"));
afterAll(() => rmSync(root, { recursive: true }));

// Dozens of processes are started one after the other.
vi.setConfig({ testTimeout: 600_000 });

const KILLS = 20;

test("a run that is killed at any of twenty random moments ends with the same bytes", async () => {
  const { archive } = await makeSampleArchive(root, sampleFiles(15));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  expect((await listShards(archive)).length).toBeGreaterThan(3);
  clearShards(archive);
  const operations = (await packInChild(archive, 0)).operations;
  expect(shardDigests(archive)).toEqual(expected);
  clearShards(archive);

  // Each number counts file operations of its own run, so that some die at once and others almost at the end.
  const numbers = fc.sample(fc.integer({ min: 1, max: Math.ceil(operations / 4) }), KILLS * 4);
  let kills = 0;
  const history: number[] = [];
  for (const number of numbers) {
    if (kills === KILLS) break;
    const died = await packInChild(archive, number);
    history.push(number);
    if (died.wasKilled) kills += 1;
    else {
      expect(shardDigests(archive), `after dying before operations ${history.join()}`).toEqual(expected);
      clearShards(archive);
    }
  }
  expect(kills).toBe(KILLS);
  await packSample(archive);
  expect(shardDigests(archive), `after dying before operations ${history.join()}`).toEqual(expected);
});

test("a run that is killed while it seals leaves what the next one finishes", async () => {
  const folder = join(root, "sealing");
  const { archive } = await makeSampleArchive(folder, sampleFiles(2));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  clearShards(archive);
  const operations = (await packInChild(archive, 0)).operations;
  // The last operations of a run: everything from the end of the tar to the removal of the spool folder.
  for (let number = operations; number > operations - 24; number -= 5) {
    clearShards(archive);
    expect((await packInChild(archive, number)).wasKilled).toBe(true);
    await packSample(archive, { reporter: silentReporter });
    expect(shardDigests(archive), `after dying before operation ${number}`).toEqual(expected);
  }
});

test("a file that may not grow any more ends the run, which is gone on with when it may", async () => {
  const folder = join(root, "limited");
  const { archive } = await makeSampleArchive(folder, sampleFiles(8));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  clearShards(archive);
  // 60 blocks of 1 KiB: the second or third track does not fit. A signal that is ignored stays so in the child.
  const command = `trap '' XFSZ; ulimit -f 60; exec "$0" "$@"`;
  const given = ["-c", command, process.execPath, ...PACK_AND_DIE, archive.layout.root, "0"];
  const limited = spawnSync("bash", given, { encoding: "utf8" });
  expect(limited.status).toBe(1);
  expect(limited.stderr).toContain("OutOfSpaceError");
  const unfinished = readdirSync(archive.layout.shards).filter((name) => name.startsWith(".partial-"));
  expect(unfinished.length).toBe(2);
  await packSample(archive);
  expect(shardDigests(archive)).toEqual(expected);
});
