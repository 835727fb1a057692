import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { InterruptedError } from "../../core/errors.ts";
import { defaultPolicy } from "../../core/policy.ts";
import { guardMemory } from "./memory-guard.ts";
import { createReaderPool, READER_BOUNDS, type ReaderBounds, type ReaderPool } from "./reader-pool.ts";

const pools: ReaderPool[] = [];

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function faultyPool(bounds: ReaderBounds, signal?: AbortSignal): ReaderPool {
  const pool = createReaderPool({
    workers: 1,
    limits: defaultPolicy().intake,
    signal,
    bounds,
    entry: new URL("../testing/faulty-reader-child.ts", import.meta.url),
  });
  pools.push(pool);
  return pool;
}

async function outcomes(names: readonly string[], bounds: ReaderBounds = READER_BOUNDS): Promise<string[]> {
  const items = names.map((name) => ({ root: "/", path: Buffer.from(name), member: null }));
  const found = await faultyPool(bounds).read(items, 0);
  return found.map((outcome) => ("reason" in outcome ? (outcome.reason ?? outcome.kind) : outcome.kind));
}

test.each([
  [
    ["a", "b"],
    ["audio", "audio"],
  ],
  [
    ["a", "crash", "b"],
    ["audio", "reader-failed", "audio"],
  ],
  [
    ["crash-on-tags", "a"],
    ["tags-unreadable", "audio"],
  ],
  [
    ["nonsense", "a"],
    ["reader-failed", "audio"],
  ],
])("of %j comes %j", async (names, expected) => {
  expect(await outcomes(names)).toEqual(expected);
});

test("gives up a file that takes too long", async () => {
  const bounds = { ...READER_BOUNDS, jobTimeoutMs: 400, fileTimeoutMs: 400 };
  expect(await outcomes(["hang"], bounds)).toEqual(["reader-failed"]);
});

test("rejects what is under way when it is told to stop", async () => {
  const controller = new AbortController();
  const reading = faultyPool(READER_BOUNDS, controller.signal).read(
    [{ root: "/", path: Buffer.from("hang"), member: null }],
    0,
  );
  controller.abort();
  await expect(reading).rejects.toThrow(InterruptedError);
});

test("the memory guard ends a process that has grown too large, and no other", async () => {
  const idle = ["-e", "setInterval(() => {}, 1000)"];
  const large = spawn(process.execPath, idle);
  const small = spawn(process.execPath, idle);
  const guard = guardMemory(() => [large.pid ?? 0], 1_000_000);
  const [, signal] = await once(large, "exit");
  guard.stop();
  expect(signal).toBe("SIGKILL");
  expect(small.exitCode).toBeNull();
  small.kill();
});
