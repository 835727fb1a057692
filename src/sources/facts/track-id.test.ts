import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { viewedBytes } from "../../core/viewed-bytes.ts";
import { TrackIds } from "./track-id.ts";

test("an id is the beginning of the hash of source and key, of any length", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 70 }),
      fc.array(fc.string({ unit: "binary", maxLength: 60 }), { minLength: 1 }),
      (source, keys) => {
        const ids = new TrackIds(source);
        for (const key of keys) {
          const bytes = Buffer.from(`..${key}.`);
          ids.set(viewedBytes(bytes), 2, bytes.length - 1);
          const hash = createHash("sha256").update(`${source}\0${key}`).digest();
          expect([ids.high >>> 0, ids.low]).toEqual([hash.readUInt32BE(0), hash.readUInt32BE(4)]);
          expect(hash.subarray(0, 8).equals(ids.ofKey(key))).toBe(true);
        }
      },
    ),
  );
});

test("an id is right on both sides of what one block holds", () => {
  const ids = new TrackIds("source");
  for (let length = 40; length < 70; length += 1) {
    const key = Buffer.from("k".repeat(length));
    ids.set(viewedBytes(key), 0, length);
    const hash = createHash("sha256").update("source\0").update(key).digest();
    expect([ids.high >>> 0, ids.low]).toEqual([hash.readUInt32BE(0), hash.readUInt32BE(4)]);
  }
});

test("ids of many keys are those of each", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40 }),
      fc.array(fc.string({ maxLength: 60 })),
      fc.nat(2),
      (source, keys, first) => {
        const ids = new TrackIds(source);
        const bytes = viewedBytes(Buffer.from(keys.join("")));
        const lengths = keys.map((key) => Buffer.byteLength(key));
        const ends = Int32Array.from(lengths, (_, at) =>
          lengths.slice(0, at + 1).reduce((sum, one) => sum + one, 0),
        );
        const starts = Int32Array.from(lengths, (length, at) => (ends[at] ?? 0) - length);
        const count = Math.max(0, keys.length - first);
        const [lows, highs] = [new Uint32Array(count), new Uint32Array(count)];
        ids.setMany({ bytes, starts, ends }, first, lows, highs, count);
        for (let at = 0; at < count; at += 1) {
          ids.set(bytes, starts[first + at] ?? 0, ends[first + at] ?? 0);
          expect([lows[at], highs[at]]).toEqual([ids.low, ids.high >>> 0]);
        }
      },
    ),
  );
});
