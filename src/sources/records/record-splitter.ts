import type { SplitEvent, Splitter } from "../lines/line-splitter.ts";
import { closingQuote, MAX_RECORD_BYTES, NEWLINE, RETURN } from "./closing-quote.ts";
import { STRETCH_BYTES } from "./marks.ts";
import { RecordEnds } from "./record-ends.ts";
import { ENOUGH, ODD } from "./record-loop.ts";

const SAMPLE_BYTES = 800;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** What a stretch ends with where it is not gone on behind it: enough was found, or the rest is no whole record, or one too long. */
const TARGET = -1;
const CUT = -2;

export interface RecordForm {
  readonly delimiter: "," | "\t" | ";";
  /** Lines of the header, which is not given on. */
  readonly headerLines: number;
}

/** In TSV a quote is a character like any other (IANA text/tab-separated-values). */
export function hasQuotes({ delimiter }: RecordForm): boolean {
  return delimiter !== "\t";
}

/**
 * Cuts a file of CSV (RFC 4180; a lone LF ends a record too) where records end, holding no more of it than one record and a piece; a
 * record that is too long is refused. The bytes of an event are good until the next. What is in the records is not looked at: `RecordTurner` does that, and tells them apart in the same way.
 */
export class RecordSplitter implements Splitter {
  readonly #batchBytes: number;
  readonly #delimiter: number;
  readonly #ends: RecordEnds;
  #headerLines: number;
  #carry: Buffer = Buffer.alloc(0);
  #memory: Buffer = Buffer.alloc(0);
  /** Bytes of a line that is too long; its beginning is what is carried. */
  #skippedBytes = 0;
  #line = 1;
  #offsetBytes = 0;
  #sinceCut = 0;

  constructor(form: RecordForm, batchBytes: number) {
    this.#batchBytes = batchBytes;
    this.#delimiter = form.delimiter.charCodeAt(0);
    this.#ends = new RecordEnds(this.#delimiter, hasQuotes(form));
    this.#headerLines = form.headerLines;
  }

  *push(chunk: Buffer): Generator<SplitEvent> {
    if (this.#skippedBytes === 0) {
      yield* this.#records(this.#carry.length === 0 ? chunk : this.#joined(chunk), false);
      return;
    }
    const end = chunk.indexOf(NEWLINE) + 1;
    this.#skippedBytes += end === 0 ? chunk.length : end;
    if (end === 0) return;
    yield* this.#refuseSkipped();
    yield* this.#records(chunk.subarray(end), false);
  }

