import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testTrackId } from "../../src/catalogue/testing/accessions.ts";
import { trackIdFromBigInt } from "../../src/formats/identifiers/index.ts";
import { makeZip } from "../../src/sources/testing/make-zip.ts";
import { makeTestTone, TEST_CODECS, TEST_EXTENSION } from "../fixtures/audio.ts";
import { type CommandRun, deadwax, recordsOf, summaryOf } from "./deadwax.ts";

const LICENCE = ["LICENSE", "https://creativecommons.org/publicdomain/zero/1.0/"] as const;

let folder: string;
let music: string;
let archive: string;
/** A folder that nobody but root can list. */
let locked: string;
let run: CommandRun;
let untouched: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-bad-input-"));
  music = join(folder, "music");
  archive = join(folder, "archive");
  for (const codec of TEST_CODECS) {
    const path = join(music, codec, `good.${TEST_EXTENSION[codec]}`);
    makeTestTone({ path, codec, seconds: 3, tags: [["TITLE", `good ${codec}`], LICENCE] });
    spoil(path);
  }
  makeContainers(join(music, "containers"));
  makeFolders(join(music, "folders"));
  untouched = contentOf(music);
  run = await deadwax(["preserve", music, "--into", archive, "--yes", "--json"], { limitMs: 240_000 });
}, 300_000);
afterAll(() => {
  chmodSync(locked, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

/** Beside a good file: the same cut off, with a hole of zeros, with flipped bits, empty, and with a huge length. */
function spoil(path: string): void {
  const good = readFileSync(path);
  const beside = (name: string): string => path.replace("good.", `${name}.`);
  writeFileSync(beside("truncated"), good.subarray(0, Math.floor(good.length * 0.6)));
  writeFileSync(beside("empty"), "");
  const zeroed = Buffer.from(good);
  zeroed.fill(0, Math.floor(good.length * 0.4), Math.floor(good.length * 0.7));
  writeFileSync(beside("zeroed"), zeroed);
  const flipped = Buffer.from(good);
  for (let at = Math.floor(good.length / 2); at < flipped.length; at += 997)
    flipped[at] = (flipped[at] ?? 0) ^ 0x55;
  writeFileSync(beside("flipped"), flipped);
  const huge = Buffer.from(good);
  huge.fill(0xff, 4, 8);
  writeFileSync(beside("huge-header"), huge);
}

function makeContainers(path: string): void {
  mkdirSync(path, { recursive: true });
  const tone = join(path, "inside.ogg");
  makeTestTone({
    path: tone,
    codec: "vorbis",
    seconds: 3,
    seed: 9,
    tags: [["TITLE", "inside a pk3"], LICENCE],
  });
  const content = readFileSync(tone);
  rmSync(tone);
  writeFileSync(join(path, "good.pk3"), makeZip([{ name: "music/inside.ogg", content, stored: true }]));
  writeFileSync(join(path, "renamed.mp3"), makeZip([{ name: "notes.txt", content: "no music here" }]));
  writeFileSync(join(path, "escape.pk3"), makeZip([{ name: "../../escaped.ogg", content }]));
  writeFileSync(join(path, "bomb.zip"), makeZip([{ name: "bomb.wav", content: Buffer.alloc(64 << 20) }]));
  writeFileSync(
    join(path, "liar.zip"),
    makeZip([{ name: "liar.ogg", content, claims: { sizeBytes: 0x7fff_ffff } }]),
  );
}

function makeFolders(path: string): void {
  mkdirSync(join(path, "deep"), { recursive: true });
  symlinkSync("..", join(path, "deep", "loop"));
  symlinkSync(join(path, "a"), join(path, "b"));
  symlinkSync(join(path, "b"), join(path, "a"));
  symlinkSync("/etc/passwd", join(path, "passwd.ogg"));
  makeTestTone({ path: join(path, "plain.ogg"), codec: "vorbis", seconds: 3, seed: 5, tags: [LICENCE] });
  const bytes = readFileSync(join(path, "plain.ogg"));
  rmSync(join(path, "plain.ogg"));
  // Latin-1, no UTF-8, and a name that would paint a terminal.
  writeFileSync(Buffer.concat([Buffer.from(`${path}/caf`), Buffer.from([0xe9]), Buffer.from(".ogg")]), bytes);
  writeFileSync(join(path, "\u001b[31mred\u001b[2J.txt"), "escape");
  locked = join(path, "locked");
  mkdirSync(locked);
  chmodSync(locked, 0o000);
}

/** Every file below `path` by its exact name; what cannot be listed is left out. */
function contentOf(path: Buffer | string): ReadonlyMap<string, string> {
  const content = new Map<string, string>();
  const folders = [Buffer.from(path)];
  for (let at = folders.pop(); at; at = folders.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true, encoding: "buffer" })) {
      const name = Buffer.concat([at, Buffer.from("/"), entry.name]);
      if (entry.isDirectory() && !name.equals(Buffer.from(locked))) folders.push(name);
      if (entry.isFile()) content.set(name.toString("base64"), readFileSync(name).toString("base64"));
    }
  }
  return content;
}

