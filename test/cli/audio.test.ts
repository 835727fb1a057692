import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../fixtures/audio.ts";
import { deadwax, recordsOf, summaryOf } from "./deadwax.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-audio-"));
  for (const codec of TEST_CODECS) {
    makeTestTone({ path: join(folder, `${codec}.${TEST_EXTENSION[codec]}`), codec, seconds: 4, tags: [] });
  }
  const bytes = Buffer.from(readFileSync(join(folder, "vorbis.ogg")));
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(join(folder, "flipped.ogg"), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("files are checked where they lie; one flipped bit is found, and the rest is told all the same", async () => {
  const good = TEST_CODECS.map((codec) => join(folder, `${codec}.${TEST_EXTENSION[codec]}`));
  const run = await deadwax([
    "audio",
    "check",
    ...good,
    join(folder, "flipped.ogg"),
    join(folder, "none.flac"),
    "--json",
  ]);
  expect(run.code).toBe(3);
  const verdicts = recordsOf(run)
    .filter((record) => record.type === "file")
    .map((record) => record.reason ?? record.ok);
  expect(verdicts).toEqual([...good.map(() => true), "ogg-damaged", "unreadable"]);
  expect(summaryOf(run)).toMatchObject({ files: good.length + 2, damaged: 2 });
});

test("a file is analysed with no archive: what was measured is there, what was not is null", async () => {
  const run = await deadwax(["audio", "analyse", join(folder, "flac.flac"), "--true-peak", "--json"]);
  expect(run.code).toBe(0);
  const [file] = recordsOf(run).filter((record) => record.type === "file");
  expect(file).toMatchObject({
    ok: true,
    codec: "flac",
    loudness: { integratedLufs: expect.any(Number), truePeakDbtp: expect.any(Number) },
    features: {
      tool: "deadwax-features/4",
      danceability: null,
      spectrum: { centroidHz: expect.any(Number) },
    },
  });
});

test("a person is shown a key with its strength and a tempo with what else it may be", async () => {
  const run = await deadwax(["audio", "analyse", join(folder, "vorbis.ogg")]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^key\t.+ (major|minor) \(strength \d\.\d\d, next -?\d\.\d\d, profile edma\)$/m);
  expect(run.stdout).toMatch(/^loudness\t-\d+\.\d LUFS/m);
});

test("a file that cannot be measured is refused with its reason, and the rest is told", async () => {
  const run = await deadwax(["audio", "analyse", join(folder, "none.wav"), join(folder, "flac.flac")]);
  expect(run.code).toBe(3);
  expect(run.stdout).toMatch(/^refused\tunreadable: there is no such file$/m);
  expect(run.stdout).toMatch(/^proved by\tflac-md5$/m);
});

test("where copies cannot be made the place is named, and what to do", async () => {
  const environment = { TMPDIR: join(folder, "nowhere") };
  const run = await deadwax(["audio", "analyse", join(folder, "flac.flac")], { environment });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain(`no folder for copies can be made in "${environment.TMPDIR}"`);
  expect(run.stderr).toContain("next: set TMPDIR");
});

test("short, silent and whole are three things", async () => {
  const short = makeTestTone({ path: join(folder, "short.wav"), codec: "wav", seconds: 0.2, tags: [] }).path;
  const silent = join(folder, "silent.wav");
  const bytes = readFileSync(short);
  writeFileSync(silent, bytes.fill(0, bytes.indexOf("data") + 8));
  const run = await deadwax(["audio", "analyse", short, silent]);
  expect(run.stdout.match(/^(loudness|condition)\t.*$/gm)).toEqual([
    "loudness\tnone: shorter than 0.4 s",
    expect.not.stringContaining("silence"),
    "loudness\tnone: shorter than 0.4 s",
    "condition\tnothing but silence",
  ]);
});

test("files that are an album get its loudness and gain beside their own", async () => {
  const file = join(folder, "vorbis.ogg");
  const run = await deadwax(["audio", "analyse", "--album", file, join(folder, "flac.flac"), "--json"]);
  expect(run.code).toBe(0);
  const records = recordsOf(run);
  const gains = records.flatMap(({ loudness }) => {
    const gain = (loudness as { replayGain?: { gainDb: number } } | undefined)?.replayGain?.gainDb;
    return gain === undefined ? [] : [gain];
  });
  const album = records.find(({ type }) => type === "album")?.replayGain as { gainDb: number };
  expect(gains).toHaveLength(2);
  expect(album.gainDb).toBeGreaterThanOrEqual(Math.min(...gains) - 0.1);
  expect(album.gainDb).toBeLessThanOrEqual(Math.max(...gains) + 0.1);
});

test("with folders, each that holds sound is an album: its gain is that of its files given by name", async () => {
  const music = join(folder, "music");
  const tone = (name: string, seed: number, level: number): string =>
    makeTestTone({ path: join(music, name), codec: "flac", seconds: 4, seed, level, tags: [] }).path;
  const loud = [tone("a/2.flac", 1, 0.6), tone("a/1.flac", 2, 0.5)];
  tone("a/b/1.flac", 3, 0.05);
  writeFileSync(join(music, "a", "cover.jpg"), "not sound");
  const run = await deadwax(["audio", "analyse", "--album", music, "--json"]);
  expect(run.code).toBe(0);
  const albums = recordsOf(run).filter(({ type }) => type === "album");
  expect(albums.map(({ folder, files }) => [folder, files])).toEqual([
    [join(music, "a"), 2],
    [join(music, "a", "b"), 1],
  ]);
  const named = await deadwax(["audio", "analyse", "--album", ...loud, "--json"]);
  const [one] = recordsOf(named).filter(({ type }) => type === "album");
  expect(one).toEqual({ ...albums[0], folder: null });
  expect(summaryOf(run)).toMatchObject({ files: 3, damaged: 0, albums: 2 });
  const paths = recordsOf(run).flatMap(({ type, path }) => (type === "file" ? [path] : []));
  expect(paths).toEqual(["a/1.flac", "a/2.flac", "a/b/1.flac"].map((name) => join(music, name)));

  const shown = await deadwax(["audio", "analyse", "--album", music]);
  expect(shown.stdout.match(/^album\t.*$/gm)).toEqual([
    `album\t${join(music, "a")}`,
    `album\t${join(music, "a", "b")}`,
  ]);
  expect(shown.stdout.match(/^ReplayGain\t/gm)).toHaveLength(5);
});

test("the discs of an album are one, in whatever folders they are given", async () => {
  const album = join(folder, "discs");
  for (const [seed, name] of ["CD1/1.flac", "disc 2/1.flac", "extra.flac", "CD1/live/1.flac"].entries()) {
    makeTestTone({
      path: join(album, name),
      codec: "flac",
      seconds: 1,
      seed,
      level: 0.1 + seed / 5,
      tags: [],
    });
  }
  const albumsOf = async (...given: string[]): Promise<unknown[]> => {
    const run = await deadwax(["audio", "analyse", "--album", ...given, "--json"]);
    return recordsOf(run).filter(({ type }) => type === "album");
  };
  const [whole, live] = await albumsOf(album);
  expect([whole, live]).toMatchObject([
    { folder: album, files: 3 },
    { folder: join(album, "CD1", "live"), files: 1 },
  ]);
  expect(await albumsOf(join(album, "CD1"), album)).toMatchObject([{ files: 3 }, { files: 1 }]);
  const files = ["CD1/1.flac", "disc 2/1.flac", "extra.flac"].map((name) => join(album, name));
  expect(await albumsOf(...files)).toEqual([{ ...Object(whole), folder: null }]);
  expect(await albumsOf(join(album, "disc 2"))).toMatchObject([{ folder: join(album, "disc 2"), files: 1 }]);
  rmSync(join(album, "CD1", "live"), { recursive: true });
  expect(await albumsOf(join(album, "CD1"), join(album, "disc 2"))).toMatchObject([
    { folder: album, files: 2 },
  ]);
});

test("what a folder hides from the check is told, and the code says that not all was checked", async () => {
  const music = join(folder, "hiding");
  makeTestTone({ path: join(music, "1.flac"), codec: "flac" });
  makeTestTone({ path: join(music, "book.m4b"), codec: "aac" });
  symlinkSync(join(music, "1.flac"), join(music, "again.flac"));
  const whole = await deadwax(["audio", "check", music, "--json"]);
  expect(summaryOf(whole)).toMatchObject({ files: 2, damaged: 0, leftOut: 0, exitCode: 0 });

  writeFileSync(Buffer.from(join(music, "odd\u00ff.flac"), "latin1"), readFileSync(join(music, "1.flac")));
  const elsewhere = join(folder, "elsewhere");
  makeTestTone({ path: join(elsewhere, "1.flac"), codec: "flac" });
  symlinkSync(elsewhere, join(music, "Album"));
  for (const command of ["check", "analyse"]) {
    const run = await deadwax(["audio", command, music, "--json"]);
    expect(summaryOf(run)).toMatchObject({ files: 2, damaged: 0, leftOut: 2, exitCode: 3 });
    expect(recordsOf(run).flatMap(({ type, message }) => (type === "warning" ? [message] : []))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/is left out: its name is not UTF-8$/),
        `"${join(music, "Album")}" is left out: leads out of the folder`,
      ]),
    );
  }
});

test("a folder is checked file by file; one without sound is a mistake", async () => {
  const music = join(folder, "whole");
  makeTestTone({ path: join(music, "1.flac"), codec: "flac" });
  expect(summaryOf(await deadwax(["audio", "check", music, "--json"]))).toMatchObject({ files: 1 });
  rmSync(join(music, "1.flac"));
  expect((await deadwax(["audio", "check", music])).code).toBe(2);
});
