import { createHash, type Hash } from "node:crypto";
import { isZeros } from "./zeros.ts";

/** What the bytes of a segment have to be. */
export type Expectation =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "sha256"; readonly hex: string }
  | { readonly kind: "zeros" };

/** A stretch of a file, end excluded. */
export interface Segment<Subject> {
  readonly start: number;
  readonly end: number;
  readonly subject: Subject;
  readonly expected: Expectation;
  /** True when the caller wants the bytes; meant for the short ones. */
  readonly isKept: boolean;
}

export interface SegmentOutcome<Subject> {
  readonly segment: Segment<Subject>;
  readonly verdict: "as-expected" | "changed" | "missing";
  /** Offset in the file of the first wrong byte, where it is known. */
  readonly firstWrongByte: number | null;
  readonly bytes: Buffer | null;
}

/**
 * Compares a file with a list of segments while its bytes go by. The segments follow each other without a gap from byte 0, and
 * none is empty. The walk does not lose its way in damaged bytes: where a segment ends is known beforehand.
 */
export class SegmentWalk<Subject> {
  private readonly segments: Iterator<Segment<Subject>>;
  private readonly onOutcome: (outcome: SegmentOutcome<Subject>) => void;
  private current: SegmentCheck<Subject> | null;
  private positionBytes = 0;

  constructor(segments: Iterable<Segment<Subject>>, onOutcome: (outcome: SegmentOutcome<Subject>) => void) {
    this.segments = segments[Symbol.iterator]();
    this.onOutcome = onOutcome;
    this.current = this.next();
  }

  update(chunk: Buffer): void {
    let used = 0;
    while (used < chunk.length && this.current !== null) {
      const part = chunk.subarray(used, used + this.current.segment.end - this.positionBytes);
      this.current.update(part, this.positionBytes);
      used += part.length;
      this.positionBytes += part.length;
      if (this.positionBytes === this.current.segment.end) {
        this.onOutcome(this.current.finish());
        this.current = this.next();
      }
    }
  }

  /** The file has ended: what it lacks is reported as missing. */
  finish(): void {
    for (; this.current !== null; this.current = this.next()) {
      const { segment } = this.current;
      const firstWrongByte = Math.max(segment.start, this.positionBytes);
      this.onOutcome({ segment, verdict: "missing", firstWrongByte, bytes: null });
    }
  }

  private next(): SegmentCheck<Subject> | null {
    const { value, done } = this.segments.next();
    return done ? null : new SegmentCheck(value);
  }
}

class SegmentCheck<Subject> {
  readonly segment: Segment<Subject>;
  private readonly hash: Hash | null;
  private readonly kept: Buffer[] = [];
  private firstWrongByte: number | null = null;

  constructor(segment: Segment<Subject>) {
    this.segment = segment;
    this.hash = segment.expected.kind === "sha256" ? createHash("sha256") : null;
  }

  update(part: Buffer, offsetBytes: number): void {
    const { expected, start, isKept } = this.segment;
    if (isKept) this.kept.push(Buffer.from(part));
    this.hash?.update(part);
    if (this.firstWrongByte !== null || expected.kind === "sha256") return;
    const wanted = expected.kind === "bytes" ? expected.bytes.subarray(offsetBytes - start) : null;
    const wrong = firstDifference(part, wanted);
    if (wrong !== null) this.firstWrongByte = offsetBytes + wrong;
  }

  finish(): SegmentOutcome<Subject> {
    const { segment, firstWrongByte } = this;
    const { expected, isKept } = segment;
    const isRight =
      expected.kind === "sha256" ? this.hash?.digest("hex") === expected.hex : firstWrongByte === null;
    return {
      segment,
      verdict: isRight ? "as-expected" : "changed",
      firstWrongByte,
      bytes: isKept ? Buffer.concat(this.kept) : null,
    };
  }
}

/** Index of the first byte of `part` that differs from `wanted`, or from zero when `wanted` is null; null when none does. */
function firstDifference(part: Buffer, wanted: Buffer | null): number | null {
  if (wanted === null ? isZeros(part) : part.equals(wanted.subarray(0, part.length))) return null;
  for (const [index, byte] of part.entries()) if (byte !== (wanted?.[index] ?? 0)) return index;
  return null;
}