test("the run ends well apart from the damaged files, which it counts and lists", () => {
  expect(run).toMatchObject({ code: 3, signal: null });
  const summary = summaryOf(run);
  expect(summary).toMatchObject({ exitCode: 3, verified: { ok: true } });
  const quarantined = recordsOf(run).filter(({ type }) => type === "quarantined");
  expect(quarantined.length).toBe(summary.quarantined);
  expect(
    quarantined.every(({ reason, path }) => typeof reason === "string" && typeof path === "string"),
  ).toBe(true);
});

test("every good file is kept bit for bit, also from a container and under a name that is no UTF-8", async () => {
  const found = recordsOf(await deadwax(["--archive", archive, "catalogue", "find", "--json"]));
  const inside = found.find(({ title }) => title === "inside a pk3");
  const latin1 = found.find(({ title }) => String(title).startsWith("caf"));
  const good = TEST_CODECS.map((codec) => {
    const path = `${codec}/good.${TEST_EXTENSION[codec]}`;
    return {
      trackId: trackIdFromBigInt(testTrackId("music", path)),
      original: readFileSync(join(music, path)),
    };
  });
  for (const { trackId, original } of good) {
    const output = join(folder, `${trackId}.audio`);
    expect(await deadwax(["--archive", archive, "extract", trackId, "-o", output])).toMatchObject({
      code: 0,
    });
    expect(readFileSync(output).equals(original)).toBe(true);
  }
  for (const track of [inside, latin1]) {
    const output = join(folder, `${track?.trackId}.audio`);
    const run = await deadwax(["--archive", archive, "extract", String(track?.trackId), "-o", output]);
    expect(run).toMatchObject({ code: 0 });
  }
});

test("what is cut off, zeroed, flipped or empty is never packed, whatever its format", () => {
  const lost = new Set<string>();
  for (const record of recordsOf(run)) {
    if (record.type === "quarantined") lost.add(String(record.path));
  }
  const packed = summaryOf(run).packed;
  expect(packed).toMatchObject({ "access-copy": 0 });
  for (const codec of TEST_CODECS) {
    const path = (name: string): string => `${codec}/${name}.${TEST_EXTENSION[codec]}`;
    expect([...lost]).not.toContain(path("good"));
    // The formats that carry a checksum or a length of their own.
    if (codec === "vorbis" || codec === "opus" || codec === "flac") {
      expect([...lost]).toEqual(expect.arrayContaining([path("truncated"), path("zeroed"), path("flipped")]));
    }
  }
});

test("what was not taken in is listed with a reason, and nothing escapes into the terminal", async () => {
  const other = join(folder, "other.audio");
  await deadwax(["init", other]);
  const listed = await deadwax(["--archive", other, "source", "add", "audio", music]);
  expect(listed.code).toBe(0);
  for (const name of ["empty.ogg", "escape.pk3", "bomb.zip", "red"]) expect(listed.stdout).toContain(name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(listed.stdout + listed.stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
});

test("nothing is written outside the archive, and the music is as it was", () => {
  expect(
    readdirSync(folder)
      .filter((name) => !name.endsWith(".audio"))
      .sort(),
  ).toEqual(["archive", "music"]);
  expect(readdirSync(tmpdir())).not.toContain("escaped.ogg");
  expect(contentOf(music)).toEqual(untouched);
});
