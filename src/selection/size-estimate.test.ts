import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../core/index.ts";
import { entryBytes, estimateAccessCopyBytes, estimateDuration, type HeldAudio } from "./size-estimate.ts";

const held: HeldAudio = {
  sizeBytes: 4_000_000,
  codec: "vorbis",
  sampleRateHz: 44_100,
  channels: 2,
  bitsPerSample: null,
  durationMs: 200_000,
  durationExact: true,
  bitrateKbps: 160,
};

describe("the length of a track", () => {
  test.each<[string, Partial<HeldAudio>, number, string]>([
    ["as measured", {}, 200_000, "measured"],
    ["as a reader guessed it", { durationExact: false }, 200_000, "estimated-by-reader"],
    ["from size and bit rate", { durationMs: null }, 200_000, "from-size-and-bitrate"],
    ["from size and codec", { durationMs: null, bitrateKbps: null }, 200_000, "from-size-and-codec"],
    ["of nothing, from size and bit rate", { durationMs: 0 }, 200_000, "from-size-and-bitrate"],
    [
      "of PCM, exactly",
      { codec: "pcm", durationMs: null, bitrateKbps: null, sizeBytes: 1_764_000, bitsPerSample: 16 },
      10_000,
      "from-size-and-codec",
    ],
  ])("is %s", (_, facts, durationMs, basis) => {
    expect(estimateDuration({ ...held, ...facts })).toEqual({ durationMs, basis });
  });
});

describe("the size of an access copy", () => {
  test("is its bit rate and 2 %, and a little for headers and tags", () => {
    expect(estimateAccessCopyBytes(held, 200_000, 100, defaultPolicy().accessCopy)).toBe(
      1_912_500 + 4_096 + 100,
    );
  });

  test.each<[string, Partial<HeldAudio>]>([
    ["Opus at its rate", { codec: "opus", bitrateKbps: 75 }],
    ["Opus below its rate, by size and length", { codec: "opus", bitrateKbps: null, sizeBytes: 1_800_000 }],
    ["any file that is smaller already", { sizeBytes: 1_900_000 }],
  ])("is not asked for where the source is %s", (_, facts) => {
    expect(estimateAccessCopyBytes({ ...held, ...facts }, 200_000, 0, defaultPolicy().accessCopy)).toBeNull();
  });
});

test.each([
  [1, 1, 2 * 512 + 512 + 512],
  [512, 512, 2 * 512 + 512 + 512],
  [513, 1025, 2 * 512 + 1024 + 1536],
])("a track of %i bytes of JSON and %i of audio takes %i bytes of tar", (json, audio, expected) => {
  expect(entryBytes(json, audio)).toBe(expected);
});
