import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTestTone } from "../../test/fixtures/audio.ts";
import { buildCatalogue } from "../catalogue/index.ts";
import { type Archive, initArchive, policySchema, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { packPlan } from "./pack-plan.ts";
import { clearShards } from "./testing/sample-workspace.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = mkdtempSync(join(tmpdir(), "deadwax-killed-"));
afterAll(() => rmSync(root, { recursive: true }));

const reporter = silentReporter;
/** Long enough to be caught in the middle. */
const VICTIM_BYTES = 60 * 48_000 * 4;
let archive: Archive;

beforeAll(async () => {
  const music = join(root, "music");
  makeTestTone({ path: join(music, "victim.wav"), codec: "wav", seconds: 60, sampleRateHz: 48_000 });
  for (const seed of [1, 2, 3]) {
    makeTestTone({ path: join(music, `short ${seed}.flac`), codec: "flac", seconds: 4, seed });
  }
  const policy = policySchema.parse({ selection: { unknownPopularity: "original" } });
  ({ archive } = await initArchive(join(root, "archive"), { policy }));
  await addAudioSource({ archive, reporter, folders: [music], workers: 2 });
  await buildCatalogue({ archive, reporter });
  await ensureRights({ archive, reporter });
  await makePlan({ archive, reporter });
});

/** The audio process of a pool of one, by its program. */
function audioChild(): number | null {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
      const program = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (Number(parent) === process.pid && program.includes("audio/worker")) return Number(pid);
    } catch {
      // It has ended meanwhile.
    }
  }
  return null;
}

/** Whether a process has the spool of the long file open: what lies about from a dead one does not count. */
function isAtVictim(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const path = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return path.endsWith(".original") && statSync(path).size > VICTIM_BYTES / 2;
    });
  } catch {
    return false;
  }
}

test.skipIf(process.platform !== "linux").each([
  ["once is tried again and packed", 1, { packed: { original: 4 }, quarantined: 0 }],
  [
    "twice is quarantined, and the run ends with the others packed",
    2,
    { packed: { original: 3 }, quarantined: 1 },
  ],
])("a file whose child is killed in the middle of it %s", async (_what, times, expected) => {
  clearShards(archive);
  const killed = new Set<number>();
  const watching = setInterval(() => {
    const pid = killed.size < times ? audioChild() : null;
    if (pid === null || killed.has(pid) || !isAtVictim(pid)) return;
    killed.add(pid);
    process.kill(pid, "SIGKILL");
  }, 5);
  const summary = await packPlan({ archive, reporter, workers: 1 }).finally(() => clearInterval(watching));
  expect(killed.size).toBe(times);
  expect(summary).toMatchObject(expected);
  expect(summary.quarantine.map(({ path, reason }) => [path, reason])).toEqual(
    times === 1 ? [] : [["victim.wav", "engine-crashed"]],
  );
});
