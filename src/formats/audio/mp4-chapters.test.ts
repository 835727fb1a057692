import fc from "fast-check";
import { expect, it, test } from "vitest";
import { MAX_CHAPTERS } from "./chapters.ts";
import { mp4ChapterList, mp4ChapterTitle, mp4ChapterTrack } from "./mp4-chapters.ts";
import { box, u32 } from "./testing/build-audio.ts";
import { chapterMovie, neroList } from "./testing/build-chapters.ts";

test("Nero's list gives times in units of 100 ns, in both versions of its header", () => {
  const entries = [
    [0n, "Début"],
    [615_000_000n, ""],
  ] as const;
  for (const version of [0, 1]) {
    expect(mp4ChapterList(chapterMovie(null, neroList(entries, version)))).toEqual([
      { startMs: 0, title: "Début" },
      { startMs: 61_500, title: null },
    ]);
  }
});

test("a list that states more than it holds gives what is whole", () => {
  const list = neroList([
    [0n, "A"],
    [10_000n, "B"],
  ]);
  list[8] = 255;
  expect(mp4ChapterList(chapterMovie(null, list))).toHaveLength(2);
  expect(mp4ChapterList(chapterMovie(null, list.subarray(0, -1)))).toHaveLength(1);
});

test("the chapter track gives time and place of each title", () => {
  const movie = chapterMovie({
    durations: [90_000, 45_000, 1],
    timescale: 90_000,
    sizes: [5, 9, 4],
    chunkOffsets: [100, 300, 200],
  });
  expect(mp4ChapterTrack(movie)).toEqual([
    { startMs: 0, offsetBytes: 100, sizeBytes: 5 },
    { startMs: 1000, offsetBytes: 300, sizeBytes: 9 },
    { startMs: 1500, offsetBytes: 200, sizeBytes: 4 },
  ]);
});

test("samples of one chunk lie one behind the other, and an empty edit delays them", () => {
  const movie = chapterMovie({
    durations: [1000, 1000],
    sizes: [5, 9],
    chunkOffsets: [100],
    samplesPerChunk: 2,
    delayMs: 250,
  });
  expect(mp4ChapterTrack(movie)).toEqual([
    { startMs: 250, offsetBytes: 100, sizeBytes: 5 },
    { startMs: 1250, offsetBytes: 105, sizeBytes: 9 },
  ]);
});

it.each([
  ["a track of pictures", { handler: "vide" }],
  ["a track that counts no time", { timescale: 0 }],
  ["a track without tables", { table: Buffer.alloc(0) }],
])("%s has no chapters", (_, change) => {
  expect(
    mp4ChapterTrack(chapterMovie({ durations: [1], sizes: [5], chunkOffsets: [100], ...change })),
  ).toEqual([]);
});

test("four billion samples of one size are not walked through", () => {
  const table = Buffer.concat([
    box("stts", u32(0), u32(1), u32(0xffff_ffff), u32(1)),
    box("stsz", u32(0), u32(8), u32(0xffff_ffff)),
    box("stsc", u32(0), u32(1), u32(1), u32(0xffff_ffff), u32(1)),
    box("stco", u32(0), u32(1), u32(64)),
  ]);
  expect(mp4ChapterTrack(chapterMovie({ durations: [], sizes: [], chunkOffsets: [], table }))).toHaveLength(
    MAX_CHAPTERS,
  );
});

it.each([
  ["UTF-8", Buffer.concat([Buffer.from([0, 5]), Buffer.from("Añoxxx")]), "Añox"],
  [
    "UTF-16",
    Buffer.concat([Buffer.from([0, 6, 0xfe, 0xff]), Buffer.from("終り", "utf16le").swap16()]),
    "終り",
  ],
  ["a length past the end", Buffer.concat([Buffer.from([0, 99]), Buffer.from("End")]), "End"],
  ["nothing", Buffer.alloc(0), null],
])("the title of a sample: %s", (_, sample, title) => {
  expect(mp4ChapterTitle(sample)).toBe(title);
});

test("whatever bytes are changed or cut, no more comes out than there is room for", () => {
  const sound = chapterMovie(
    { durations: [1000, 1000], sizes: [5, 9], chunkOffsets: [100, 200], delayMs: 9 },
    neroList([[0n, "A"]]),
  );
  const flips = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(flips, fc.nat(sound.length), (changes, end) => {
      const bytes = Buffer.from(sound);
      for (const [at, value] of changes) bytes[at] = value;
      const cut = bytes.subarray(0, end);
      expect(mp4ChapterTrack(cut).length).toBeLessThanOrEqual(MAX_CHAPTERS);
      expect(mp4ChapterList(cut).length).toBeLessThanOrEqual(255);
    }),
    { numRuns: 2000 },
  );
});
