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
