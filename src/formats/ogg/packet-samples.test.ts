import { describe, expect, it } from "vitest";
import { opusPacketSamples, PacketSampleCounter } from "./packet-samples.ts";
import { identifyStream } from "./stream-header.ts";
import { vorbisIdHeader } from "./testing/build-ogg.ts";

describe("opusPacketSamples", () => {
  it.each([
    ["00", 480],
    ["08", 960],
    ["10", 1920],
    ["18", 2880],
    ["60", 480],
    ["68", 960],
    ["80", 120],
    ["88", 240],
    ["90", 480],
    ["98", 960],
    ["fc", 960],
    ["fd00", 1920],
    ["fe0100", 1920],
    ["ff03", 2880],
    ["ff06", 5760],
    ["9b83", 2880],
  ])("of a packet that begins with %s are %i", (hex, samples) => {
    const bytes = Buffer.from(hex, "hex");
    expect(opusPacketSamples(bytes, 0, bytes.length)).toBe(samples);
  });

  it.each(["", "ff", "ff00", "ff07", "1b03"])("are not told by the packet %j", (hex) => {
    const bytes = Buffer.from(hex, "hex");
    expect(opusPacketSamples(bytes, 0, bytes.length)).toBeNull();
  });
});

describe("PacketSampleCounter for Vorbis", () => {
  const header = identifyStream(vorbisIdHeader());

  function count(modes: readonly boolean[] | null, packets: readonly string[]): (number | null)[] {
    if (header.kind !== "audio") throw new Error("not audio");
    const counter = new PacketSampleCounter(header, modes);
    return packets.map((hex) => {
      const bytes = Buffer.from(hex, "hex");
      return counter.count(bytes, 0, bytes.length);
    });
  }

  it("adds a quarter of each of two blocks, and nothing for the first packet", () => {
    // mode 0: 256 samples, mode 1: 2048; the mode number stands above the packet type bit
    expect(count([false, true], ["00", "00", "02", "02", "00"])).toEqual([0, 128, 576, 1024, 576]);
  });

  it("reads no mode bits when there is one mode", () => {
    expect(count([true], ["00", "02", "fe"])).toEqual([0, 1024, 1024]);
  });

  it("counts nothing for empty packets and for header packets among the audio", () => {
    expect(count([false, true], ["00", "", "03", "00"])).toEqual([0, 0, 0, 128]);
  });

  it("does not guess for an unknown mode or without the modes", () => {
    expect(count([false, true, true], ["06"])).toEqual([null]);
    expect(count(null, ["00"])).toEqual([null]);
  });
});
