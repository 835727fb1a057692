import { isUtf8 } from "node:buffer";

/** Longer lines are refused without being held: the longest documents of real dumps stay below. */
export const MAX_LINE_BYTES = 67_108_864;
const SAMPLE_BYTES = 800;
const NEWLINE = 0x0a;
const NUL_ESCAPE = "\\u0000";
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Where a line begins. The first line is 1; offsets count the unpacked bytes of the member. */
export interface LinePlace {
  readonly line: number;
  readonly offsetBytes: number;
}

export type SplitEvent =
  /** Good lines one after the other, each with its newline; none is blank. */
  | ({
      readonly kind: "lines";
      readonly bytes: Buffer;
      readonly count: number;
      readonly longestBytes: number;
    } & LinePlace)
  /** A line that no parser is given. `head` has its first bytes. */
  | ({ readonly kind: "refused"; readonly reason: string; readonly head: Buffer } & LinePlace)
  /** `batchBytes` have gone by: a place to cut that depends on the bytes alone, not on how they arrived. */
  | { readonly kind: "cut" };

/** Cuts the bytes of an input, given piece by piece, which are good until the next. */
export interface Splitter {
  push(chunk: Buffer): Iterable<SplitEvent>;
  /** The input ends here; `isCut` says that it should not. */
  finish(isCut: boolean): Iterable<SplitEvent>;
}

export interface SplitOptions {
  readonly maxLineBytes?: number;
  readonly batchBytes: number;
  /** Lines must look like `{…}`. */
  readonly isJson: boolean;
}

/**
 * Cuts bytes into lines, holding no more of them than one line. Refuses lines that are too long, not UTF-8, hold a NUL (or, in
 * JSON, the escape of one), or are no JSON object by their first and last byte; blank lines are passed over. A byte order mark
 * before the first line is not part of it.
 */
export class LineSplitter implements Splitter {
  readonly #options: SplitOptions;
  readonly #maxLineBytes: number;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  /** Bytes of a line that is too long and not kept. */
  #isSkipping: boolean = false;
  #line = 1;
  #offsetBytes = 0;
  #sinceCut = 0;

