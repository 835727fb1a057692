import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OggProblemKind } from "./report.ts";
import { muxPages, opusPackets, vorbisPackets } from "./testing/build-ogg.ts";
import { flac, kinds, opus, vorbis, walk } from "./testing/walk.ts";

describe("a damaged file", () => {
  const pages = muxPages(vorbisPackets({ serial: 7 }), { serial: 7, segmentsPerPage: 4 });
  const good = Buffer.concat(pages);

  it("shows every single flipped byte", () => {
    for (let at = 0; at < good.length; at++) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] ?? 0) ^ (1 + (at % 255));
      const report = walk(bytes, 4096);
      if (report.ok || report.payloadSha256 !== null) expect.fail(`byte ${at} was not noticed`);
    }
  });

  it("shows every truncation", () => {
    for (let end = 0; end < good.length; end++) {
      if (walk(good.subarray(0, end), 4096).ok) expect.fail(`the cut at ${end} was not noticed`);
    }
  });

  it.each<[string, (parts: Uint8Array[]) => Uint8Array[], OggProblemKind[]]>([
    ["nothing at all", () => [], ["empty"]],
    ["no Ogg at all", () => [Buffer.alloc(5000, "x")], ["not-ogg"]],
    ["a page missing", (p) => p.filter((_, index) => index !== 4), ["sequence-gap"]],
    [
      "a page twice",
      (p) => p.flatMap((page, index) => (index === 4 ? [page, page] : [page])),
      ["sequence-gap"],
    ],
    ["its beginning missing", (p) => p.slice(3), ["missing-bos", "no-audio"]],
    ["its end missing", (p) => p.slice(0, -1), ["missing-eos"]],
    [
      "rubbish in the middle",
      (p) => [...p.slice(0, 3), Buffer.from("OggOggSrubbish"), ...p.slice(3)],
      ["junk"],
    ],
    ["a tag behind it", (p) => [...p, Buffer.alloc(128, "TAG")], ["tail"]],
    ["a cut in its last page", (p) => [Buffer.concat(p).subarray(0, -1)], ["truncated", "missing-eos"]],
    ["an old page behind its end", (p) => [...p, ...p.slice(-2)], ["after-eos", "granule"]],
  ])("with %s is reported as such", (_name, damage, expected) => {
    const report = walk(Buffer.concat(damage(pages)));
    expect(report.ok).toBe(false);
    expect(new Set(kinds(report))).toEqual(new Set(expected));
  });

  it("names the page and the byte where the damage is", () => {
    const bytes = Buffer.from(good);
    const offsetBytes = pages.slice(0, 5).reduce((sum, page) => sum + page.length, 0);
    bytes[offsetBytes + 40] = (bytes[offsetBytes + 40] ?? 0) ^ 0x80;
    expect(walk(bytes).problems[0]).toMatchObject({ kind: "bad-crc", pageIndex: 5, offsetBytes });
  });

  it("is walked on behind a page with broken lengths", () => {
    const bytes = Buffer.from(good);
    const offsetBytes = pages.slice(0, 5).reduce((sum, page) => sum + page.length, 0);
    bytes[offsetBytes + 26] = 200;
    const report = walk(bytes);
    expect(kinds(report)).toEqual(["bad-crc", "junk", "sequence-gap"]);
    expect(report.pages).toBe(pages.length - 1);
  });

  it("with a packet that nobody continues, or that nobody began, is reported", () => {
    const long = vorbisPackets({ serial: 7 });
    long.push({ bytes: Buffer.alloc(2000), granule: 19 * 128 });
    const parts = muxPages(long, { serial: 7, segmentsPerPage: 5 });
    expect(kinds(walk(Buffer.concat(parts.slice(0, -1))))).toContain("continuity");
    expect(kinds(walk(Buffer.concat(parts.filter((_, index) => index !== parts.length - 2))))).toEqual([
      "sequence-gap",
      "continuity",
    ]);
  });

  it("of a page version to come is not trusted", () => {
    const [first] = muxPages(opusPackets({ serial: 7 }), { serial: 7 });
    const page = Buffer.from(first ?? []);
    page[4] = 1;
    expect(kinds(walk(page))).toEqual(["bad-crc"]);
  });

  it("keeps 100 problems and counts the rest", () => {
    const bytes = Buffer.concat(Array.from({ length: 300 }, () => Buffer.concat([good, Buffer.from("?")])));
    const report = walk(bytes);
    expect(report.problems).toHaveLength(100);
    expect(report.problemCount).toBe(300);
  });

  it("is not searched for ever when it is nothing but page beginnings", () => {
    const page = Buffer.alloc(27 + 255, 255);
    page.write("OggS");
    const hostile = Buffer.concat(Array.from({ length: 8000 }, () => page));
    expect(kinds(walk(hostile, 65_536))).toContain("too-damaged");
  });

  it("whose last pages are all marked as the last, as an old encoder does, is whole", () => {
    const packets = vorbisPackets({ serial: 7 });
    const head = muxPages(packets.slice(0, -3), { serial: 7, segmentsPerPage: 4 });
    const tail = packets
      .slice(-3)
      .flatMap((packet, index) =>
        muxPages([packet], { serial: 7, firstSequence: head.length + index }).map((page) => withoutBos(page)),
      );
    const report = walk(Buffer.concat([...head, ...tail]));
    expect(report).toMatchObject({ ok: true, pagesBehindEos: 3, granuleSamples: 19 * 128 });
    expect(report.payloadSha256).toBe(walk(vorbis()).payloadSha256);
  });
});

describe("any input", () => {
  const seeds = [
    vorbis({ segmentsPerPage: 3 }),
    opus(),
    flac(),
    Buffer.concat([vorbis(), opus({ serial: 9 })]),
  ];

  it("that is random gives a report", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        (bytes, chunkBytes) => {
          expect(walk(bytes, chunkBytes)).toMatchObject({ ok: false, sizeBytes: bytes.length });
        },
      ),
    );
  });

  it("that is a changed file gives a report, the same for every size of pieces, and is noticed", () => {
    const edit = fc.record({
      at: fc.nat(),
      insert: fc.uint8Array({ maxLength: 40 }),
      remove: fc.nat({ max: 60 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 700 }),
        (seed, edits, chunkBytes) => {
          let bytes: Uint8Array = seed;
          for (const { at, insert, remove } of edits) {
            const start = at % (bytes.length + 1);
            bytes = Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
          }
          const report = walk(bytes);
          expect(walk(bytes, chunkBytes)).toEqual(report);
          if (!Buffer.from(seed).equals(bytes)) expect(report.ok).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Clears the flag of a first page and sets the CRC right again, by muxing the page's parts anew. */
function withoutBos(page: Uint8Array): Uint8Array {
  const copy = Buffer.from(page);
  copy[5] = (copy[5] ?? 0) & ~2;
  return fixCrc(copy);
}

function fixCrc(page: Buffer): Uint8Array {
  page.writeUInt32LE(0, 22);
  let crc = 0;
  for (const byte of page) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  page.writeUInt32LE(crc >>> 0, 22);
  return page;
}
