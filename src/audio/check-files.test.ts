import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../../test/fixtures/audio.ts";
import { encodeSignal } from "../../test/fixtures/audio-encode.ts";
import { analyseFiles, checkFiles } from "./analyse-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-check-files-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("files are proved where they lie, in the order given, and damage has its place", async () => {
  const good = TEST_CODECS.map(
    (codec) => makeTestTone({ path: join(folder, `${codec}.${TEST_EXTENSION[codec]}`), codec }).path,
  );
  const bad = join(folder, "bad.flac");
  const bytes = readFileSync(join(folder, "flac.flac"));
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 4, bytes.length >> 1);
  writeFileSync(bad, bytes);
  const files = [...good, bad, join(folder, "gone.mp3")];
  const before = readdirSync(folder);
  const results: { path: string; verdict: string }[] = [];
  for await (const { path, outcome } of checkFiles({ files, workers: 2 })) {
    results.push({ path, verdict: outcome.ok ? "sound" : `${outcome.reason}: ${outcome.detail}` });
  }
  expect(results.map(({ path }) => path)).toEqual(files);
  expect(results.slice(0, good.length).map(({ verdict }) => verdict)).toEqual(good.map(() => "sound"));
  const verdict = results[good.length]?.verdict ?? "";
  expect(verdict).toMatch(/^container-damaged: byte \d+: frame \d+ does not match its CRC-16$/);
  const offset = Number(/byte (\d+)/.exec(verdict)?.[1]);
  expect(offset).toBeLessThanOrEqual(bytes.length >> 1);
  expect(offset).toBeGreaterThan((bytes.length >> 1) - 40_000);
  expect(results.at(-1)?.verdict).toMatch(/^unreadable/);
  expect(readdirSync(folder)).toEqual(before);
});

test("a link leads to its file; a pipe, a device and a name of nothing are told at once", async () => {
  const { path } = makeTestTone({ path: join(folder, "real", "tone.flac"), codec: "flac" });
  const link = join(folder, "link.flac");
  const pipe = join(folder, "pipe.wav");
  symlinkSync(path, link);
  execFileSync("mkfifo", [pipe]);
  const options = { files: [link, pipe, "/dev/zero", join(folder, "none.wav")], workers: 1 };
  const verdicts: string[][] = [[], []];
  for await (const { outcome } of checkFiles(options)) verdicts[0]?.push(outcome.ok ? "ok" : outcome.detail);
  const want = { truePeak: false, features: false };
  for await (const { outcome } of analyseFiles({ ...options, want })) {
    verdicts[1]?.push(outcome.ok ? "ok" : outcome.detail);
  }
  const expected = ["ok", "it is no regular file", "it is no regular file", "there is no such file"];
  expect(verdicts).toEqual([expected, expected]);
});

test("what is odd about a sound file is told beside the proof", async () => {
  const { path } = makeTestTone({ path: join(folder, "real", "tone.m4a"), codec: "aac" });
  const odd = join(folder, "odd.m4a");
  writeFileSync(odd, Buffer.concat([readFileSync(path), Buffer.alloc(3000, 0xa5)]));
  const notes: (readonly string[])[] = [];
  for await (const { outcome } of checkFiles({ files: [path, odd], workers: 1 })) {
    notes.push(outcome.ok ? outcome.notes.map(({ kind }) => kind) : ["refused"]);
  }
  expect(notes).toEqual([[], ["container-tail"]]);
});

test("MPEG layer II, as broadcasters have it, is decoded", async () => {
  const path = join(folder, "real", "broadcast.mp2");
  encodeSignal({
    path,
    encoder: "mp2",
    muxer: "mp2",
    signal: "music",
    seed: 1,
    sampleRateHz: 48_000,
    channels: 2,
    level: 0.5,
    frequencyHz: 997,
    samples: 48_000,
    bitsPerSample: 16,
    bitrateKbps: 192,
    metadata: {},
  });
  for await (const { outcome } of checkFiles({ files: [path], workers: 1 })) {
    expect(outcome).toMatchObject({ ok: true, codec: "mp2", proof: "sample-count", sampleRateHz: 48_000 });
  }
});
