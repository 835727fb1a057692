import { describe, expect, it } from "vitest";
import { flac, flacAudio, id3v1, id3v2 } from "./testing/build-audio.ts";
import { hashFile, problemKinds, sha256 } from "./testing/hash-file.ts";

describe("the FLAC payload", () => {
  const audio = flacAudio();

  it.each([
    ["a plain file", flac({ audio })],
    ["no block but STREAMINFO", flac({ audio, blocks: [] })],
    ["more and larger blocks", flac({ audio, blocks: [0, 5000, 70_000, 0] })],
    ["an ID3v2 tag in front", Buffer.concat([id3v2(300), flac({ audio })])],
    ["two ID3v2 tags in front", Buffer.concat([id3v2(0), id3v2(70_000), flac({ audio })])],
    ["an ID3v1 tag behind", Buffer.concat([flac({ audio }), id3v1()])],
  ])("is the audio frames, with %s", (_name, bytes) => {
    for (const chunkBytes of [1, 7, 128, 4096, bytes.length]) {
      expect(hashFile("flac", bytes, chunkBytes)).toMatchObject({
        payloadSha256: sha256(audio),
        method: "flac-frames-1",
        problems: [],
        sizeBytes: bytes.length,
        structure: { audioBytes: audio.length },
      });
    }
  });

  it("comes with the stream information", () => {
    expect(hashFile("flac", flac()).structure).toMatchObject({
      container: "flac",
      metadataBlocks: 2,
      streamInfo: {
        minBlockSamples: 4096,
        maxBlockSamples: 4096,
        sampleRateHz: 44_100,
        channels: 2,
        bitsPerSample: 16,
        totalSamples: 132_300,
        md5: "ca738a22bde5a42a0449c91aad4d95c5",
      },
    });
  });

  it.each([
    ["empty", "", ["empty"]],
    ["wrong-container", "4f676753", ["wrong-container"]],
    ["truncated", "664c614300000022100010", ["bad-header", "truncated"]],
    ["bad-header", "664c6143ff000000", ["bad-header"]],
  ])("is null for %s bytes", (_name, hex, kinds) => {
    const report = hashFile("flac", Buffer.from(hex, "hex"));
    expect(report.payloadSha256).toBeNull();
    expect(problemKinds(report)).toEqual(kinds);
  });

  it("is null when the metadata runs past the end of the file, or nothing is behind it", () => {
    const whole = flac({ blocks: [1000] });
    const audioOffset = whole.length - audio.length;
    expect(problemKinds(hashFile("flac", whole.subarray(0, audioOffset - 10)))).toEqual(["truncated"]);
    expect(problemKinds(hashFile("flac", whole.subarray(0, audioOffset)))).toEqual(["no-audio"]);
  });

  it("is reported when no frame begins where the audio should", () => {
    expect(problemKinds(hashFile("flac", flac({ audio: Buffer.alloc(500, 1) })))).toEqual(["garbage"]);
  });
});
