import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseOpusHead } from "./opus-head.ts";
import { type OggOpusStream, OggPageWriter } from "./page-writer.ts";
import { walk } from "./testing/walk.ts";

const STREAM: OggOpusStream = {
  serial: 0xdead_beef,
  head: { channels: 2, preSkipSamples: 312, inputSampleRateHz: 44_100, outputGainQ8: -256 },
  tags: { vendor: "test", comments: [["TITLE", "Ä"]] },
};

function packet(fill: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length).fill(fill);
  bytes[0] = 0xfc;
  return bytes;
}

function write(stream: OggOpusStream, packets: readonly Uint8Array[], totalSamples?: number): Buffer {
  const writer = new OggPageWriter(stream);
  const parts = [writer.start()];
  for (const bytes of packets) parts.push(...writer.packet(bytes));
  parts.push(writer.finish(totalSamples));
  return Buffer.concat(parts);
}

describe("OggPageWriter", () => {
  it("writes the two header pages as the specification lays them out", () => {
    const head =
      "4f67675300020000000000000000efbeadde00000000" +
      "________" +
      "0113" +
      "4f70757348656164" +
      "01023801" +
      "44ac0000" +
      "00ff00";
    const tags =
      "4f67675300000000000000000000efbeadde01000000" +
      "________" +
      "0120" +
      "4f70757354616773" +
      "0400000074657374" +
      "01000000" +
      "080000005449544c453dc384";
    const hex = Buffer.from(new OggPageWriter(STREAM).start()).toString("hex");
    const blanked = `${hex.slice(0, 44)}________${hex.slice(52, 138)}________${hex.slice(146)}`;
    expect(blanked).toBe(head + tags);
  });

  it("writes files that the walk finds whole, with the length asked for", () => {
    const packets = Array.from({ length: 120 }, (_, i) => packet(i, 100 + i));
    const report = walk(write(STREAM, packets, 120 * 960 - 312 - 500));
    expect(report).toMatchObject({
      ok: true,
      codec: "opus",
      packets: 122,
      preSkipSamples: 312,
      granuleSamples: 120 * 960 - 312 - 500,
      endTrimSamples: 500,
      granuleDriftPages: 0,
      pages: 2 + 3,
    });
  });

  it("trims nothing when no length is given", () => {
    expect(walk(write(STREAM, [packet(1, 10)]))).toMatchObject({ ok: true, granuleSamples: 960 - 312 });
  });

  it("writes the same bytes for the same input, and the header can be read back", () => {
    const packets = [packet(1, 700), packet(2, 0x1000)];
    const bytes = write(STREAM, packets);
    expect(write(STREAM, packets).equals(bytes)).toBe(true);
    expect(parseOpusHead(bytes.subarray(28, 47))).toEqual(STREAM.head);
  });

  it("keeps a page within its time and within 255 segments", () => {
    const packets = Array.from({ length: 60 }, (_, i) => packet(i, 5000));
    expect(walk(write(STREAM, packets))).toMatchObject({ ok: true, pages: 2 + 5 });
    expect(walk(write({ ...STREAM, pageSamples: 960 }, packets))).toMatchObject({ ok: true, pages: 2 + 60 });
  });

  it("spreads comments of any size over pages", () => {
    const tags = { vendor: "test", comments: [["PICTURE", "x".repeat(200_000)] as const] };
    expect(walk(write({ ...STREAM, tags }, [packet(1, 10)]))).toMatchObject({ ok: true, pages: 1 + 4 + 1 });
  });

  it("gives files with one payload whatever the comments, the serial and the paging", () => {
    const packets = Array.from({ length: 30 }, (_, i) => packet(i, 300));
    const hashes = [
      STREAM,
      { ...STREAM, serial: 1, pageSamples: 2000 },
      { ...STREAM, tags: { vendor: "", comments: [] } },
    ].map((stream) => walk(write(stream, packets)).payloadSha256);
    expect(new Set(hashes).size).toBe(1);
  });

  it("survives any packets and any legal length", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(
        sizes,
        fc.nat(647),
        fc.integer({ min: 960, max: 100_000 }),
        (lengths, trim, pageSamples) => {
          const packets = lengths.map((length, i) => packet(i, length));
          const total = lengths.length * 960 - 312 - trim;
          const report = walk(write({ ...STREAM, pageSamples }, packets, total), 999);
          expect(report).toMatchObject({ ok: true, granuleSamples: total, endTrimSamples: trim });
        },
      ),
    );
  });

  it("refuses what would be no valid file", () => {
    expect(() => write(STREAM, [])).toThrow("without packets");
    expect(() => write(STREAM, [new Uint8Array(0)])).toThrow("not an Opus packet");
    expect(() => write(STREAM, [packet(1, 70_000)])).toThrow("larger than a page");
    expect(() => write(STREAM, [packet(1, 10)], 960)).toThrow("more than were written");
    const pages = { ...STREAM, pageSamples: 960 };
    expect(() => write(pages, [packet(1, 10), packet(2, 10)], 100)).toThrow("back before the last page");
    const surround = { ...STREAM, head: { ...STREAM.head, channels: 6 } };
    expect(() => write(surround, [packet(1, 10)])).toThrow("1 or 2 channels");
    const badKey = { ...STREAM, tags: { vendor: "", comments: [["A=B", "c"] as const] } };
    expect(() => write(badKey, [packet(1, 10)])).toThrow("not a comment key");
  });
});