  constructor(options: SplitOptions) {
    this.#options = options;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  *push(chunk: Buffer): Generator<SplitEvent> {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      this.#keep(chunk);
      return;
    }
    let start = 0;
    if (this.#carryBytes > 0) {
      const end = chunk.indexOf(NEWLINE) + 1;
      this.#keep(chunk.subarray(0, end));
      yield* this.#closeCarry();
      start = end;
    }
    if (start <= last) yield* this.#whole(chunk.subarray(start, last + 1));
    this.#keep(chunk.subarray(last + 1));
  }

  /** The input ends here; `isCut` says that it should not, and its last line is then no line. */
  *finish(isCut: boolean): Generator<SplitEvent> {
    if (this.#carryBytes === 0) return;
    if (isCut) {
      const { head, place } = { head: this.#carryHead(), place: this.#place() };
      this.#carry = [];
      this.#carryBytes = 0;
      yield { kind: "refused", reason: "the input ends within this line", head, ...place };
      return;
    }
    this.#keep(Buffer.from("\n"));
    yield* this.#closeCarry();
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#carryBytes += bytes.length;
    // The piece that they stand in may be good until the next is asked for only.
    if (!this.#isSkipping) this.#carry.push(Buffer.from(bytes));
    // One byte more for the newline. What is known to be too long is dropped but for its head.
    if (this.#carryBytes > this.#maxLineBytes + 1 && !this.#isSkipping) {
      this.#isSkipping = true;
      this.#carry = [Buffer.from(this.#carryHead())];
    }
  }

  #carryHead(): Buffer {
    const parts: Buffer[] = [];
    let length = 0;
    for (const part of this.#carry) {
      if (length >= SAMPLE_BYTES) break;
      parts.push(part.subarray(0, SAMPLE_BYTES));
      length += part.length;
    }
    return Buffer.concat(parts).subarray(0, SAMPLE_BYTES);
  }

  *#closeCarry(): Generator<SplitEvent> {
    const bytes = this.#carryBytes;
    if (this.#isSkipping) {
      const reason = `a line of ${bytes - 1} bytes; the longest that is read has ${this.#maxLineBytes}`;
      yield { kind: "refused", reason, head: this.#carryHead(), ...this.#place() };
      this.#carry = [];
      this.#carryBytes = 0;
      this.#isSkipping = false;
      yield* this.#advance(1, bytes);
      return;
    }
    const [first = Buffer.alloc(0)] = this.#carry;
    const line = this.#carry.length === 1 ? first : Buffer.concat(this.#carry);
    this.#carry = [];
    this.#carryBytes = 0;
    yield* this.#whole(line);
  }

  /** Whole lines. When all of them are fit, which is the rule, one look at the bytes says so. */
  *#whole(given: Buffer): Generator<SplitEvent> {
    let bytes = given;
    if (this.#offsetBytes === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) {
      this.#offsetBytes = 3;
      bytes = bytes.subarray(3);
    }
    const isClean = isUtf8(bytes) && !bytes.includes(0) && !this.#hasNulEscape(bytes);
    const { batchBytes } = this.#options;
    let runStart = 0;
    let runPlace = this.#place();
    let count = 0;
    let longestBytes = 0;
    const run = function* (end: number): Generator<SplitEvent> {
      if (count > 0)
        yield { kind: "lines", bytes: bytes.subarray(runStart, end), count, longestBytes, ...runPlace };
      count = 0;
      longestBytes = 0;
    };
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, start) + 1;
      const fault = this.#fault(bytes, start, end, isClean);
      if (fault !== null) {
        yield* run(start);
        if (fault !== "") {
          const head = bytes.subarray(start, Math.min(end - 1, start + SAMPLE_BYTES));
          yield { kind: "refused", reason: fault, head, ...this.#place() };
        }
      } else count += 1;
      if (end - start > longestBytes && fault === null) longestBytes = end - start;
      this.#line += 1;
      this.#offsetBytes += end - start;
      this.#sinceCut += end - start;
      start = end;
      const isCut = this.#sinceCut >= batchBytes;
      if (isCut) {
        yield* run(end);
        yield { kind: "cut" };
        this.#sinceCut = 0;
      }
      if (fault !== null || isCut) {
        runStart = end;
        runPlace = this.#place();
      }
    }
    yield* run(bytes.length);
  }

  /** Why the line is refused, "" when it is blank, null when it is fit. */
  #fault(bytes: Buffer, start: number, end: number, isClean: boolean): string | null {
    if (end - start - 1 > this.#maxLineBytes) {
      return `a line of ${end - start - 1} bytes; the longest that is read has ${this.#maxLineBytes}`;
    }
    let first = start;
    while (first < end && isBlank(bytes[first])) first += 1;
    if (first === end) return "";
    if (!isClean) {
      const line = bytes.subarray(start, end);
      if (!isUtf8(line)) return "not UTF-8";
      if (line.includes(0)) return "a NUL";
      if (this.#hasNulEscape(line)) return "a NUL in a text (\\u0000)";
    }
    if (!this.#options.isJson) return null;
    if (bytes[first] === 0xef && bytes[first + 1] === 0xbb) return "a byte order mark within the file";
    let last = end - 1;
    while (isBlank(bytes[last])) last -= 1;
    return bytes[first] === 0x7b && bytes[last] === 0x7d ? null : "not a JSON object";
  }

  #hasNulEscape(bytes: Buffer): boolean {
    if (!this.#options.isJson || !bytes.includes(NUL_ESCAPE)) return false;
    // `\\u0000` is a backslash and five letters: the escape has an odd number of backslashes.
    return /(?<!\\)(?:\\\\)*\\u0000/.test(bytes.toString("latin1"));
  }

  #place(): LinePlace {
    return { line: this.#line, offsetBytes: this.#offsetBytes };
  }

  *#advance(lines: number, bytes: number): Generator<SplitEvent> {
    this.#line += lines;
    this.#offsetBytes += bytes;
    this.#sinceCut += bytes;
    if (this.#sinceCut < this.#options.batchBytes) return;
    this.#sinceCut = 0;
    yield { kind: "cut" };
  }
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;
}
