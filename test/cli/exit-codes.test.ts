import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone } from "../fixtures/audio.ts";
import { deadwax, recordsOf, startDeadwax, summaryOf } from "./deadwax.ts";

let folder: string;
let music: string;
let archive: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-codes-"));
  music = join(folder, "music");
  archive = join(folder, "archive");
  makeTestTone({ path: join(music, "dark.ogg"), codec: "vorbis", tags: [["TITLE", "Nobody said I may"]] });
  expect((await deadwax(["init", archive])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("2: a mistyped command suggests the right one, also as JSON", async () => {
  const text = await deadwax(["relaese", "list"]);
  expect(text).toMatchObject({ code: 2, stdout: "" });
  expect(text.stderr).toBe("error: unknown command 'relaese'\n  next: did you mean release?\n");
  const json = await deadwax(["release", "lst", "--json"]);
  expect(json).toMatchObject({ code: 2, stderr: "" });
  expect(recordsOf(json)[0]).toMatchObject({ type: "error", code: "usage", hint: "did you mean list?" });
  expect(summaryOf(json)).toMatchObject({ exitCode: 2 });
});

test.each([
  ["a size that is none", ["plan", "--budget", "much"]],
  ["a folder that is not there", ["source", "add", "audio", "/nonexistent/music"]],
  ["a release that is none", ["release", "verify", "/nonexistent"]],
  ["a release name that cannot be", ["preserve", ".", "--into", "x", "--name", "No Name", "--yes"]],
  ["preserve without a terminal and without --yes", ["preserve", ".", "--into", "x"]],
  ["a file of counts without a header", ["source", "add", "plays", "package.json"]],
  ["a right without evidence", ["rights", "declare", "--scope", "archive", "--licence", "CC0-1.0"]],
])("2: %s", async (_, words) => {
  const run = await deadwax(words, { environment: { DEADWAX_ARCHIVE: archive } });
  expect(run.stderr).toMatch(/^error: /m);
  expect(run.code).toBe(2);
});

test("2: preserve of a folder that is not there makes no archive", async () => {
  const path = join(folder, "never");
  const run = await deadwax(["preserve", join(folder, "nothing"), "--into", path, "--yes"]);
  expect(run.code).toBe(2);
  expect(readdirSync(folder)).not.toContain("never");
});

test("10: no archive, with the way to one", async () => {
  const run = await deadwax(["status"], { workingFolder: folder });
  expect(run.code).toBe(10);
  expect(run.stderr).toContain("deadwax init");
});

test("2: init leaves a folder alone that has something in it", async () => {
  const path = join(folder, "letters");
  mkdirSync(path);
  writeFileSync(join(path, "letter.txt"), "dear");
  const run = await deadwax(["init", path]);
  expect(run.code).toBe(2);
  expect(readdirSync(path)).toEqual(["letter.txt"]);
});

test("the signing key is readable by its owner alone", () => {
  expect(statSync(join(archive, "keys", "signing-key.pem")).mode & 0o777).toBe(0o600);
  expect(statSync(join(archive, "keys")).mode & 0o777).toBe(0o700);
});

test("11: a lock held by a live process is respected and named; that of a dead one is taken over", async () => {
  const holder = spawn(process.execPath, ["-e", "process.stdin.resume()"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  await once(holder, "spawn");
  const stat = readFileSync(`/proc/${holder.pid}/stat`, "utf8");
  const processStart = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const lock = {
    pid: holder.pid,
    host: hostname(),
    processStart,
    command: "deadwax pack",
    since: "then",
    token: "t",
  };
  writeFileSync(join(archive, ".lock"), JSON.stringify(lock));
  const refused = await deadwax(["--archive", archive, "source", "add", "audio", music]);
  expect(refused.code).toBe(11);
  expect(refused.stderr).toContain(`"deadwax pack" (process ${holder.pid}`);
  holder.kill("SIGKILL");
  await once(holder, "close");
  const taken = await deadwax(["--archive", archive, "source", "add", "audio", music, "--json"]);
  expect(taken.code).toBe(0);
  expect(summaryOf(taken)).toMatchObject({ command: "deadwax source add audio", counts: { audio: 1 } });
});

test("13: a release of nothing but dark tracks is refused with the reason", async () => {
  for (const words of [["catalogue", "build"], ["plan"], ["pack"]]) {
    expect((await deadwax(["--archive", archive, ...words])).code).toBe(0);
  }
  const run = await deadwax(["--archive", archive, "release", "create"]);
  expect(run.code).toBe(13);
  expect(run.stderr).toMatch(/none of 1 tracks? may be released/);
  expect(run.stderr).toContain("deadwax rights declare");
});

test("a declaration with evidence opens the gate; a denial shuts it again", async () => {
  const evidence = join(folder, "mail.txt");
  writeFileSync(evidence, "You may. The artist");
  const declare = ["--archive", archive, "rights", "declare", "--scope", "archive"];
  expect((await deadwax([...declare, "--licence", "CC-BY-4.0", "--evidence", evidence])).code).toBe(0);
  for (const words of [["plan"], ["pack"], ["release", "create", "--name", "first"]]) {
    expect(await deadwax(["--archive", archive, ...words])).toMatchObject({ code: 0 });
  }
  expect((await deadwax(["release", "verify", join(archive, "releases", "first")])).code).toBe(0);
  expect((await deadwax([...declare, "--deny"])).code).toBe(0);
  expect((await deadwax(["--archive", archive, "release", "create"])).code).toBe(13);
});

test("12: a release with a flipped byte does not verify, and the track is named", async () => {
  const data = join(archive, "releases", "first", "data");
  const [shard = ""] = readdirSync(data);
  const copy = join(folder, "copy");
  cpSync(join(archive, "releases"), copy, { recursive: true });
  const path = join(copy, "first", "data", shard);
  const bytes = readFileSync(path);
  bytes[3000] = (bytes[3000] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const run = await deadwax(["release", "verify", join(copy, "first"), "--json"]);
  expect(run.code).toBe(12);
  expect(summaryOf(run)).toMatchObject({ ok: false, exitCode: 12 });
  expect(run.stdout).toContain("Nobody said I may");
});

test.each([
  ["a question", ["config", "show", "--json"]],
  ["work", ["plan"]],
])("a reader that goes away early does not make %s fail", async (_, words) => {
  const { child, done } = startDeadwax(words, { environment: { DEADWAX_ARCHIVE: archive } });
  child.stdout?.destroy();
  expect(await done).toMatchObject({ code: 0, signal: null, stderr: expect.not.stringContaining("EPIPE") });
});
