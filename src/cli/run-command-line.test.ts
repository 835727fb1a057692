import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { archiveLayout, withArchiveLock } from "../core/index.ts";
import { runCommandLine } from "./run-command-line.ts";
import { testHost } from "./testing/test-host.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-run-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("results go to standard output, hints to standard error", async () => {
  const host = testHost();
  expect(await runCommandLine(["init", folder], host)).toBe(0);
  expect(host.readStdout()).toMatch(
    new RegExp(`^archive\\t${folder}\\nid\\t[0-9a-f-]{36}\\ndid\\tdid:key:z6Mk`),
  );
  expect(host.readStderr()).toContain("next: deadwax");
});

test("--json gives lines with a type and a summary at the end, wherever it stands", async () => {
  for (const words of [
    ["init", folder, "--json"],
    ["--json", "init", folder],
  ]) {
    const host = testHost();
    expect(await runCommandLine(words, host)).toBe(0);
    const records = host.readRecords();
    expect(records.every((record) => typeof record.type === "string")).toBe(true);
    expect(records.at(-1)).toMatchObject({
      type: "summary",
      command: "deadwax init",
      archive: folder,
      exitCode: 0,
    });
    expect(host.readStderr()).toBe("");
  }
});

test("--quiet leaves nothing of a command that does something", async () => {
  const host = testHost();
  expect(await runCommandLine(["init", folder, "--quiet"], host)).toBe(0);
  expect(host.readStdout() + host.readStderr()).toBe("");
});

test("--quiet still answers what was asked", async () => {
  await runCommandLine(["init", folder], testHost());
  const host = testHost({ workingFolder: folder });
  expect(await runCommandLine(["config", "show", "--quiet"], host)).toBe(0);
  expect(host.readStdout()).toMatch(/^SETTING\tVALUE\tFROM\tWHERE\tDEFAULT\narchive\t/);
});

test.each([
  ["a mistyped command", ["inot", "x"], "unknown command 'inot'", "did you mean init?"],
  ["a mistyped verb", ["config", "shwo"], "unknown command 'shwo'", "did you mean show?"],
  ["a mistyped option", ["init", "x", "--polcy", "f"], "unknown option '--polcy'", "did you mean --policy?"],
  ["a missing argument", ["init"], "missing required argument 'folder'", "--help"],
  ["an argument too many", ["init", "a", "b"], "too many arguments", "--help"],
  [
    "a value that cannot be",
    ["init", "a", "--workers", "no"],
    '"no" is not a number of workers',
    "from 1 to",
  ],
])("%s is a usage error that says what to do", async (_, words, message, hint) => {
  const host = testHost();
  expect(await runCommandLine(words, host)).toBe(2);
  const told = host.readStderr();
  expect(told).toContain(message);
  expect(told).toContain(hint);
  expect(host.readStdout()).toBe("");
});

test("a usage error is JSON too when JSON was asked for", async () => {
  const host = testHost();
  expect(await runCommandLine(["--json", "inot"], host)).toBe(2);
  expect(host.readRecords()).toEqual([
    expect.objectContaining({ type: "error", code: "usage", message: "unknown command 'inot'", exitCode: 2 }),
    { type: "summary", command: "deadwax", exitCode: 2 },
  ]);
});

test("a noun without a verb shows the help of the noun and is a usage error", async () => {
  const host = testHost();
  expect(await runCommandLine(["config"], host)).toBe(2);
  expect(host.readStderr()).toContain("show");
});

test("no archive is told with the way to one", async () => {
  const host = testHost({ workingFolder: folder });
  expect(await runCommandLine(["config", "show"], host)).toBe(10);
  expect(host.readStderr()).toMatch(/error: no archive .*\n.*next: .*deadwax init/);
});

test("a folder with something in it is refused and left as it was", async () => {
  writeFileSync(join(folder, "letter.txt"), "dear");
  const host = testHost();
  expect(await runCommandLine(["init", folder], host)).toBe(2);
  expect(await runCommandLine(["init", folder, "--dry-run"], host)).toBe(2);
});

test("--dry-run makes nothing", async () => {
  const host = testHost();
  const path = join(folder, "new");
  expect(await runCommandLine(["init", path, "--dry-run", "--json"], host)).toBe(0);
  expect(host.readRecords()).toEqual([
    { type: "summary", command: "deadwax init", archive: path, created: true, dryRun: true, exitCode: 0 },
  ]);
  expect(await runCommandLine(["--archive", path, "config", "show"], host)).toBe(10);
});

test("a lock that somebody holds is told with its holder", async () => {
  const host = testHost();
  const code = await withArchiveLock(archiveLayout(folder), "deadwax pack", () =>
    runCommandLine(["init", folder], host),
  );
  expect(code).toBe(11);
  expect(host.readStderr()).toContain(`"deadwax pack" (process ${process.pid}`);
});

test("the first Ctrl-C is told and stops before the next step, the second ends at once", async () => {
  const host = testHost();
  const running = runCommandLine(["init", join(folder, "new")], host);
  // The command has to be loaded first.
  let said = "";
  for (;;) {
    host.interrupt();
    said = host.readStderr();
    if (said !== "") break;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  expect(said).toContain("stopping after the current step");
  host.interrupt();
  expect(host.exits).toEqual([130]);
  expect(await running).toBe(130);
  expect(host.readStderr()).toMatch(/stopped: interrupted\n.*run the same command again/);
});

test("config show says where each value comes from", async () => {
  await runCommandLine(["init", folder], testHost());
  const host = testHost({ environment: { DEADWAX_ARCHIVE: folder, DEADWAX_WORKERS: "3" } });
  expect(await runCommandLine(["config", "show", "--json"], host)).toBe(0);
  const settings = new Map(host.readRecords().map((record) => [record.name, record]));
  expect(settings.get("archive")).toMatchObject({
    value: folder,
    from: "environment",
    where: "DEADWAX_ARCHIVE",
  });
  expect(settings.get("workers")).toMatchObject({ value: 3, from: "environment" });
  expect(settings.get("policy.accessCopy.bitrateKbps")).toMatchObject({ value: 75, from: "deadwax.json" });
});

test("a policy file is taken in, and one that cannot be meant is refused before anything is made", async () => {
  const policy = join(folder, "policy.json");
  const path = join(folder, "new");
  writeFileSync(policy, JSON.stringify({ accessCopy: { bitrateKbps: 9000 } }));
  expect(await runCommandLine(["init", path, "--policy", policy], testHost())).toBe(2);
  writeFileSync(policy, JSON.stringify({ accessCopy: { bitrateKbps: 96 } }));
  expect(await runCommandLine(["init", path, "--policy", policy], testHost())).toBe(0);
  const host = testHost({ workingFolder: path });
  await runCommandLine(["config", "show", "--json"], host);
  expect(host.readRecords().find((record) => record.name === "policy.accessCopy.bitrateKbps")).toMatchObject({
    value: 96,
    default: 75,
  });
});
