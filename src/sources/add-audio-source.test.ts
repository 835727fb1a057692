import { statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeTestAlbum } from "../../test/fixtures/audio.ts";
import { trackIdOf, trackIdToBigInt } from "../formats/identifiers/track-id.ts";
import { listAccessions } from "./accession/accession.ts";
import { type IntakeFixture, intakeFixture, shortTone, tableRows } from "./testing/intake-fixture.ts";
import { makeZip } from "./testing/make-zip.ts";

let music: IntakeFixture;
const tone = shortTone();

beforeEach(async () => {
  music = await intakeFixture();
});

afterEach(() => music.folder.remove());

test("takes an album in with facts and tags of every format", async () => {
  const album = makeTestAlbum(join(music.folder.path, "music"), { seconds: 1 });
  const summary = await music.add({ workers: 2 });
  expect(summary.counts).toMatchObject({
    seen: 7,
    added: 7,
    changed: 0,
    unchanged: 0,
    audio: 7,
    rejected: 0,
  });
  const accession = await music.newest();
  expect(accession).toMatchObject({
    source: { kind: "audio", name: "audio:music", label: "music", root: join(music.folder.path, "music") },
    previous: null,
    counts: summary.counts,
  });
  const files = await tableRows(accession, "files");
  const tags = await tableRows(accession, "tags");
  for (const track of album) {
    const path = track.path.slice(accession.source.root.length + 1);
    const row = files.find((file) => file.path === path);
    const stat = statSync(track.path, { bigint: true });
    const id = trackIdToBigInt(trackIdOf("audio:music", path));
    expect(row).toMatchObject({
      track_id: id.ok && id.value,
      status: "audio",
      size_bytes: stat.size,
      mtime_ns: stat.mtimeNs,
      inode: stat.ino,
      sample_rate_hz: track.sampleRateHz,
      channels: track.channels,
      duration_exact: true,
    });
    expect(Math.abs(Number(row?.duration_ms) - 1000)).toBeLessThan(60);
    const titles = tags.filter((tag) => tag.track_id === row?.track_id && tag.key === "TITLE");
    expect(titles.map(({ value }) => value)).toEqual([track.title]);
  }
});

test("writes the same tables whatever the number of children", async () => {
  for (let index = 0; index < 40; index += 1) music.put(`${index % 3}/${index}.ogg`, tone);
  const members = Array.from({ length: 40 }, (_, index) => ({ name: `${index}.ogg`, content: tone }));
  music.put("z.zip", makeZip(members));
  await music.add({ workers: 1 });
  const other = await intakeFixture();
  await music.add({ archive: other.archive, workers: 2 });
  const [second] = await listAccessions(other.archive);
  other.folder.remove();
  expect(second?.tables).toEqual((await music.newest()).tables);
});

test("lists every name once, with a reason for what is not taken in", async () => {
  music.put("a.ogg", tone);
  music.put("empty.mp3", "");
  music.put("readme.txt", "about this music");
  music.put("zeros.flac", Buffer.alloc(10_000));
  music.put("cut.ogg", tone.subarray(0, 40));
  music.put("wrong-name.txt", tone);
  music.put("zip.mp3", makeZip([{ name: "a.ogg", content: tone }]));
  music.put("book.epub", makeZip([{ name: "a.html", content: "text" }]));
  symlinkSync("a.ogg", join(music.folder.path, "music/again.ogg"));
  symlinkSync("..", join(music.folder.path, "music/up"));
  symlinkSync("/etc/hostname", join(music.folder.path, "music/outside.ogg"));
  const { counts, folders } = await music.add();
  expect(await music.listed()).toEqual([
    "a.ogg: audio",
    "again.ogg: rejected link-duplicate",
    "book.epub: rejected not-audio",
    "cut.ogg: rejected no-audio-headers",
    "empty.mp3: rejected empty",
    "outside.ogg: rejected link-outside",
    "readme.txt: rejected not-audio",
    "up: rejected link-outside",
    "wrong-name.txt: audio",
    "zeros.flac: rejected not-audio",
    "zip.mp3: rejected zip-container-misnamed",
  ]);
  expect(counts).toMatchObject({ seen: 11, added: 11, audio: 2, rejected: 9 });
  expect(folders[0]?.rejectedByReason).toMatchObject({ "not-audio": 3, "link-outside": 2, empty: 1 });
});

