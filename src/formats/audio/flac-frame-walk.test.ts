import { expect, test } from "vitest";
import { FlacFrameWalk } from "./flac-frame-walk.ts";
import { flacFrame } from "./testing/build-audio.ts";

const OFFSET = 1000;
const FRAMES = [0, 1, 2, 3].map((number) => flacFrame(number, 4096));
const WHOLE = Buffer.concat(FRAMES);
const FRAME_BYTES = WHOLE.length / FRAMES.length;

function walk(bytes: Buffer, chunkBytes: number): { samples: number; damage: [number, string][] } {
  const damage: [number, string][] = [];
  const frames = new FlacFrameWalk(OFFSET, (offsetBytes, detail) => damage.push([offsetBytes, detail]));
  for (let at = 0; at < bytes.length; at += chunkBytes) frames.push(bytes.subarray(at, at + chunkBytes));
  frames.finish();
  return { samples: frames.samples, damage };
}

test.each([1, 7, 16, 17, 1000])("whole frames are counted, in pieces of %i bytes", (chunkBytes) => {
  expect(walk(WHOLE, chunkBytes)).toEqual({ samples: 4 * 4096, damage: [] });
});

test("any flipped bit of any frame is found, and in its frame or the one before", () => {
  for (let bit = 0; bit < WHOLE.length * 8; bit++) {
    const bytes = Buffer.from(WHOLE);
    const at = bit >> 3;
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
    const [first] = walk(bytes, 13).damage;
    const frameStart = OFFSET + Math.floor(at / FRAME_BYTES) * FRAME_BYTES;
    // Where a header is not to be read, the bytes count as the end of the frame before.
    expect([frameStart, frameStart - FRAME_BYTES]).toContain(first?.[0]);
  }
});

test("a frame cut short, and one that is left out, are found", () => {
  expect(walk(WHOLE.subarray(0, -1), 50).damage).toEqual([
    [OFFSET + 3 * FRAME_BYTES, "frame 3 does not match its CRC-16 at the end of the file"],
  ]);
  const [a, , c, d] = FRAMES;
  const gap = Buffer.concat([a ?? WHOLE, c ?? WHOLE, d ?? WHOLE]);
  expect(walk(gap, 50).damage).toEqual([[OFFSET + FRAME_BYTES, "frame 2 does not follow the one before it"]]);
});
