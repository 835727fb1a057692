import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { opus } from "../ogg/testing/walk.ts";
import type { Container } from "./container.ts";
import { MAX_REPORTED_PROBLEMS } from "./problem-log.ts";
import { box, FTYP, flac, id3v2, movie, mp3, wav } from "./testing/build-audio.ts";
import { hashFile } from "./testing/hash-file.ts";

const GOOD: readonly (readonly [Container, Buffer])[] = [
  ["ogg", Buffer.from(opus())],
  ["flac", flac()],
  ["mp3", Buffer.concat([id3v2(40), mp3({ statedFrames: 12 })])],
  ["mp4", Buffer.concat([FTYP, movie(), box("mdat", Buffer.alloc(900, 5))])],
  ["wav", wav()],
];

describe.each(GOOD)("the hasher for %s", (container, good) => {
  it("finds nothing wrong with a good file, and hashes it", () => {
    expect(hashFile(container, good)).toMatchObject({
      payloadSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      problems: [],
      problemCount: 0,
      sizeBytes: good.length,
      structure: { container },
    });
  });

  it("has no payload and one reason for an empty file and for another container", () => {
    expect(hashFile(container, Buffer.alloc(0))).toMatchObject({ payloadSha256: null, problemCount: 1 });
    const [, other] = GOOD.find(([name]) => name !== container) ?? GOOD[0] ?? ["ogg", good];
    const report = hashFile(container, other);
    expect(report.payloadSha256).toBeNull();
    expect(report.problemCount).toBeGreaterThan(0);
  });

  it("gives a report for every cut, and never the payload of the whole with a clean report", () => {
    const whole = hashFile(container, good).payloadSha256;
    for (let end = 0; end < good.length; end += 3) {
      const report = hashFile(container, good.subarray(0, end), 256);
      const isFooled = report.payloadSha256 === whole && report.problemCount === 0;
      if (isFooled) expect.fail(`the cut at ${end} was not noticed`);
    }
  });

  it("gives the same report for changed bytes, however they are cut into pieces", () => {
    const edit = fc.record({
      at: fc.nat(),
      insert: fc.uint8Array({ maxLength: 30 }),
      remove: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), fc.integer({ min: 1, max: 300 }), (edits, chunkBytes) => {
        let bytes: Uint8Array = good;
        for (const { at, insert, remove } of edits) {
          const start = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + remove)]);
        }
        const report = hashFile(container, bytes);
        expect(hashFile(container, bytes, chunkBytes)).toEqual(report);
        expect(report.problems.length).toBeLessThanOrEqual(MAX_REPORTED_PROBLEMS);
      }),
      { numRuns: 150 },
    );
  });

  it("gives a report for random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 2000 }), (bytes) => {
        expect(hashFile(container, bytes, 64).problemCount).toBeGreaterThan(0);
      }),
    );
  });
});
