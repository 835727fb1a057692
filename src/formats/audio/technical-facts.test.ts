import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opus, vorbis } from "../ogg/testing/walk.ts";
import type { Container } from "./container.ts";
import { type TechnicalFacts, technicalFacts } from "./technical-facts.ts";
import {
  ALAC_ENTRY,
  apeTag,
  box,
  chunk,
  ds64,
  FTYP,
  flac,
  id3v1,
  id3v2,
  largeBox,
  movie,
  mp3,
  wav,
} from "./testing/build-audio.ts";

function facts(container: Container, bytes: Uint8Array, endBytes = 4096): TechnicalFacts | null {
  const tail = bytes.subarray(Math.max(0, bytes.length - endBytes));
  return technicalFacts(bytes.subarray(0, endBytes), tail, bytes.length, container);
}

const MEDIA = Buffer.alloc(160_000);

describe("technicalFacts", () => {
  it.each<[string, Container, Uint8Array, Partial<TechnicalFacts>]>([
    [
      "Vorbis",
      "ogg",
      vorbis({ audioPackets: 20 }),
      { codec: "vorbis", sampleRateHz: 44_100, channels: 2, durationMs: 55, durationExact: true },
    ],
    ["Opus", "ogg", opus(), { codec: "opus", sampleRateHz: 48_000, durationMs: 394, durationExact: true }],
    [
      "FLAC",
      "flac",
      Buffer.concat([id3v2(100), flac()]),
      { codec: "flac", bitsPerSample: 16, durationMs: 3000, bitrateKbps: 2.9, durationExact: true },
    ],
    [
      "MP3 with an info tag",
      "mp3",
      Buffer.concat([
        id3v2(50),
        mp3({ frames: 100, statedFrames: 100, lame: { delay: 576, padding: 1000 } }),
        id3v1(),
      ]),
      { codec: "mp3", channels: 2, durationMs: 2577, bitrateKbps: 130.7, durationExact: true },
    ],
    [
      "MP3 with a frame count only",
      "mp3",
      mp3({ frames: 100, statedFrames: 100 }),
      { durationMs: 2612, durationExact: false },
    ],
    [
      "MP3 without an info tag, by its size without tags",
      "mp3",
      Buffer.concat([id3v2(50), mp3({ frames: 100 }), apeTag(2000), id3v1()]),
      { durationMs: 2606, bitrateKbps: 128, durationExact: false },
    ],
    [
      "AAC, movie box in front",
      "mp4",
      Buffer.concat([FTYP, movie(), box("mdat", MEDIA)]),
      { codec: "aac", sampleRateHz: 44_100, durationMs: 10_000, bitrateKbps: 128 },
    ],
    [
      "ALAC, movie box at the end",
      "mp4",
      Buffer.concat([FTYP, largeBox("mdat", MEDIA), movie({ entry: ALAC_ENTRY })]),
      { codec: "alac", bitsPerSample: 24, durationMs: 10_000, bitrateKbps: 128, durationExact: true },
    ],
    [
      "AAC with a picture that pushes the end of the movie box out of the head",
      "mp4",
      Buffer.concat([FTYP, movie({ pictureBytes: 50_000 }), box("mdat", MEDIA)]),
      { codec: "aac", durationMs: 10_000 },
    ],
    [
      "WAV",
      "wav",
      wav({ data: Buffer.alloc(176_400) }),
      { codec: "pcm", bitsPerSample: 16, durationMs: 1000, bitrateKbps: 1411.2, durationExact: true },
    ],
    [
      "RF64",
      "wav",
      wav({ form: "RF64", data: Buffer.alloc(176_400), dataSize: 0xffff_ffff, before: [ds64(176_400)] }),
      { durationMs: 1000, durationExact: true },
    ],
    [
      "WAV cut short, by the bytes there are",
      "wav",
      wav({ data: Buffer.alloc(176_400) }).subarray(0, 44 + 88_200),
      { durationMs: 500, durationExact: false },
    ],
  ])("of %s", (_name, container, bytes, expected) => {
    expect(facts(container, bytes)).toMatchObject(expected);
  });

  it("are the same for a file that fits into its head as a whole", () => {
    const bytes = Buffer.concat([FTYP, box("mdat", Buffer.alloc(100)), movie()]);
    expect(facts("mp4", bytes, 100_000)).toEqual(facts("mp4", bytes, 1000));
  });

  it("are null when the headers are not at hand", () => {
    expect(facts("mp4", Buffer.concat([FTYP, box("mdat", MEDIA), movie({ pictureBytes: 9000 })]))).toBeNull();
    expect(facts("mp3", Buffer.concat([id3v2(9000), mp3()]))).toBeNull();
    expect(facts("wav", wav({ before: [chunk("JUNK", Buffer.alloc(9000))] }))).toBeNull();
  });

  it("are null for another container, and for nothing", () => {
    for (const container of ["ogg", "flac", "mp3", "mp4", "wav"] as const) {
      expect(facts(container, Buffer.alloc(0))).toBeNull();
      expect(facts(container, Buffer.from("hello, this is text, and it goes on for a while"))).toBeNull();
    }
  });

  it("never make it throw", () => {
    const container = fc.constantFrom<Container>("ogg", "flac", "mp3", "mp4", "wav");
    const seed = fc.constantFrom(mp3(), flac(), wav(), Buffer.concat([FTYP, movie()]), Buffer.alloc(0));
    fc.assert(
      fc.property(
        container,
        seed,
        fc.nat(),
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(),
        (name, base, at, bytes, size) => {
          const head = Buffer.from(base);
          if (head.length > 0)
            head.set(bytes.subarray(0, head.length - (at % head.length)), at % head.length);
          const found = technicalFacts(head, bytes, size, name);
          return found === null || found.durationMs === null || found.durationMs >= 0;
        },
      ),
    );
  });
});
