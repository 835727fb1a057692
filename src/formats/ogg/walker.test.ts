import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { muxPages, opusPackets, vorbisPackets } from "./testing/build-ogg.ts";
import { flac, kinds, opus, vorbis, walk } from "./testing/walk.ts";
import { OggWalker } from "./walker.ts";

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

describe("a whole file", () => {
  it("of Vorbis passes with its format, samples and packet count", () => {
    expect(walk(vorbis({ endTrim: 28, segmentsPerPage: 6 }))).toMatchObject({
      ok: true,
      problems: [],
      codec: "vorbis",
      sampleRateHz: 44_100,
      channels: 2,
      nominalBitrateBps: 128_000,
      startOffsetSamples: 0,
      packetSamples: 19 * 128,
      granuleSamples: 19 * 128 - 28,
      endTrimSamples: 28,
      granuleDriftPages: 0,
      packets: 23,
      eos: true,
      links: 1,
      chained: false,
      multiplexed: false,
      streams: [{ serial: 7, link: 0, codec: "vorbis", music: true }],
    });
  });

  it("of Opus counts at 48 kHz and takes the pre-skip off", () => {
    expect(walk(opus({ endTrim: 100 }))).toMatchObject({
      ok: true,
      codec: "opus",
      sampleRateHz: 48_000,
      preSkipSamples: 312,
      granuleSamples: 20 * 960 - 100 - 312,
      packetSamples: 20 * 960,
      endTrimSamples: 100,
    });
  });

  it("of Ogg FLAC tells its sample size", () => {
    expect(walk(flac())).toMatchObject({
      ok: true,
      codec: "flac",
      bitsPerSample: 16,
      granuleSamples: 20 * 4608,
      packetSamples: 20 * 4608,
    });
  });

  // First page of a real encoder's output, then an end page of our own.
  it.each([
    [
      "vorbis",
      "4f6767530002000000000000000034120000000000009d789274011e01766f72626973000000000244ac00000000000080b5010000000000b801",
    ],
    [
      "opus",
      "4f6767530002000000000000000007000000000000 00bfb418dd01134f707573486561640102380144ac0000000000",
    ],
    [
      "flac",
      "4f6767530002000000000000000009000000000000004bffcd7301337f464c414301000003664c6143000000221000100000018e0005120ac442f0000204ccca738a22bde5a42a0449c91aad4d95c5",
    ],
    [
      "speex",
      "4f67675300020000000000000000ca234656000000007e83953501505370656578202020312e322e310000000000000000000000000000000100000050000000803e0000010000000400000001000000ffffffff4001000000000000010000000000000000000000000000 00",
    ],
  ])("is recognised as %s from the first page that a common encoder wrote", (codec, hex) => {
    const report = walk(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    expect(report).toMatchObject({ codec, pages: 1 });
    expect(kinds(report)).toEqual(["missing-eos", "header"]);
  });

  it("gives the same report whatever the size of the pieces it comes in", () => {
    const bytes = Buffer.concat([vorbis({ segmentsPerPage: 9 }), opus({ serial: 8 }), Buffer.from("OggS?")]);
    const whole = walk(bytes);
    for (const chunkBytes of [1, 2, 3, 26, 27, 28, 255, 1000]) expect(walk(bytes, chunkBytes)).toEqual(whole);
  });

  it("cannot be pushed more bytes once it is finished, and reports the same twice", () => {
    const walker = new OggWalker();
    walker.push(vorbis());
    expect(walker.finish()).toBe(walker.finish());
    expect(() => walker.push(new Uint8Array(1))).toThrow(RangeError);
  });
});

describe("the payload hash", () => {
  it.each([
    ["Vorbis", vorbis],
    ["Opus", opus],
    ["FLAC", flac],
  ])("of %s does not change with the comments, the paging and the serial number", (_name, build) => {
    const first = walk(build()).payloadSha256;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const others = [
      build({ comment: `TITLE=${"other ".repeat(20_000)}` }),
      build({ segmentsPerPage: 1 }),
      build({ segmentsPerPage: 3, serial: 99, firstSequence: 0xffff_fff0 }),
    ];
    for (const other of others) expect(walk(other)).toMatchObject({ ok: true, payloadSha256: first });
  });

  it("of Ogg FLAC does not change when a picture is added", () => {
    expect(walk(flac({ pictures: 2 })).payloadSha256).toBe(walk(flac()).payloadSha256);
  });

  it("is the documented one: packet bytes and packet lengths, hashed apart and then together", () => {
    const counted = opusPackets({ serial: 7 }).filter((_, index) => index !== 1);
    const lengths = counted.map(({ bytes }) =>
      Buffer.from(bytes.length.toString(16).padStart(16, "0"), "hex"),
    );
    const both = [counted.map(({ bytes }) => bytes), lengths].map((parts) => sha256(Buffer.concat(parts)));
    expect(walk(opus()).payloadSha256).toBe(sha256(Buffer.concat(both)).toString("hex"));
  });

  it("changes with the audio, with where packets end, and with the number of packets", () => {
    const hashes = [vorbis(), vorbis({ audioPackets: 21 }), opus(), opus({ preSkip: 0 })].map(
      (bytes) => walk(bytes).payloadSha256,
    );
    const cut = vorbisPackets({ serial: 7 });
    const last = cut.pop();
    const before = cut.pop();
    if (last === undefined || before === undefined) throw new Error("no packets");
    const moved = [
      { bytes: Buffer.concat([before.bytes, last.bytes.subarray(0, 1)]), granule: before.granule },
      { bytes: last.bytes.subarray(1), granule: last.granule },
    ];
    hashes.push(walk(Buffer.concat(muxPages([...cut, ...moved], { serial: 7 }))).payloadSha256);
    expect(new Set(hashes).size).toBe(5);
    expect(hashes).not.toContain(null);
  });

  it("is withheld from a file that has lost part of its packets", () => {
    const bytes = Buffer.from(vorbis({ segmentsPerPage: 5 }));
    bytes[bytes.length - 200] = (bytes[bytes.length - 200] ?? 0) ^ 1;
    expect(walk(bytes).payloadSha256).toBeNull();
  });
});

describe("positions", () => {
  it("of a capture out of a running stream are counted from its own start", () => {
    expect(walk(opus({ startGranule: 1_000_000 }))).toMatchObject({
      ok: true,
      startOffsetSamples: 1_000_000,
      granuleSamples: 20 * 960 - 312,
      granuleDriftPages: 0,
    });
    expect(walk(vorbis({ startGranule: 555, segmentsPerPage: 4 }))).toMatchObject({
      startOffsetSamples: 555,
      granuleSamples: 19 * 128,
    });
  });

  it("that begin below zero mean that the encoder trims the start of a Vorbis stream", () => {
    expect(walk(vorbis({ startGranule: -28, segmentsPerPage: 8 }))).toMatchObject({
      startOffsetSamples: -28,
      granuleSamples: 19 * 128 - 28,
    });
  });

  it("ask for the second audio page when the first holds only the packet that gives no samples", () => {
    const flushed = new Set([0, 3, 9]);
    const packets = vorbisPackets({ serial: 7, startGranule: -28 }).map((packet, index) => ({
      bytes: packet.bytes,
      granule: Math.max(0, packet.granule),
      flush: flushed.has(index),
    }));
    expect(walk(Buffer.concat(muxPages(packets, { serial: 7 })))).toMatchObject({
      ok: true,
      startOffsetSamples: -28,
      granuleDriftPages: 0,
    });
  });

  it("of a stream on one audio page are trimmed at the end", () => {
    expect(walk(opus({ audioPackets: 1, endTrim: 500 }))).toMatchObject({
      ok: true,
      startOffsetSamples: 0,
      granuleSamples: 960 - 500 - 312,
      endTrimSamples: 500,
    });
  });

  it("are unknown, not invented, when no audio page is left", () => {
    const [first] = muxPages(opusPackets({ serial: 7 }), { serial: 7 });
    expect(walk(first ?? new Uint8Array())).toMatchObject({ startOffsetSamples: null, granuleSamples: null });
  });

  it("that run backwards, are missing or are negative are reported", () => {
    const packets = vorbisPackets({ serial: 7 });
    for (const granule of [-5, 1]) {
      const bad = packets.map((packet, index) => (index === 20 ? { ...packet, granule } : packet));
      expect(kinds(walk(Buffer.concat(muxPages(bad, { serial: 7, segmentsPerPage: 1 }))))).toEqual([
        "granule",
      ]);
    }
    const short = opus({ startGranule: -100, segmentsPerPage: 1 });
    expect(kinds(walk(short))).toEqual(["granule"]);
    expect(kinds(walk(opus({ audioPackets: 1, endTrim: 900 })))).toEqual(["granule"]);
  });
});

describe("several streams", () => {
  it("one after the other are links, whose samples are summed", () => {
    const report = walk(Buffer.concat([vorbis({ serial: 1 }), vorbis({ serial: 2, audioPackets: 11 })]));
    expect(report).toMatchObject({ ok: true, chained: true, links: 2, granuleSamples: 19 * 128 + 10 * 128 });
    expect(report.streams.map((stream) => [stream.serial, stream.link])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it("may use one serial number for two links", () => {
    expect(walk(Buffer.concat([vorbis(), vorbis()]))).toMatchObject({ ok: true, links: 2 });
  });

  it("of another codec or rate in a later link are reported", () => {
    expect(kinds(walk(Buffer.concat([vorbis({ serial: 1 }), opus({ serial: 2 })])))).toEqual(["link-change"]);
  });

  it("that are cut off by the next link are reported", () => {
    const report = walk(Buffer.concat([vorbis({ serial: 1, eos: false }), vorbis({ serial: 2 })]));
    expect(kinds(report)).toEqual(["late-bos", "missing-eos"]);
    expect(report).toMatchObject({ links: 2, eos: false });
  });

  it("side by side: the first audio stream is the music, the others are listed", () => {
    const skeleton = { bytes: Buffer.concat([Buffer.from("fishead\0"), Buffer.alloc(56)]), granule: 0 };
    const [skeletonBos, skeletonEos] = muxPages([skeleton, { bytes: new Uint8Array(0), granule: 0 }], {
      serial: 5,
    });
    const [firstBos, ...firstRest] = muxPages(vorbisPackets({ serial: 1 }), { serial: 1 });
    const [secondBos, ...secondRest] = muxPages(opusPackets({ serial: 2 }), { serial: 2 });
    const pages = [skeletonBos, firstBos, secondBos, ...firstRest, skeletonEos, ...secondRest];
    const report = walk(Buffer.concat(pages.map((page) => page ?? new Uint8Array())));
    expect(report).toMatchObject({ ok: true, codec: "vorbis", multiplexed: true, chained: false, links: 1 });
    expect(report.payloadSha256).toBe(walk(vorbis({ serial: 1 })).payloadSha256);
    expect(report.streams.map(({ codec, kind, music }) => [codec, kind, music])).toEqual([
      ["skeleton", "metadata", false],
      ["vorbis", "audio", true],
      ["opus", "audio", false],
    ]);
  });

  it("beyond any reason are not followed", () => {
    const many = Array.from({ length: 200 }, (_, serial) => muxPages(opusPackets({ serial }), { serial })[0]);
    const report = walk(Buffer.concat(many.map((page) => page ?? new Uint8Array())));
    expect(kinds(report)).toContain("too-many-streams");
    expect(report.streams.length).toBeLessThanOrEqual(64);
  });

  it("without any audio are no music", () => {
    const [theora] = muxPages([{ bytes: Buffer.from("\x80theora...", "latin1"), granule: 0 }], { serial: 3 });
    const report = walk(theora ?? new Uint8Array());
    expect(kinds(report)).toEqual(["no-audio"]);
    expect(report).toMatchObject({
      codec: null,
      payloadSha256: null,
      streams: [{ codec: "theora", kind: "video" }],
    });
  });
});
