import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type Archive, silentReporter } from "../core/index.ts";
import { listShards } from "./shard-manifest.ts";
import {
  makeSampleArchive,
  packSample,
  planSample,
  sampleFiles,
  shardDigests,
} from "./testing/sample-archive.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-kill-"));
afterAll(() => rmSync(root, { recursive: true }));

const KILLS = 20;
const LOADER = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;

test("a run that is killed at any of twenty random moments ends with the same bytes", async () => {
  const { archive } = await makeSampleArchive(root, sampleFiles(15));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  expect((await listShards(archive)).length).toBeGreaterThan(3);
  clearShards(archive);
  const operations = Number((await packAndDie(archive, 0)).stdout);
  expect(shardDigests(archive)).toEqual(expected);
  clearShards(archive);

  // Each number counts file operations of its own run, so that some die at once and others almost at the end.
  const numbers = fc.sample(fc.integer({ min: 1, max: Math.ceil(operations / 4) }), KILLS * 4);
  let kills = 0;
  const history: number[] = [];
  for (const number of numbers) {
    if (kills === KILLS) break;
    const died = await packAndDie(archive, number);
    history.push(number);
    if (died.signal === "SIGKILL") kills += 1;
    else {
      expect(shardDigests(archive), `after dying before operations ${history.join()}`).toEqual(expected);
      clearShards(archive);
    }
  }
  expect(kills).toBe(KILLS);
  await packSample(archive);
  expect(shardDigests(archive), `after dying before operations ${history.join()}`).toEqual(expected);
}, 300_000);

test("a run that is killed while it seals leaves what the next one finishes", async () => {
  const folder = join(root, "sealing");
  const { archive } = await makeSampleArchive(folder, sampleFiles(2));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  clearShards(archive);
  const operations = Number((await packAndDie(archive, 0)).stdout);
  // The last operations of a run: everything from the end of the tar to the removal of the spool folder.
  for (let number = operations; number > operations - 24; number -= 3) {
    clearShards(archive);
    expect((await packAndDie(archive, number)).signal).toBe("SIGKILL");
    await packSample(archive, { reporter: silentReporter });
    expect(shardDigests(archive), `after dying before operation ${number}`).toEqual(expected);
  }
}, 300_000);

test("a file that may not grow any more ends the run, which is gone on with when it may", async () => {
  const folder = join(root, "limited");
  const { archive } = await makeSampleArchive(folder, sampleFiles(8));
  await planSample(archive);
  await packSample(archive);
  const expected = shardDigests(archive);
  clearShards(archive);
  const entry = fileURLToPath(new URL("testing/pack-and-die.ts", import.meta.url));
  // 60 blocks of 1 KiB: the second or third track does not fit. A signal that is ignored stays so in the child.
  const command = `trap '' XFSZ; ulimit -f 60; exec "$0" --import "$1" "$2" "$3" 0`;
  const limited = spawnSync("bash", ["-c", command, process.execPath, LOADER, entry, archive.layout.root], {
    encoding: "utf8",
  });
  expect(limited.status).toBe(1);
  expect(limited.stderr).toContain("OutOfSpaceError");
  const unfinished = readdirSync(archive.layout.shards).filter((name) => name.startsWith(".partial-"));
  expect(unfinished.length).toBe(2);
  await packSample(archive);
  expect(shardDigests(archive)).toEqual(expected);
});

function clearShards(archive: Archive): void {
  rmSync(archive.layout.shards, { recursive: true });
  mkdirSync(archive.layout.shards);
}

interface Ended {
  readonly stdout: string;
  readonly signal: NodeJS.Signals | null;
}

async function packAndDie(archive: Archive, number: number): Promise<Ended> {
  const entry = fileURLToPath(new URL("testing/pack-and-die.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", LOADER, entry, archive.layout.root, String(number)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0 || signal === "SIGKILL") resolve({ stdout: stdout.trim(), signal });
      else reject(new Error(`exit code ${code}`));
    });
  });
}
