import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OggWalker } from "../formats/ogg/index.ts";
import { encodeTagsPacket, tagsPacketBytes } from "./access-copy-tags.ts";
import { type OpusFileFacts, OpusFileWriter } from "./opus-file-writer.ts";

// OpusHead: version 1, stereo, pre-skip 312, no input rate, no gain, family 0 (RFC 7845, 5.1).
const HEAD = Buffer.from("4f707573486561640102380100000000000000", "hex");
const PRE_SKIP = 312;
// One CELT frame of 20 ms, stereo (RFC 6716, 3.1): configuration 31, code 0.
const TOC = 0xfc;

let path: string;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-opus-"));
  path = join(folder, "x.opus");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(packetBytes: readonly number[], samples: number, tagBytes = 10): OpusFileFacts {
  const tags = [["TITLE", "x".repeat(tagBytes)]] as const;
  const tagsBytes = tagsPacketBytes(tags);
  const writer = new OpusFileWriter({
    path,
    head: HEAD,
    inputSampleRateHz: 44_100,
    serial: 0xfedcba98,
    tagsBytes,
  });
  try {
    for (const [index, size] of packetBytes.entries()) writer.add(Buffer.alloc(size, index).fill(TOC, 0, 1));
    return writer.finish(samples, encodeTagsPacket(tags, -5, tagsBytes));
  } finally {
    writer.close();
  }
}

test("whatever the packets, the file is sound and as long as it was told", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 1, max: 600 }), fc.constantFrom(254, 255, 256, 510, 1275)), {
        minLength: 1,
        maxLength: 180,
      }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 959 }),
      fc.integer({ min: 0, max: 70_000 }),
      (packetBytes, surplusPackets, cutSamples, tagBytes) => {
        const wanted = Math.max(1, packetBytes.length - surplusPackets);
        const samples = Math.max(1, wanted * 960 - PRE_SKIP - cutSamples);
        const facts = write(packetBytes, samples, tagBytes);
        const walker = new OggWalker();
        const bytes = readFileSync(path);
        walker.push(bytes);
        expect(walker.finish()).toMatchObject({ problems: [], granuleSamples: samples, eos: true, links: 1 });
        expect(facts.sizeBytes).toBe(bytes.length);
      },
    ),
    { numRuns: 60 },
  );
});

test("a page holds a second at most", () => {
  write(
    Array.from({ length: 130 }, () => 100),
    130 * 960 - PRE_SKIP,
  );
  const walker = new OggWalker();
  walker.push(readFileSync(path));
  expect(walker.finish().pages).toBe(2 + 3);
});

test("an end that the packets do not reach is refused", () => {
  expect(() => write([100, 100], 3 * 960)).toThrow(RangeError);
});

test("an end further back than the packets held is refused", () => {
  expect(() =>
    write(
      Array.from({ length: 300 }, () => 50),
      960,
    ),
  ).toThrow(RangeError);
});
