import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FailedError, IntegrityError, InterruptedError, UsageError } from "../core/errors.ts";
import { silentReporter } from "../core/reporter.ts";
import { listAccessions } from "./accession/accession.ts";
import { hangingOgg, type IntakeFixture, intakeFixture, shortTone } from "./testing/intake-fixture.ts";

let music: IntakeFixture;
const tone = shortTone();

beforeEach(async () => {
  music = await intakeFixture();
});

afterEach(() => music.folder.remove());

test("a file that makes the tag reader hang stays, without its tags", async () => {
  music.put("a.ogg", tone);
  music.put("hang.ogg", hangingOgg(tone, 120_000));
  // The children get more time to start than a machine under load needs, and much less than the file would take.
  const bounds = { jobTimeoutMs: 5000, fileTimeoutMs: 5000, maxChildBytes: 2_000_000_000 };
  await music.add({ bounds });
  expect(await music.listed()).toEqual(["a.ogg: audio", "hang.ogg: audio tags-unreadable"]);
});

test("an interrupted run leaves no accession, and what a killed one left is removed", async () => {
  for (let index = 0; index < 100; index += 1) music.put(`${index}.ogg`, tone);
  const controller = new AbortController();
  const reporter = {
    ...silentReporter,
    progress: (label: string) => ({
      ...silentReporter.progress(label, "items"),
      advance: () => {
        if (label.startsWith("reading")) controller.abort();
      },
    }),
  };
  await expect(music.add({ reporter, signal: controller.signal })).rejects.toThrow(InterruptedError);
  expect(readdirSync(music.archive.layout.sources)).toEqual([]);
  mkdirSync(join(music.archive.layout.sources, ".tmp-killed"));
  mkdirSync(join(music.archive.layout.scratch, "intake-killed"));
  expect((await music.add()).counts).toMatchObject({ added: 100 });
  expect(existsSync(join(music.archive.layout.sources, ".tmp-killed"))).toBe(false);
  expect(readdirSync(music.archive.layout.scratch)).toEqual([]);
});

test("several folders are several sources, each with its label", async () => {
  music.folder.put("one/music/a.ogg", tone);
  music.folder.put("two/music/b.ogg", tone);
  const folders = [
    join(music.folder.path, "one/music"),
    join(music.folder.path, "two/music"),
    join(music.folder.path, "one/../one/music"),
  ];
  const summary = await music.add({ folders });
  expect(summary.folders.map(({ source }) => source)).toEqual(["audio:music", "audio:music-2"]);
  expect(summary.counts).toMatchObject({ seen: 2, added: 2 });
});

test("warns of folders that share files", async () => {
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => warnings.push(message) };
  music.put("sub/a.ogg", tone);
  const root = join(music.folder.path, "music");
  await music.add({ reporter, folders: [root, join(root, "sub")] });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("share files");
});

test("the archive inside a folder is left out", async () => {
  music.folder.put("a.ogg", tone);
  rmSync(join(music.folder.path, "music"), { recursive: true });
  await music.add({ folders: [music.folder.path] });
  expect(await music.listed()).toEqual(["a.ogg: audio", "archive: rejected archive-folder"]);
});

test.each([
  ["no folder", []],
  ["a folder that is not there", ["nowhere"]],
  ["a file", ["music/a.ogg"]],
  ["the archive", ["archive"]],
  ["a folder inside the archive", ["archive/sources"]],
])("refuses %s before it writes anything", async (_, names) => {
  music.put("a.ogg", tone);
  const folders = names.map((name) => join(music.folder.path, name));
  await expect(music.add({ folders })).rejects.toThrow(UsageError);
  expect(await listAccessions(music.archive)).toEqual([]);
});

test("refuses one label for several folders", async () => {
  await expect(
    music.add({ folders: [join(music.folder.path, "music"), music.folder.path], label: "x" }),
  ).rejects.toThrow(UsageError);
});

test("notices that a stored table was changed", async () => {
  music.put("a.ogg", tone);
  await music.add();
  const { folder: stored } = await music.newest();
  const path = join(stored, "files.parquet");
  const bytes = readFileSync(path);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await expect(music.add()).rejects.toThrow(IntegrityError);
});

test("says which accession is damaged", async () => {
  music.put("a.ogg", tone);
  await music.add();
  const { folder: stored, id } = await music.newest();
  writeFileSync(join(stored, "accession.json"), "{}");
  await expect(listAccessions(music.archive)).rejects.toThrow(FailedError);
  await expect(listAccessions(music.archive)).rejects.toThrow(id);
});
