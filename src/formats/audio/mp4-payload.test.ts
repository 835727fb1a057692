import { describe, expect, it } from "vitest";
import { AAC_ENTRY, ALAC_ENTRY, box, FTYP, largeBox, movie, u32 } from "./testing/build-audio.ts";
import { hashFile, problemKinds, sha256 } from "./testing/hash-file.ts";

const MEDIA = Buffer.alloc(5000, "media");

describe("the MP4 payload", () => {
  it.each([
    ["moov behind mdat", [FTYP, box("mdat", MEDIA), movie()]],
    ["moov in front", [FTYP, movie(), box("mdat", MEDIA)]],
    [
      "free space and a picture",
      [FTYP, movie({ pictureBytes: 90_000 }), box("free", Buffer.alloc(99)), box("mdat", MEDIA)],
    ],
    ["a 64-bit size", [FTYP, largeBox("mdat", MEDIA), movie()]],
    [
      "two media boxes",
      [FTYP, movie(), box("mdat", MEDIA.subarray(0, 100)), box("mdat", MEDIA.subarray(100))],
    ],
    ["no brand", [box("mdat", MEDIA), movie({ chunkOffset: 8 })]],
    ["an open last box", [FTYP, movie(), Buffer.concat([u32(0), Buffer.from("mdat"), MEDIA])]],
  ])("is the media data, with %s", (_name, boxes) => {
    const bytes = Buffer.concat(boxes);
    for (const chunkBytes of [bytes.length, 1000, 17]) {
      expect(hashFile("mp4", bytes, chunkBytes)).toMatchObject({
        payloadSha256: sha256(MEDIA),
        method: "mp4-mdat-1",
        problems: [],
        structure: { container: "mp4", audioBytes: MEDIA.length, fragmented: false },
      });
    }
  });

  it("comes with what the movie box says of the sound track", () => {
    const aac = Buffer.concat([FTYP, box("mdat", MEDIA), movie()]);
    expect(hashFile("mp4", aac).structure).toMatchObject({
      brand: "M4A ",
      audio: { codec: "aac", sampleRateHz: 44_100, channels: 2, bitsPerSample: null, durationMs: 10_000 },
    });
    const alac = Buffer.concat([FTYP, box("mdat", MEDIA), movie({ entry: ALAC_ENTRY })]);
    expect(hashFile("mp4", alac).structure).toMatchObject({
      audio: { codec: "alac", sampleRateHz: 44_100, channels: 2, bitsPerSample: 24, durationExact: true },
    });
  });

  const whole = Buffer.concat([FTYP, box("mdat", MEDIA), movie()]);
  it.each([
    ["nothing", Buffer.alloc(0), ["empty"]],
    ["no boxes", Buffer.alloc(64, 0x01), ["wrong-container"]],
    ["a box smaller than its header", Buffer.from("0000000466747970", "hex"), ["wrong-container"]],
    ["a cut in the media", whole.subarray(0, 2000), ["truncated", "no-audio"]],
    ["a cut in the movie box", whole.subarray(0, -5), ["truncated"]],
    ["a cut in a box header", whole.subarray(0, FTYP.length + 5), ["truncated", "no-audio"]],
    [
      "media cut off, movie in front",
      Buffer.concat([FTYP, movie(), box("mdat", MEDIA)]).subarray(0, -9),
      ["truncated"],
    ],
    [
      "chunks behind the end",
      Buffer.concat([FTYP, movie({ chunkOffset: 90_000 }), box("mdat", MEDIA)]),
      ["truncated"],
    ],
    ["no movie box", Buffer.concat([FTYP, box("mdat", MEDIA)]), ["no-audio"]],
    ["no media box", Buffer.concat([FTYP, movie()]), ["no-audio"]],
    [
      "a protected track",
      Buffer.concat([FTYP, box("mdat", MEDIA), movie({ entry: box("enca", AAC_ENTRY.subarray(8)) })]),
      ["encrypted"],
    ],
  ])("is null with %s", (_name, bytes, kinds) => {
    const report = hashFile("mp4", bytes);
    expect(report.payloadSha256).toBeNull();
    expect(problemKinds(report)).toEqual(kinds);
    expect(hashFile("mp4", bytes, 13)).toEqual(report);
  });

  it("is still given when rubbish follows the last box", () => {
    const report = hashFile("mp4", Buffer.concat([whole, Buffer.alloc(30)]));
    expect(problemKinds(report)).toEqual(["tail"]);
    expect(report.payloadSha256).toBe(sha256(MEDIA));
  });

  it("holds no movie box of any size, but says so", () => {
    const huge = movie({ pictureBytes: 40_000_000 });
    const report = hashFile("mp4", Buffer.concat([FTYP, huge, box("mdat", MEDIA)]), 1 << 20);
    expect(problemKinds(report)).toEqual(["too-large"]);
    expect(report.structure).toMatchObject({ audio: { codec: "aac", durationMs: 10_000 } });
  });

  it("survives a chain of 64-bit sizes that add up beyond any file", () => {
    const evil = Buffer.concat([FTYP, u32(1), Buffer.from("mdat"), Buffer.alloc(8, 0xff), MEDIA]);
    expect(problemKinds(hashFile("mp4", evil))).toEqual(["truncated", "no-audio"]);
  });
});
