import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockHolder, withArchiveLock } from "./archive-lock.ts";
import { type ArchiveLayout, archiveLayout } from "./layout.ts";

let layout: ArchiveLayout;
beforeEach(() => {
  layout = archiveLayout(mkdtempSync(join(tmpdir(), "deadwax-lock-")));
});
afterEach(() => rmSync(layout.root, { recursive: true, force: true }));

const nothing = async (): Promise<void> => {};

function writeHolder(fields: Record<string, unknown>): void {
  const holder = {
    pid: process.pid,
    host: hostname(),
    processStart: "",
    command: "pack",
    since: "then",
    token: "t",
  };
  writeFileSync(layout.lockFile, JSON.stringify({ ...holder, ...fields }));
}

test("lets one writer in, names it to the second, and leaves nothing behind", async () => {
  await withArchiveLock(layout, "pack", async () => {
    expect(await lockHolder(layout)).toContain('"pack"');
    await expect(withArchiveLock(layout, "plan", nothing)).rejects.toMatchObject({
      exitCode: 11,
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });
  expect(existsSync(layout.lockFile)).toBe(false);
  expect(await lockHolder(layout)).toBeNull();
});

test("is released when the work fails", async () => {
  await expect(withArchiveLock(layout, "pack", async () => Promise.reject(new Error("no")))).rejects.toThrow(
    "no",
  );
  await withArchiveLock(layout, "pack", nothing);
});

test("takes over the lock of a dead process", async () => {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  writeHolder({ pid: child.pid });
  await withArchiveLock(layout, "pack", async () => {
    expect(readFileSync(layout.lockFile, "utf8")).toContain(`"pid":${process.pid}`);
  });
});

test("takes over when the process id was given to another process since", async () => {
  writeHolder({ processStart: "1" });
  expect(await lockHolder(layout)).toBeNull();
  await withArchiveLock(layout, "pack", nothing);
});

test("respects a lock of another machine, which cannot be looked at", async () => {
  writeHolder({ host: "elsewhere.example" });
  await expect(withArchiveLock(layout, "pack", nothing)).rejects.toMatchObject({
    exitCode: 11,
    hint: expect.stringContaining("delete the file .lock"),
  });
});

test.each(["", "{", "null", '{"pid":-1}'])("a lock file that says %j is stale", async (text) => {
  writeFileSync(layout.lockFile, text);
  await withArchiveLock(layout, "pack", nothing);
});

test("of many that find a dead holder at once exactly one gets in", async () => {
  writeHolder({ processStart: "1" });
  let inside = 0;
  let most = 0;
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () =>
      withArchiveLock(layout, "pack", async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(results.some((result) => result.status === "fulfilled")).toBe(true);
});
