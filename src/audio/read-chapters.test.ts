import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestTone } from "../../test/fixtures/audio.ts";
import { ACCESS_COPY, audioJob } from "../../test/fixtures/audio-job.ts";
import { box, chunk, flac, u32, wav } from "../formats/audio/testing/build-audio.ts";
import {
  chapterFrame,
  chapterMovie,
  cueSheet,
  id3Tag,
  neroList,
} from "../formats/audio/testing/build-chapters.ts";
import { processAudioFile } from "./process-audio-file.ts";
import { readChapters } from "./read-chapters.ts";
import type { AudioContainer } from "./types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-chapters-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CHAPTERS = [
  { startMs: 0, title: "Opening" },
  { startMs: 1200, title: "Zweites Stück – später" },
  { startMs: 2900, title: "終わり" },
];

/** A file of four seconds with chapters, made by Debian's FFmpeg. */
function filmed(name: string, ...encode: readonly string[]): string {
  const marks = CHAPTERS.map(
    ({ startMs, title }, index) =>
      `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startMs}\nEND=${CHAPTERS[index + 1]?.startMs ?? 4000}\ntitle=${title}\n`,
  );
  const list = join(folder, `${name}.txt`);
  writeFileSync(list, `;FFMETADATA1\ntitle=A whole evening\n${marks.join("")}`);
  const path = join(folder, name);
  const input = [
    "-f",
    "lavfi",
    "-i",
    "sine=duration=4",
    "-i",
    list,
    "-map_metadata",
    "1",
    "-map_chapters",
    "1",
  ];
  execFileSync("ffmpeg", ["-v", "error", "-y", ...input, ...encode, path]);
  return path;
}

function written(name: string, ...parts: readonly Uint8Array[]): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

const oneChapter = id3Tag([chapterFrame("a", 1500, Buffer.from("\u0003Bridge"), 4)], { version: 4 });

test.each([
  ["mp3", ["-c:a", "libmp3lame"], "mp3"],
  ["v3.mp3", ["-c:a", "libmp3lame", "-id3v2_version", "3"], "mp3"],
  ["m4a", ["-c:a", "aac"], "mp4"],
  ["m4b", ["-c:a", "alac"], "mp4"],
  ["fast.m4a", ["-c:a", "aac", "-movflags", "+faststart"], "mp4"],
] as const)(
  "the access copy of a .%s file has its chapters as Vorbis comments",
  async (name, encode, container) => {
    const path = filmed(`film.${name}`, ...encode);
    expect(readChapters(path, container, null)).toEqual(CHAPTERS);
    const outcome = await processAudioFile(audioJob(path, folder, { accessCopy: ACCESS_COPY }));
    if (!outcome.ok || outcome.accessCopy === null) throw new Error(JSON.stringify(outcome));
    const probe = ["-v", "error", "-show_chapters", "-of", "json", outcome.accessCopy.spoolPath];
    const probed = JSON.parse(execFileSync("ffprobe", probe, { encoding: "utf8" }));
    const heard = probed.chapters.map((chapter: { start_time: string; tags: { title: string } }) => ({
      startMs: Math.round(Number(chapter.start_time) * 1000),
      title: chapter.tags.title,
    }));
    expect(heard).toEqual(CHAPTERS);
  },
);

test("a WAV file and a FLAC file may have an ID3v2 tag with chapters", () => {
  const chapters = [{ startMs: 1500, title: "Bridge" }];
  for (const id of ["id3 ", "ID3 "]) {
    const path = written(
      "tagged.wav",
      wav({ before: [chunk("JUNK", Buffer.alloc(3))], after: [chunk(id, oneChapter)] }),
    );
    expect(readChapters(path, "wav", null)).toEqual(chapters);
  }
  const { path } = makeTestTone({ path: join(folder, "plain.flac"), codec: "flac" });
  expect(readChapters(path, "flac", null)).toEqual([]);
  expect(readChapters(written("tagged.flac", oneChapter, readFileSync(path)), "flac", null)).toEqual(
    chapters,
  );
});

test("a FLAC file has the tracks of its cue sheet as chapters, behind any block, when its tag has none", () => {
  const sheet = cueSheet([
    { number: 1, offset: 0, indexes: [[1, 0]] },
    { number: 2, offset: 88_200, indexes: [[1, 0]] },
    { number: 170, offset: 132_300, indexes: [] },
  ]);
  const [marker, info, padding, audio] = [[0, 4], [4, 42], [42, 86], [86]].map(([start, end]) =>
    flac().subarray(start, end),
  );
  if (!marker || !info || !padding || !audio) throw new Error("no parts");
  const block = Buffer.concat([u32(sheet.length), sheet]);
  block.writeUInt8(0x85, 0);
  padding.writeUInt8(4, 0);
  const file = Buffer.concat([marker, info, padding, block, audio]);
  const tracks = [0, 2000].map((startMs) => ({ startMs, title: null }));
  expect(readChapters(written("disc.flac", file), "flac", null)).toEqual(tracks);
  expect(readChapters(written("cut.flac", file.subarray(0, 500)), "flac", null)).toEqual([]);
  const bridge = [{ startMs: 1500, title: "Bridge" }];
  expect(readChapters(written("both.flac", oneChapter, file), "flac", null)).toEqual(bridge);
  const plainTag = id3Tag([], { version: 4 });
  expect(readChapters(written("tag.flac", plainTag, file), "flac", null)).toEqual(tracks);
});

test("Nero's list is used when there is no chapter track, or when its samples lie outside the file", () => {
  const list = neroList([[0n, "Listed"]]);
  const track = { durations: [1000], sizes: [40], chunkOffsets: [1_000_000] };
  for (const movie of [chapterMovie(null, list), chapterMovie(track, list)]) {
    const path = written("nero.m4a", box("mdat", Buffer.alloc(100)), box("moov", movie));
    expect(readChapters(path, "mp4", null)).toEqual([{ startMs: 0, title: "Listed" }]);
  }
});

test("a chapter that begins at or behind the end of the recording is left out", () => {
  const path = written("late.mp3", oneChapter);
  expect(readChapters(path, "mp3", 1501)).toHaveLength(1);
  expect(readChapters(path, "mp3", 1500)).toEqual([]);
});

test.each<readonly [AudioContainer, Uint8Array]>([
  ["mp4", Buffer.concat([u32(1), Buffer.from("moov"), Buffer.alloc(8, 0x7f)])],
  ["mp4", Buffer.concat([u32(4), Buffer.from("moov")])],
  ["mp4", Buffer.concat([u32(0x7fff_ffff), Buffer.from("moov")])],
  ["wav", Buffer.concat([Buffer.from("RIFF    WAVEid3 "), Buffer.alloc(4, 0xff)])],
  ["wav", Buffer.concat([Buffer.from("RIFF    WAVEdata"), Buffer.alloc(4, 0xff)])],
  ["mp3", Buffer.from("ID3\u0004\0\0\u007f\u007f\u007f\u007fCHAP")],
  ["flac", Buffer.alloc(0)],
])("sizes that a .%s file states and does not have give no chapters", (container, bytes) => {
  expect(readChapters(written("hostile", bytes), container, null)).toEqual([]);
});
