import { describe, expect, it } from "vitest";
import { chunk, ds64, PCM_FORMAT, wav } from "./testing/build-audio.ts";
import { hashFile, problemKinds, sha256 } from "./testing/hash-file.ts";

const DATA = Buffer.from(Array.from({ length: 400 }, (_, at) => (at * 7) & 255));
const EXTENSIBLE = Buffer.concat([
  Buffer.from("feff0200" + "80bb0000" + "00650400" + "0600" + "1800" + "1600" + "1800" + "03000000", "hex"),
  Buffer.from("0100000000001000800000aa00389b71", "hex"),
]);

describe("the WAV payload", () => {
  it.each([
    ["RIFF", wav({ data: DATA })],
    [
      "RF64 with its sizes in ds64",
      wav({ form: "RF64", data: DATA, dataSize: 0xffff_ffff, before: [ds64(400)] }),
    ],
    ["BW64", wav({ form: "BW64", data: DATA, dataSize: 0xffff_ffff, before: [ds64(400)] })],
    [
      "tags in front and behind",
      wav({
        data: DATA,
        before: [chunk("JUNK", Buffer.alloc(29))],
        after: [chunk("id3 ", Buffer.alloc(31))],
      }),
    ],
    ["no pad byte at the end", wav({ data: DATA, after: [chunk("LIST", Buffer.alloc(3))] }).subarray(0, -1)],
  ])("is the data chunk, with %s", (_name, bytes) => {
    for (const chunkBytes of [bytes.length, 11, 1]) {
      expect(hashFile("wav", bytes, chunkBytes)).toMatchObject({
        payloadSha256: sha256(DATA),
        method: "riff-data-1",
        problems: [],
        structure: { container: "wav", totalSamples: 100, audioBytes: 400, format: { codec: "pcm" } },
      });
    }
  });

  it.each([
    [
      "16-bit PCM",
      PCM_FORMAT,
      { codec: "pcm", channels: 2, sampleRateHz: 44_100, blockBytes: 4, bitsPerSample: 16 },
      100,
    ],
    ["24-bit extensible", EXTENSIBLE, { codec: "pcm", sampleRateHz: 48_000, bitsPerSample: 24 }, 66],
    [
      "32-bit float",
      "0300010044ac000010b1020004002000",
      { codec: "pcm-float", channels: 1, bitsPerSample: 32 },
      100,
    ],
    ["mu-law", "07000100401f0000401f000001000800", { codec: "mulaw", bitsPerSample: null }, 400],
    ["ADPCM", "1100010044ac0000b9560000000404000200f907", { codec: "adpcm", bitsPerSample: null }, null],
    ["a codec without a name", "34120100401f0000401f000001000800", { codec: "wave-0x1234" }, null],
  ])("comes with the format: %s", (_name, format, expected, totalSamples) => {
    const bytes = typeof format === "string" ? Buffer.from(format, "hex") : format;
    expect(hashFile("wav", wav({ data: DATA, format: bytes })).structure).toMatchObject({
      format: expected,
      totalSamples,
    });
  });

  it("takes the samples of a packed codec from the fact chunk", () => {
    const fact = chunk("fact", Buffer.from("39300000", "hex"));
    const format = Buffer.from("1100010044ac0000b9560000000404000200f907", "hex");
    expect(hashFile("wav", wav({ format, before: [fact] })).structure).toMatchObject({
      totalSamples: 12_345,
    });
  });

  it.each([
    ["nothing", Buffer.alloc(0), ["empty"], false],
    ["an AVI file", Buffer.from("RIFF\0\0\0\0AVI LIST"), ["wrong-container"], false],
    ["a cut in the data", wav({ data: DATA }).subarray(0, 200), ["truncated"], false],
    [
      "a cut behind the data",
      wav({ data: DATA, after: [chunk("LIST", Buffer.alloc(50))] }).subarray(0, -9),
      ["truncated"],
      true,
    ],
    ["a size never filled in", wav({ data: DATA, dataSize: 0xffff_ffff }), ["stale-size"], true],
    ["half a sample", wav({ data: DATA.subarray(0, 398) }), ["bad-size"], true],
    ["an empty data chunk", wav({ data: Buffer.alloc(0) }), ["no-audio"], false],
    ["no data chunk", wav({ data: DATA }).subarray(0, 36), ["no-audio"], false],
    ["an impossible format", wav({ data: DATA, format: Buffer.alloc(16) }), ["bad-header"], true],
    [
      "a format that contradicts itself",
      wav({ data: DATA, format: Buffer.from("0100020044ac000010b1020003001000", "hex") }),
      ["bad-header"],
      true,
    ],
    ["a second file behind it", Buffer.concat([wav({ data: DATA }), wav()]), ["tail"], true],
    [
      "a rate that contradicts its bytes",
      wav({ data: DATA, format: Buffer.from("0100020044ac010010b1020004001000", "hex") }),
      ["bad-header"],
      true,
    ],
    [
      "a tag of another format behind it",
      Buffer.concat([wav({ data: DATA }), Buffer.from("TAG".padEnd(128))]),
      [],
      true,
    ],
    [
      "a chunk that is not counted in the header",
      Buffer.concat([wav({ data: DATA }), chunk("id3 ", Buffer.alloc(20))]),
      ["stale-size"],
      true,
    ],
    [
      "what looks like a chunk behind the stated end",
      Buffer.concat([wav({ data: DATA }), chunk("abcd", Buffer.alloc(20))]),
      ["tail"],
      true,
    ],
    ["rubbish at the end", Buffer.concat([wav({ data: DATA }), Buffer.alloc(99)]), ["tail"], true],
  ])("with %s is reported", (_name, bytes, kinds, hasPayload) => {
    const report = hashFile("wav", bytes);
    expect(problemKinds(report)).toEqual(kinds);
    expect(report.payloadSha256 !== null).toBe(hasPayload);
    expect(hashFile("wav", bytes, 3)).toEqual(report);
  });
});
