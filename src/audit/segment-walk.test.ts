import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Segment, type SegmentOutcome, SegmentWalk } from "./segment-walk.ts";

/** Segments that describe `bytes`, cut at `lengths`, each of another kind in turn. */
function describeBytes(bytes: Buffer, lengths: readonly number[]): Segment<number>[] {
  const segments: Segment<number>[] = [];
  let start = 0;
  for (const [index, length] of lengths.entries()) {
    const end = Math.min(bytes.length, start + length);
    if (end === start) break;
    const part = bytes.subarray(start, end);
    const hex = createHash("sha256").update(part).digest("hex");
    const expected =
      index % 2 === 0 ? ({ kind: "bytes", bytes: part } as const) : ({ kind: "sha256", hex } as const);
    segments.push({ start, end, subject: index, expected, isKept: index % 3 === 0 });
    start = end;
  }
  return segments;
}

function walk(
  segments: readonly Segment<number>[],
  bytes: Buffer,
  chunkBytes: number,
): SegmentOutcome<number>[] {
  const outcomes: SegmentOutcome<number>[] = [];
  const walker = new SegmentWalk(segments, (outcome) => outcomes.push(outcome));
  for (let start = 0; start < bytes.length; start += chunkBytes)
    walker.update(bytes.subarray(start, start + chunkBytes));
  walker.finish();
  return outcomes;
}

const cut = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const content = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const chunk = fc.integer({ min: 1, max: 64 });

describe("walking over the segments of a file", () => {
  test("finds everything as expected in the bytes that were described, however they are chunked", () => {
    fc.assert(
      fc.property(content, cut, chunk, (bytes, lengths, chunkBytes) => {
        const outcomes = walk(describeBytes(bytes, lengths), bytes, chunkBytes);
        expect(outcomes.map(({ verdict }) => verdict).filter((verdict) => verdict !== "as-expected")).toEqual(
          [],
        );
        for (const { segment, bytes: kept } of outcomes) {
          expect(kept).toEqual(segment.isKept ? bytes.subarray(segment.start, segment.end) : null);
        }
      }),
    );
  });

  test("names exactly the segment in which a byte was changed", () => {
    fc.assert(
      fc.property(
        content,
        cut,
        chunk,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, lengths, size, at, mask) => {
          const segments = describeBytes(bytes, lengths);
          const described = segments.at(-1)?.end ?? 0;
          const offset = at % described;
          const damaged = Buffer.from(bytes);
          damaged[offset] = (damaged[offset] ?? 0) ^ mask;
          const changed = walk(segments, damaged, size).filter(({ verdict }) => verdict !== "as-expected");
          expect(changed.map(({ segment }) => segment.start <= offset && offset < segment.end)).toEqual([
            true,
          ]);
          expect([offset, null]).toContain(changed[0]?.firstWrongByte);
        },
      ),
    );
  });

  test("reports every segment that a cut file lacks a part of as missing", () => {
    fc.assert(
      fc.property(content, cut, chunk, fc.nat(), (bytes, lengths, size, at) => {
        const segments = describeBytes(bytes, lengths);
        const end = at % bytes.length;
        const missing = walk(segments, bytes.subarray(0, end), size).filter(
          ({ verdict }) => verdict === "missing",
        );
        expect(missing.map(({ segment }) => segment)).toEqual(
          segments.filter((segment) => segment.end > end),
        );
      }),
    );
  });

  test("takes nothing but zeros for zeros", () => {
    const segments: Segment<string>[] = [
      { start: 0, end: 70_000, subject: "fill", expected: { kind: "zeros" }, isKept: false },
    ];
    const bytes = Buffer.alloc(70_000);
    const outcomes: SegmentOutcome<string>[] = [];
    bytes[69_999] = 1;
    const walker = new SegmentWalk(segments, (outcome) => outcomes.push(outcome));
    walker.update(bytes);
    expect(outcomes).toMatchObject([{ verdict: "changed", firstWrongByte: 69_999 }]);
  });
});