  /** What is carried and a piece, in memory that is used again: new pages cost more than the copy. */
  #joined(chunk: Buffer): Buffer {
    const { length } = this.#carry;
    const needed = length + chunk.length;
    if (needed > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(2 * needed);
    this.#carry.copy(this.#memory);
    chunk.copy(this.#memory, length);
    return this.#memory.subarray(0, needed);
  }

  *finish(isCut: boolean): Generator<SplitEvent> {
    if (this.#skippedBytes > 0) yield* this.#refuseSkipped();
    if (this.#carry.length === 0) return;
    if (isCut) yield this.#refused("the input ends within this record", this.#carry);
    else yield* this.#records(Buffer.concat([this.#carry, Buffer.from("\n")]), true);
    this.#carry = Buffer.alloc(0);
  }

  *#records(given: Buffer, isLast: boolean): Generator<SplitEvent> {
    let buffer = given;
    if (this.#offsetBytes === 0 && buffer.subarray(0, 3).equals(BYTE_ORDER_MARK)) {
      this.#offsetBytes = 3;
      buffer = buffer.subarray(3);
    }
    for (let from = 0; ; ) {
      const isHeader = this.#headerLines > 0;
      const stop = this.#scan(
        buffer,
        from,
        isLast,
        isHeader ? from : from + this.#batchBytes - this.#sinceCut,
      );
      const bytes = buffer.subarray(from, this.#ends.end);
      if (isHeader && bytes.length > 0) {
        if (!isBlank(bytes)) this.#headerLines -= 1;
      } else if (bytes.length > 0) {
        const place = { line: this.#line, offsetBytes: this.#offsetBytes };
        yield {
          kind: "lines",
          bytes,
          count: this.#ends.lines,
          longestBytes: this.#ends.longestBytes,
          ...place,
        };
      }
      yield* this.#advance(this.#ends.lines, bytes.length, isHeader);
      from = this.#ends.end;
      if (stop === "long") {
        const end = buffer.indexOf(NEWLINE, from) + 1;
        yield this.#refused(tooLong(end - from), buffer.subarray(from, end));
        yield* this.#advance(1, end - from, false);
        from = end;
      } else if (stop === "more") {
        this.#keep(buffer, from);
        return;
      }
    }
  }

  /**
   * Goes through whole records from `from` on, at least to `target`. "more": what is left is no whole record; "long": the next one is
   * too long.
   */
  #scan(buffer: Buffer, from: number, isLast: boolean, target: number): "target" | "long" | "more" {
    this.#ends.begin(from);
    const { length } = buffer;
    for (let at = from; at < length; ) {
      const next = this.#scanStretch(buffer, at, isLast, target);
      if (next === TARGET) return "target";
      if (next === CUT) break;
      at = next;
    }
    return length - this.#ends.end > MAX_RECORD_BYTES && buffer.indexOf(NEWLINE, this.#ends.end) >= 0
      ? "long"
      : "more";
  }

  /** Looks at some bytes from `from` on, which is outside quotes, and gives where to go on, which is too. */
  #scanStretch(buffer: Buffer, from: number, isLast: boolean, target: number): number {
    const ends = this.#ends;
    const to = Math.min(from + STRETCH_BYTES, buffer.length);
    ends.load(buffer, from, to);
    for (let at = from; ; ) {
      const why = ends.run(target);
      if (why === ENOUGH) return TARGET;
      if (why !== ODD) return Math.max(at, to);
      const { place } = ends;
      // The end of a record that is too long.
      if (buffer[place] === NEWLINE) return CUT;
      // A quote within a text that is in none: what follows is not between quotes.
      if (place > ends.end && buffer[place - 1] !== this.#delimiter) return place + 1;
      at = this.#quotedEnd(buffer, place, isLast);
      if (at < 0) return CUT;
      if (at === 0) {
        ends.passedLines = 0;
        const end = buffer.indexOf(NEWLINE, ends.end);
        return end < 0 ? CUT : end;
      }
      for (let within = place; within < at; within += 1) {
        if (buffer[within] === NEWLINE) ends.passedLines += 1;
      }
      ends.skipTo(at);
    }
  }

  /** Behind the quote that closes; -1 when more bytes have to tell; 0 when there is none, or text behind it: the line is then refused. */
  #quotedEnd(buffer: Buffer, open: number, isLast: boolean): number {
    const { length } = buffer;
    const start = this.#ends.end;
    const limit = Math.min(length, start + MAX_RECORD_BYTES);
    const close = closingQuote(buffer, open, limit);
    const isAll = isLast || length - start > MAX_RECORD_BYTES;
    if (close < 0) return isAll ? 0 : -1;
    if (close + 2 >= length && !isLast) return -1;
    const next = buffer[close + 1];
    if (next === this.#delimiter || next === NEWLINE) return close + 1;
    return next === RETURN && buffer[close + 2] === NEWLINE ? close + 1 : 0;
  }

  #keep(buffer: Buffer, from: number): void {
    const rest = buffer.subarray(from);
    const isTooLong = rest.length > MAX_RECORD_BYTES;
    // The memory of a piece may be used again.
    this.#carry = Buffer.from(isTooLong ? rest.subarray(0, SAMPLE_BYTES) : rest);
    this.#skippedBytes = isTooLong ? rest.length : 0;
  }

  *#refuseSkipped(): Generator<SplitEvent> {
    yield this.#refused(tooLong(this.#skippedBytes), this.#carry);
    this.#carry = Buffer.alloc(0);
    const bytes = this.#skippedBytes;
    this.#skippedBytes = 0;
    yield* this.#advance(1, bytes, false);
  }

  #refused(reason: string, record: Buffer): SplitEvent {
    const head = Buffer.from(record.subarray(0, SAMPLE_BYTES));
    return { kind: "refused", reason, head, line: this.#line, offsetBytes: this.#offsetBytes };
  }

  *#advance(lines: number, bytes: number, isHeader: boolean): Generator<SplitEvent> {
    this.#line += lines;
    this.#offsetBytes += bytes;
    if (isHeader) return;
    this.#sinceCut += bytes;
    if (this.#sinceCut < this.#batchBytes) return;
    this.#sinceCut = 0;
    yield { kind: "cut" };
  }
}

function tooLong(bytes: number): string {
  return `a record of ${bytes} bytes; the longest that is read has ${MAX_RECORD_BYTES}`;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === NEWLINE || byte === RETURN);
}
