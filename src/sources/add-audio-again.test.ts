import { appendFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listAccessions } from "./accession/accession.ts";
import { type IntakeFixture, intakeFixture, shortTone } from "./testing/intake-fixture.ts";
import { makeZip } from "./testing/make-zip.ts";
import { planUnprivileged } from "./testing/unprivileged.ts";

let music: IntakeFixture;
const tone = shortTone();

beforeEach(async () => {
  music = await intakeFixture();
});

afterEach(() => music.folder.remove());

test("a second run finds nothing and writes nothing", async () => {
  music.put("a.ogg", tone);
  music.put("b.zip", makeZip([{ name: "c.ogg", content: tone }]));
  music.put("d.txt", "text");
  await music.add();
  const summary = await music.add();
  expect(summary.folders[0]).toMatchObject({ accession: null, toRead: { files: 0, sizeBytes: 0 } });
  expect(summary.counts).toMatchObject({ seen: 3, added: 0, changed: 0, unchanged: 3, gone: 0 });
  expect(await listAccessions(music.archive)).toHaveLength(1);
});

test("a later run records what is new, changed and gone, and nothing else", async () => {
  for (const name of ["same", "touched", "longer", "gone", "moved"]) music.put(`${name}.ogg`, tone);
  await music.add();
  const root = join(music.folder.path, "music");
  utimesSync(join(root, "touched.ogg"), 1000, 1000);
  appendFileSync(join(root, "longer.ogg"), "tail");
  rmSync(join(root, "gone.ogg"));
  renameSync(join(root, "moved.ogg"), join(root, "new-name.ogg"));
  music.put("new.ogg", tone);
  const { counts } = await music.add();
  expect(counts).toMatchObject({ seen: 5, added: 2, changed: 2, unchanged: 1, gone: 2 });
  expect(await music.listed()).toEqual([
    "gone.ogg: gone",
    "longer.ogg: audio",
    "moved.ogg: gone",
    "new-name.ogg: audio",
    "new.ogg: audio",
    "touched.ogg: audio",
  ]);
  const [first, second] = await listAccessions(music.archive);
  expect(second?.previous).toBe(first?.id);
  expect((await music.add()).counts).toMatchObject({ unchanged: 5, added: 0, changed: 0, gone: 0 });
});

test("another inode with the same size and time is no change", async () => {
  music.put("a.ogg", tone);
  await music.add();
  const path = join(music.folder.path, "music/a.ogg");
  const { atime, mtime } = statSync(path);
  music.put("copy.ogg", tone);
  utimesSync(join(music.folder.path, "music/copy.ogg"), atime, mtime);
  utimesSync(path, atime, mtime);
  await music.add();
  renameSync(join(music.folder.path, "music/copy.ogg"), path);
  expect((await music.add()).counts).toMatchObject({ added: 0, changed: 0, unchanged: 1, gone: 1 });
});

test("members go when their container changes or goes", async () => {
  music.put(
    "a.zip",
    makeZip([
      { name: "1.ogg", content: tone },
      { name: "2.ogg", content: tone },
    ]),
  );
  music.put("b.zip", makeZip([{ name: "3.ogg", content: tone }]));
  await music.add();
  music.put(
    "a.zip",
    makeZip([
      { name: "2.ogg", content: tone },
      { name: "4.ogg", content: tone },
    ]),
  );
  rmSync(join(music.folder.path, "music/b.zip"));
  await music.add();
  expect(await music.listed()).toEqual([
    "a.zip: container",
    "a.zip!1.ogg: gone",
    "a.zip!2.ogg: audio",
    "a.zip!4.ogg: audio",
    "b.zip: gone",
    "b.zip!3.ogg: gone",
  ]);
});

test("a name that comes back after it was gone is new", async () => {
  music.put("a.ogg", tone);
  music.put("b.ogg", tone);
  await music.add();
  rmSync(join(music.folder.path, "music/a.ogg"));
  await music.add();
  music.put("a.ogg", tone);
  expect((await music.add()).counts).toMatchObject({ added: 1, unchanged: 1, audio: 1 });
});

test("a dry run says what would be done and writes nothing", async () => {
  music.put("a.ogg", tone);
  const before = readdirSync(music.archive.layout.root);
  const { folders, dryRun } = await music.add({ dryRun: true });
  expect(dryRun).toBe(true);
  expect(folders[0]).toMatchObject({
    accession: null,
    counts: { seen: 1, added: 1, unchanged: 0 },
    toRead: { files: 1, sizeBytes: tone.length },
  });
  expect(readdirSync(music.archive.layout.root)).toEqual(before);
  expect(readdirSync(music.archive.layout.sources)).toEqual([]);
});

test("a folder that cannot be listed for once does not lose its files", async () => {
  music.put("sub/a.ogg", tone);
  music.put("sub-two/b.ogg", tone);
  await music.add();
  const counts = await planUnprivileged(music.folder.path, music.archive.layout.root, "music/sub");
  expect(counts).toMatchObject({ added: 1, gone: 0, unchanged: 1 });
});
