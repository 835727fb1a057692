import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../../test/fixtures/audio.ts";
import { checkFiles } from "./analyse-files.ts";

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
