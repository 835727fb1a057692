import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
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
      findings: 1,
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
  const bag = join(folder, "whole", "releases", "album");
  for (const { tags, path } of album) {
    const isrc = tags.find(([key]) => key === "ISRC")?.[1] ?? "";
    const output = join(folder, `out-${isrc}`);
    const run = await deadwax(["extract", isrc, "--from", bag, "-o", output]);
    expect(run).toMatchObject({ code: 0 });
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
  const isrc = album[0]?.tags.find(([key]) => key === "ISRC")?.[1] ?? "";
  const { child, done } = startDeadwax(["extract", isrc, "--from", bag, "-o", "-", "--json"]);
  const chunks: Buffer[] = [];
  child.stdout?.removeAllListeners("data").setEncoding("latin1");
  child.stdout?.on("data", (text: string) => chunks.push(Buffer.from(text, "latin1")));
  const run = await done;
  expect(run.code).toBe(0);
  expect(Buffer.concat(chunks).equals(readFileSync(album[0]?.path ?? ""))).toBe(true);
  expect(JSON.parse(run.stderr)).toMatchObject({ type: "summary", output: "-" });
});

test("a budget gives all three dispositions, and a dry run shows the same plan and writes nothing", async () => {
  const archive = join(folder, "budgeted");
  const words = preserve(archive, "--budget", "500kB", "--workers", "1");
  const dry = await deadwax([...words, "--dry-run"]);
  expect(dry.code).toBe(0);
  expect(readdirSync(folder)).not.toContain("budgeted");
  const run = await deadwax(words);
  expect(run.code).toBe(0);
  const { totals, plan } = summaryOf(run);
  expect(summaryOf(dry).plan).toMatchObject({ totals });
  expect(plan).toMatch(/^p-/);
  for (const name of ["original", "access-copy", "metadata-only"]) {
    expect(totals).toMatchObject({ [name]: { tracks: expect.any(Number) } });
  }
});

test("two runs at once: one of them waits for nobody and ends with 11", async () => {
  const archive = join(folder, "twice");
  const runs = await Promise.all([deadwax(preserve(archive)), deadwax(preserve(archive))]);
  expect(runs.map(({ code }) => code).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, 11]);
  const loser = runs.find(({ code }) => code === 11);
  expect(loser && recordsOf(loser)[0]).toMatchObject({ type: "error", code: "archive-locked" });
});
