import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMp4Movie } from "./mp4-movie.ts";
import { AAC_ENTRY, ALAC_ENTRY, box, type MovieOptions, movie, u32 } from "./testing/build-audio.ts";

function audioOf(options: MovieOptions) {
  return parseMp4Movie(movie(options), 8).audio;
}

const PLAIN = AAC_ENTRY.subarray(8, 36);

/** An mp4a entry whose decoder configuration has this object type and these codec bytes. */
function mp4a(objectType: number, specific: readonly number[]): Buffer {
  const config = Buffer.concat([
    Buffer.from([objectType, 0x15, 0, 0, 0, ...u32(0), ...u32(64_000)]),
    Buffer.from([5, specific.length, ...specific]),
  ]);
  const stream = Buffer.concat([Buffer.from([0, 1, 0]), Buffer.from([4, config.length]), config]);
  return box("mp4a", PLAIN, box("esds", u32(0), Buffer.from([3, stream.length]), stream));
}

describe("the sound track of a movie box", () => {
  it.each([
    ["AAC", {}, { codec: "aac", sampleRateHz: 44_100, channels: 2, averageBitrateBps: 128_064 }],
    [
      "AAC LC by hand",
      { entry: mp4a(0x40, [0x12, 0x10]) },
      { codec: "aac", sampleRateHz: 44_100, channels: 2 },
    ],
    [
      "AAC with SBR, by its output rate",
      { entry: mp4a(0x40, [0x2b, 0x92, 0x08]) },
      { sampleRateHz: 44_100, channels: 2 },
    ],
    [
      "AAC with PS, in stereo",
      { entry: mp4a(0x40, [0xeb, 0x8a, 0x08]) },
      { sampleRateHz: 44_100, channels: 2 },
    ],
    [
      "AAC with a rate of its own",
      { entry: mp4a(0x40, [0x17, 0x80, 0x56, 0x22, 0x08]) },
      { sampleRateHz: 44_100, channels: 1 },
    ],
    ["MP3 in MP4", { entry: mp4a(0x6b, []) }, { codec: "mp3", sampleRateHz: 44_100, channels: 2 }],
    ["another object type", { entry: mp4a(0xdd, []) }, { codec: "mp4a.dd" }],
    ["ALAC", { entry: ALAC_ENTRY }, { codec: "alac", bitsPerSample: 24, averageBitrateBps: 1_411_200 }],
    ["ALAC without its configuration", { entry: box("alac", PLAIN) }, { codec: "alac", bitsPerSample: null }],
    ["Opus", { entry: box("Opus", PLAIN) }, { codec: "opus", bitsPerSample: null }],
    ["an unknown entry", { entry: box("xyz ", PLAIN) }, { codec: "xyz" }],
    ["a protected entry", { entry: box("drms", PLAIN) }, { codec: "encrypted" }],
    [
      "QuickTime's sample entry",
      {
        entry: box(
          "mp4a",
          Buffer.concat([PLAIN.subarray(0, 8), Buffer.from([0, 1]), PLAIN.subarray(10)]),
          Buffer.alloc(16),
          box("wave", box("frma", Buffer.from("mp4a")), mp4a(0x40, [0x12, 0x10]).subarray(36)),
        ),
      },
      { codec: "aac", sampleRateHz: 44_100 },
    ],
  ])("is told: %s", (_name, options, expected) => {
    expect(audioOf(options)).toMatchObject(expected);
  });

  it.each([
    ["the media header alone", {}, 10_000, false],
    ["an edit that skips the priming", { edit: { duration: 9900, mediaTime: 1024 } }, 9900, true],
    ["an edit longer than the media", { edit: { duration: 99_000, mediaTime: 4410 } }, 9900, true],
    ["an edit to the end", { edit: { duration: 0, mediaTime: 4410 } }, 9900, true],
    ["an empty edit", { edit: { duration: 500, mediaTime: 0xffff_ffff } }, 10_000, false],
    ["a lossless codec", { entry: ALAC_ENTRY }, 10_000, true],
    ["no length at all", { mediaSamples: 0 }, null, false],
    ["an unknown length", { mediaSamples: 0xffff_ffff }, null, false],
    ["fragments", { extra: box("mvex", Buffer.alloc(4)) }, null, false],
  ])("has the length of %s", (_name, options, durationMs, durationExact) => {
    expect(audioOf(options)).toMatchObject({ durationMs, durationExact });
  });

  it("is found behind a video track, which is counted", () => {
    const video = box("trak", box("mdia", box("hdlr", u32(0), u32(0), Buffer.from("vide"))));
    const both = Buffer.concat([video, movie().subarray(8)]);
    expect(parseMp4Movie(both)).toMatchObject({ videoTracks: 1, audio: { codec: "aac" } });
  });

  it("is null when there is none", () => {
    expect(parseMp4Movie(Buffer.alloc(0))).toEqual({ audio: null, videoTracks: 0, fragmented: false });
  });

  it("never makes the parser throw, cut or changed anywhere", () => {
    const whole = movie({ edit: { duration: 9, mediaTime: 9 }, entry: ALAC_ENTRY });
    for (let end = 0; end < whole.length; end++) parseMp4Movie(whole.subarray(0, end), 8);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.uint8Array({ maxLength: 12 }), (at, bytes) => {
        const changed = Buffer.from(whole);
        changed.set(bytes.subarray(0, whole.length - at), at);
        const { audio } = parseMp4Movie(changed, 8);
        return audio === null || audio.codec.length <= 12;
      }),
    );
  });
});
