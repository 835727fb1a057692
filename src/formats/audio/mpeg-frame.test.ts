import { expect, it } from "vitest";
import { isSameMpegStream, MAX_MPEG_FRAME_BYTES, parseMpegFrame } from "./mpeg-frame.ts";

it.each([
  [
    "fffb9064",
    { version: 1, layer: 3, bitrateKbps: 128, sampleRateHz: 44_100, channels: 2, frameBytes: 417 },
  ],
  ["fffb9264", { frameBytes: 418 }],
  ["fffa9064", { hasCrc: true, frameBytes: 417 }],
  ["fffbe4c4", { bitrateKbps: 320, sampleRateHz: 48_000, channels: 1, frameBytes: 960 }],
  [
    "fff344c4",
    { version: 2, layer: 3, bitrateKbps: 32, sampleRateHz: 24_000, samplesPerFrame: 576, frameBytes: 96 },
  ],
  ["ffe340c4", { version: 2.5, layer: 3, bitrateKbps: 32, sampleRateHz: 11_025, frameBytes: 208 }],
  [
    "fffda400",
    { version: 1, layer: 2, bitrateKbps: 192, sampleRateHz: 48_000, samplesPerFrame: 1152, frameBytes: 576 },
  ],
  [
    "ffff9000",
    { version: 1, layer: 1, bitrateKbps: 288, sampleRateHz: 44_100, samplesPerFrame: 384, frameBytes: 312 },
  ],
])("reads the frame header %s", (hex, expected) => {
  expect(parseMpegFrame(Buffer.from(hex, "hex"), 0)).toMatchObject(expected);
});

it.each([
  ["too short", "fffb90"],
  ["no sync", "ff1b9064"],
  ["the reserved version", "ffeb9064"],
  ["the reserved layer (ADTS)", "fff99064"],
  ["free format", "fffb0064"],
  ["a forbidden bit rate", "fffbf064"],
  ["the reserved sample rate", "fffb9c64"],
  ["the reserved emphasis", "fffb9066"],
])("finds no frame header with %s", (_name, hex) => {
  expect(parseMpegFrame(Buffer.from(hex, "hex"), 0)).toBeNull();
});

it("never gives a frame that is longer than the stated maximum, or shorter than its header", () => {
  for (let second = 0xe0; second < 0x100; second++) {
    for (let third = 0; third < 0x100; third++) {
      const frame = parseMpegFrame(Uint8Array.of(0xff, second, third, 0), 0);
      if (frame === null) continue;
      expect(frame.frameBytes).toBeLessThanOrEqual(MAX_MPEG_FRAME_BYTES);
      expect(frame.frameBytes).toBeGreaterThan(4);
    }
  }
});

it("tells streams apart by version, layer and sample rate, not by bit rate and channels", () => {
  const parse = (hex: string) => parseMpegFrame(Buffer.from(hex, "hex"), 0);
  const [a, b, c] = [parse("fffb9064"), parse("fffbe0c4"), parse("fffb9464")];
  if (a === null || b === null || c === null) throw new Error("no frame");
  expect(isSameMpegStream(a, b)).toBe(true);
  expect(isSameMpegStream(a, c)).toBe(false);
});