test("names that are no UTF-8 survive, and open again by their bytes", async () => {
  const name = Buffer.concat([Buffer.from("m"), Buffer.from([0xfc, 0xff]), Buffer.from(".ogg")]);
  music.put(name, tone);
  music.put("cafe\u0301.ogg", tone);
  await music.add();
  const rows = await tableRows(await music.newest(), "files");
  expect(rows.map(({ path, path_b64: base64 }) => [path, base64])).toEqual([
    ["caf\u00e9.ogg", Buffer.from("cafe\u0301.ogg").toString("base64")],
    ["m\ufffd\ufffd.ogg", name.toString("base64")],
  ]);
  const { counts } = await music.add();
  expect(counts).toMatchObject({ seen: 2, unchanged: 2 });
});

test("reads containers in place, and refuses what is dangerous in them", async () => {
  music.put(
    "pack.pk3",
    makeZip([
      { name: "music/a.ogg", content: tone },
      { name: "music/b.ogg", content: tone, stored: true },
      { name: "textures/wall.txt", content: "bricks" },
      { name: "empty.ogg", content: "" },
      { name: "inner.zip", content: makeZip([{ name: "c.ogg", content: tone }]) },
      { name: "../../escape.ogg", content: tone },
      { name: "bomb.ogg", content: Buffer.alloc(3_000_000) },
      { name: "locked.ogg", content: tone, claims: { flags: 1 } },
      { name: "bad-crc.ogg", content: tone, claims: { crc32: 7 } },
    ]),
  );
  music.put("broken.zip", Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), Buffer.alloc(100, 1)]));
  const { counts } = await music.add();
  expect(await music.listed()).toEqual([
    "broken.zip: rejected zip-damaged",
    "pack.pk3: container",
    "pack.pk3!../../escape.ogg: rejected unsafe-member-name",
    "pack.pk3!bad-crc.ogg: rejected member-damaged",
    "pack.pk3!bomb.ogg: rejected zip-bomb",
    "pack.pk3!empty.ogg: rejected empty",
    "pack.pk3!inner.zip: rejected not-audio",
    "pack.pk3!locked.ogg: rejected member-encrypted",
    "pack.pk3!music/a.ogg: audio",
    "pack.pk3!music/b.ogg: audio",
    "pack.pk3!textures/wall.txt: rejected not-audio",
  ]);
  expect(counts).toMatchObject({ seen: 2, audio: 2, rejected: 8 });
  const rows = await tableRows(await music.newest(), "files");
  const [a, b] = rows.filter(({ status }) => status === "audio");
  const id = trackIdToBigInt(trackIdOf("audio:music", "pack.pk3\0music/a.ogg"));
  expect(a).toMatchObject({ track_id: id.ok && id.value, size_bytes: BigInt(tone.length), codec: "vorbis" });
  expect({ ...b, track_id: null, member: null }).toEqual({ ...a, track_id: null, member: null });
});

test("limits of the policy bind", async () => {
  const small = await intakeFixture({ maxFileBytes: 2000, maxMemberBytes: 2000, maxContainerMembers: 1 });
  const many = Buffer.from(Array.from({ length: 2001 }, (_, index) => index % 251));
  small.put("large.ogg", Buffer.concat([tone, Buffer.alloc(2000)]));
  small.put("one.zip", makeZip([{ name: "large.txt", content: many }]));
  small.put(
    "two.zip",
    makeZip([
      { name: "a", content: "a" },
      { name: "b", content: "b" },
    ]),
  );
  await small.add();
  const found = await small.listed();
  small.folder.remove();
  expect(found).toEqual([
    "large.ogg: rejected too-large",
    "one.zip: container",
    "one.zip!large.txt: rejected member-too-large",
    "two.zip: rejected zip-too-many-members",
  ]);
});
