import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeTestAlbum, makeTestTone } from "../../test/fixtures/audio.ts";
import { ACCESS_COPY, audioJob } from "../../test/fixtures/audio-job.ts";
import { type AudioPool, type AudioPoolOptions, createAudioPool } from "./audio-pool.ts";

let folder: string;
let spoolDir: string;
let pool: AudioPool | null = null;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-pool-"));
  spoolDir = mkdtempSync(join(folder, "spool-"));
});
afterEach(async () => {
  await pool?.close();
  pool = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function open(options: AudioPoolOptions): AudioPool {
  pool = createAudioPool(options);
  return pool;
}

async function copies(workers: number, paths: readonly string[]): Promise<string[]> {
  const { run, close } = open({ workers });
  const outcomes = await Promise.all(
    paths.map((path, index) =>
      run(audioJob(path, spoolDir, { accessCopy: ACCESS_COPY }, `w${workers}-${index}`)),
    ),
  );
  await close();
  return outcomes.map((outcome) =>
    outcome.ok
      ? readFileSync(outcome.accessCopy?.spoolPath ?? "").toString("base64") + outcome.fingerprint?.base64
      : outcome.detail,
  );
}

test("one worker and two make the same bytes", async () => {
  const paths = makeTestAlbum(join(folder, "album"), { seconds: 4 }).map(({ path }) => path);
  expect(await copies(2, paths)).toEqual(await copies(1, paths));
});

test("a damaged file costs nothing but itself", async () => {
  const { path } = makeTestTone({ path: join(folder, "good.flac"), codec: "flac" });
  const bad = join(folder, "bad.flac");
  writeFileSync(bad, readFileSync(path).subarray(0, 20_000));
  const { run } = open({ workers: 1 });
  const outcomes = await Promise.all(
    [bad, path, bad].map((file, index) => run(audioJob(file, spoolDir, {}, `d${index}`))),
  );
  expect(outcomes.map(({ ok }) => ok)).toEqual([false, true, false]);
});

test("a file whose child is killed is tried again, then refused, and the pool goes on", async () => {
  const { path } = makeTestTone({
    path: join(folder, "long.wav"),
    codec: "wav",
    seconds: 60,
    sampleRateHz: 48_000,
  });
  const restarts: string[] = [];
  const { run, processIds } = open({ workers: 1, onRestart: (jobId) => restarts.push(jobId) });
  const killed = new Set<number>();
  // Each child that has begun to spool is killed, twice.
  const watching = setInterval(() => {
    if (!readdirSync(spoolDir).some((name) => name.startsWith("victim"))) return;
    for (const pid of processIds()) {
      if (killed.size < 2 && !killed.has(pid)) process.kill(pid, "SIGKILL");
      killed.add(pid);
    }
  }, 5);
  const victim = await run(
    audioJob(path, spoolDir, { accessCopy: ACCESS_COPY, keepOriginal: true }, "victim"),
  );
  clearInterval(watching);
  expect(victim).toMatchObject({ ok: false, reason: "engine-crashed", detail: "killed by SIGKILL" });
  expect(restarts).toEqual(["victim", "victim"]);
  expect(readdirSync(spoolDir).filter((name) => name.startsWith("victim"))).toEqual([]);
  expect((await run(audioJob(path, spoolDir, {}, "next"))).ok).toBe(true);
});

test("a child that is killed once costs no file", async () => {
  const { path } = makeTestTone({ path: join(folder, "once.wav"), codec: "wav" });
  const { run, processIds } = open({ workers: 1 });
  await run(audioJob(path, spoolDir, {}, "warm"));
  const pending = run(audioJob(path, spoolDir, {}, "once"));
  for (const pid of processIds()) process.kill(pid, "SIGKILL");
  expect((await pending).ok).toBe(true);
});

test("a spool folder that cannot be written ends the run instead of refusing files", async () => {
  const { path } = makeTestTone({ path: join(folder, "fine.wav"), codec: "wav" });
  const { run } = open({ workers: 1 });
  await expect(run(audioJob(path, join(folder, "nowhere")))).rejects.toMatchObject({ code: "failed" });
});

test("a job id that would name files elsewhere is refused", async () => {
  const { run } = open({ workers: 1 });
  await expect(run(audioJob(join(folder, "x.wav"), spoolDir, {}, "../x"))).rejects.toThrow(RangeError);
});

test("a closed pool takes no job", async () => {
  const { run, close } = open({ workers: 1 });
  await close();
  await expect(run(audioJob(join(folder, "x.wav"), spoolDir))).rejects.toMatchObject({ exitCode: 130 });
});
