import { describe, expect, it } from "vitest";
import { MusicCrc } from "./mpeg-info-tag.ts";
import { apeTag, id3v1, id3v2, lyrics3, mp3, mp3Frame } from "./testing/build-audio.ts";
import { hashFile, problemKinds, sha256 } from "./testing/hash-file.ts";

const AUDIO = mp3();

describe("the MP3 payload", () => {
  it.each([
    ["no tag at all", AUDIO],
    ["an ID3v2 tag", Buffer.concat([id3v2(500), AUDIO])],
    ["two ID3v2 tags", Buffer.concat([id3v2(0), id3v2(200_000), AUDIO])],
    ["an ID3v1 tag", Buffer.concat([AUDIO, id3v1()])],
    ["an extended ID3v1 tag", Buffer.concat([AUDIO, Buffer.from("TAG+".padEnd(227, "x")), id3v1()])],
    ["an APEv2 tag", Buffer.concat([AUDIO, apeTag(3000)])],
    ["an APEv2 tag without header", Buffer.concat([AUDIO, apeTag(3000, false)])],
    ["a huge APEv2 tag", Buffer.concat([AUDIO, apeTag(3_000_000)])],
    ["Lyrics3 and ID3v1 tags", Buffer.concat([AUDIO, lyrics3("la la"), id3v1()])],
    ["Lyrics3 version 1", Buffer.concat([AUDIO, Buffer.from("LYRICSBEGINla laLYRICSEND"), id3v1()])],
    ["APEv2, Lyrics3 and ID3v1 tags", Buffer.concat([AUDIO, apeTag(50), lyrics3("x".repeat(9000)), id3v1()])],
    ["an ID3v2 tag behind it", Buffer.concat([AUDIO, id3v2(50)])],
    ["an info tag", mp3({ statedFrames: 12 })],
  ])("is the frames, with %s", (_name, bytes) => {
    for (const chunkBytes of [bytes.length, 65_536, 1000]) {
      expect(hashFile("mp3", bytes, chunkBytes)).toMatchObject({
        payloadSha256: sha256(AUDIO),
        method: "mp3-frames-1",
        problems: [],
        structure: { frames: 12, layer: 3, sampleRateHz: 44_100, channels: 2, audioBytes: AUDIO.length },
      });
    }
  });

  it("is the same when the file comes byte by byte", () => {
    const bytes = Buffer.concat([id3v2(20), mp3({ frames: 3 }), apeTag(5), id3v1()]);
    expect(hashFile("mp3", bytes, 1)).toEqual(hashFile("mp3", bytes));
  });

  it("counts the samples that a decoder gives, less the encoder's delay and padding", () => {
    const plain = { expectedSamples: 12 * 1152, expectedSamplesExact: false };
    expect(hashFile("mp3", AUDIO).structure).toMatchObject(plain);
    const tagged = mp3({ statedFrames: 12, lame: { delay: 576, padding: 756 } });
    expect(hashFile("mp3", tagged).structure).toMatchObject({
      expectedSamples: 12 * 1152 - 576 - 756,
      expectedSamplesExact: true,
      infoTag: { kind: "Info", frames: 12, encoder: "LAME3.100", delaySamples: 576, paddingSamples: 756 },
      musicCrc: "absent",
    });
  });

  it("is checked against the CRC that the encoder left", () => {
    const crc = new MusicCrc();
    crc.update(AUDIO);
    const good = mp3({ statedFrames: 12, lame: { delay: 576, padding: 0, musicCrc: crc.value } });
    expect(hashFile("mp3", Buffer.concat([good, id3v1()]), 100).structure).toMatchObject({ musicCrc: "ok" });
    good[3000] = (good[3000] ?? 0) ^ 1;
    expect(hashFile("mp3", good).structure).toMatchObject({ musicCrc: "mismatch" });
    expect(hashFile("mp3", good.subarray(0, 3000)).structure).toMatchObject({ musicCrc: "mismatch" });
  });

  it.each([
    ["a cut in the last frame", AUDIO.subarray(0, -5), ["truncated"], 11],
    ["frames missing", mp3({ frames: 5, statedFrames: 12 }), ["frame-count"], 5],
    ["garbage in the middle", Buffer.concat([AUDIO, Buffer.alloc(900, "x"), AUDIO]), ["garbage"], 24],
    ["padding in front", Buffer.concat([Buffer.alloc(3000), AUDIO]), ["garbage"], 12],
    ["garbage at the end", Buffer.concat([AUDIO, Buffer.alloc(50, "x")]), ["tail"], 12],
    ["garbage before a tag", Buffer.concat([AUDIO, Buffer.alloc(50, "x"), id3v1()]), ["tail"], 12],
    [
      "a frame of another stream",
      Buffer.concat([AUDIO, Buffer.from("fffb9864", "hex"), AUDIO]),
      ["garbage"],
      24,
    ],
  ])("with %s is reported", (_name, bytes, kinds, frames) => {
    const report = hashFile("mp3", bytes);
    expect(problemKinds(report)).toEqual(kinds);
    expect(report.structure).toMatchObject({ frames });
    expect(report.payloadSha256).not.toBeNull();
    expect(hashFile("mp3", bytes, 333)).toEqual(report);
  });

  it("names the byte where the damage is", () => {
    const bytes = Buffer.concat([id3v2(90), mp3({ frames: 4 }), Buffer.alloc(10), AUDIO]);
    expect(hashFile("mp3", bytes).problems).toEqual([
      { kind: "garbage", offsetBytes: 100 + 4 * 417, detail: "10 bytes that are no frame" },
    ]);
  });

  it("takes garbage of any length in, without holding it", () => {
    const noise = Buffer.alloc(5_000_000, "noise");
    const report = hashFile("mp3", Buffer.concat([AUDIO, noise, AUDIO]), 65_536);
    expect(problemKinds(report)).toEqual(["garbage"]);
    expect(report.structure).toMatchObject({ frames: 24, audioBytes: noise.length + 2 * AUDIO.length });
  });

  it.each([
    ["nothing", "", ["empty"]],
    ["a tag only", id3v2(100).toString("hex"), ["no-audio"]],
    ["one lone frame", mp3Frame(1).toString("hex"), ["tail", "no-audio"]],
    ["zeros", "00".repeat(2000), ["tail", "no-audio"]],
  ])("is null for %s", (_name, hex, kinds) => {
    const report = hashFile("mp3", Buffer.from(hex, "hex"));
    expect(report.payloadSha256).toBeNull();
    expect(problemKinds(report)).toEqual(kinds);
  });
});
