import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestAlbum, type TestAlbumTrack } from "../fixtures/audio.ts";
import { deadwax, recordsOf, startDeadwax, summaryOf } from "./deadwax.ts";

let folder: string;
let music: string;
let album: TestAlbumTrack[];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-preserve-"));
  music = join(folder, "music");
  album = makeTestAlbum(music, { seconds: 4 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const preserve = (archive: string, ...more: string[]): string[] => [
  "preserve",
  music,
  "--into",
  archive,
  "--yes",
  "--json",
  ...more,
];

test("one command makes an archive and a verified release; the second run finds everything done", async () => {
  const archive = join(folder, "whole");
  const first = await deadwax(preserve(archive, "--name", "album"));
  expect(first).toMatchObject({ code: 0, stderr: "" });
  expect(summaryOf(first)).toMatchObject({
    command: "deadwax preserve",
    packed: { original: album.length, "access-copy": 0 },
    quarantined: 0,
    release: { name: "album", created: true, tracks: { released: album.length, withheld: 0 } },
    verified: {
      ok: true,
      findings: 0,
      checked: { tracks: album.length, decoded: album.length, torrents: 2 },
    },
  });
  const steps = recordsOf(first).filter(({ type }) => type === "step");
  expect(steps.map(({ step }) => step)).toEqual([
    "intake",
    "catalogue",
    "rights",
    "plan",
    "pack",
    "release",
    "verify",
  ]);
  const second = await deadwax(preserve(archive));
  expect(second.code).toBe(0);
  expect(summaryOf(second)).toMatchObject({
    packed: { original: 0, "access-copy": 0 },
    alreadySealed: album.length,
    release: { name: "album", created: false },
  });
  expect(readdirSync(join(archive, "releases")).sort()).toEqual([
    "album",
    "album.json",
    "album.torrent",
    "album.v1.torrent",
  ]);
});

test("every original comes out of the release byte for byte, and tar lists its shards", async () => {
  const archive = join(folder, "whole");
  const bag = join(archive, "releases", "album");
  const found = recordsOf(await deadwax(["--archive", archive, "catalogue", "find", "--json"]));
  for (const { title, path } of album) {
    const trackId = String(found.find((record) => record.title === title)?.trackId);
    const output = join(folder, `out-${trackId}`);
    expect(await deadwax(["extract", trackId, "--from", bag, "-o", output])).toMatchObject({ code: 0 });
    expect(readFileSync(output).equals(readFileSync(path))).toBe(true);
  }
  for (const shard of readdirSync(join(bag, "data"))) {
    const listed = spawnSync("tar", ["-tf", join(bag, "data", shard)], { encoding: "utf8" });
    expect(listed).toMatchObject({ status: 0, stderr: "" });
    expect(listed.stdout.trimEnd().split("\n")).toHaveLength(2 * album.length);
  }
});

test("bytes go to standard output alone when they are asked for", async () => {
  const bag = join(folder, "whole", "releases", "album");
  const flac = album.find(({ codec }) => codec === "flac");
  const isrc = flac?.tags.find(([key]) => key === "ISRC")?.[1] ?? "";
  const { child, done } = startDeadwax(["extract", isrc, "--from", bag, "-o", "-", "--json"]);
  const chunks: Buffer[] = [];
  child.stdout?.removeAllListeners("data").setEncoding("latin1");
  child.stdout?.on("data", (text: string) => chunks.push(Buffer.from(text, "latin1")));
  const run = await done;
  expect(run.code).toBe(0);
  expect(Buffer.concat(chunks).equals(readFileSync(flac?.path ?? ""))).toBe(true);
  expect(JSON.parse(run.stderr)).toMatchObject({ type: "summary", output: "-" });
});

test("a budget gives all three dispositions; a dry run shows the same plan and writes nothing", async () => {
  const archive = join(folder, "budgeted");
  const policy = join(folder, "policy.json");
  const plays = join(folder, "plays.csv");
  writeFileSync(policy, JSON.stringify({ packing: { pieceLengthBytes: 16_384, shardTargetBytes: 262_144 } }));
  writeFileSync(
    plays,
    "path,plays\n02 Second.ogg,100000\n03 Third.opus,50\n04 Fourth.flac,20\n07 Seventh.m4a,0\n",
  );
  expect((await deadwax(["init", archive, "--policy", policy])).code).toBe(0);
  const before = readdirSync(archive, { recursive: true, encoding: "utf8" }).sort();
  const words = preserve(archive, "--budget", "250kB", "--plays", plays);
  const dry = await deadwax([...words, "--dry-run"]);
  expect(dry.code).toBe(0);
  expect(readdirSync(archive, { recursive: true, encoding: "utf8" }).sort()).toEqual(before);
  const run = summaryOf(await deadwax(words));
  expect(run).toMatchObject({ exitCode: 0, verified: { ok: true } });
  expect(summaryOf(dry).plan).toMatchObject({ totals: run.totals });
  for (const name of ["original", "access-copy", "metadata-only"]) {
    expect(JSON.stringify(run.totals)).not.toContain(`"${name}":{"tracks":0`);
  }
});

test("a budget that keeps nothing leaves a good archive and no release, and says so", async () => {
  const run = await deadwax(preserve(join(folder, "tiny"), "--budget", "1kB"));
  expect(run.code).toBe(0);
  expect(summaryOf(run)).toMatchObject({ release: null, notReleased: expect.stringContaining("budget") });
});

test("tracks without a right stay dark, and the end says so", async () => {
  const dark = join(folder, "dark");
  makeTestAlbum(dark, { codecs: ["vorbis"], licence: null });
  const run = await deadwax(["preserve", dark, "--into", join(folder, "dark-archive"), "--yes"]);
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^released\tnothing: none of 1 tracks? may be released/m);
  expect(run.stdout).toMatch(/^next\t.*deadwax rights declare/m);
});

test("two runs at once: one of them waits for nobody and ends with 11", async () => {
  const archive = join(folder, "twice");
  const runs = await Promise.all([deadwax(preserve(archive)), deadwax(preserve(archive))]);
  expect(runs.map(({ code }) => code).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, 11]);
  const loser = runs.find(({ code }) => code === 11);
  expect(loser && recordsOf(loser)[0]).toMatchObject({ type: "error", code: "archive-locked" });
});
