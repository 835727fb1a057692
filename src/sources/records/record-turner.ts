import { isUtf8 } from "node:buffer";
import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import type { BatchTurner } from "../documents/serve-batches.ts";
import { NEWLINE } from "./closing-quote.ts";
import { CUT, FULL } from "./field-loop.ts";
import { STRETCH_BYTES } from "./marks.ts";
import { RecordKernel } from "./record-kernel.ts";
import { RecordParser } from "./record-parser.ts";
import { hasQuotes, type RecordForm } from "./record-splitter.ts";
import { BLOCK_ROWS, type BlockRows, TextBlock } from "./text-block.ts";

const NO_BYTES = viewedBytes(new Uint8Array(0));

/**
 * Turns records of CSV, cut where `RecordSplitter` cuts them, into rows. Records that are written plainly, which is the rule, are found by
 * their marks; any other is parsed by itself.
 */
export class RecordTurner implements BatchTurner {
  readonly #rows: BlockRows;
  readonly #kernel: RecordKernel;
  readonly #parser: RecordParser;
  /** For one row, of a record that is parsed. */
  readonly #parsed: TextBlock;
  readonly #isFaulty = new Uint8Array(BLOCK_ROWS);
  #bytes: ViewedBytes = NO_BYTES;
  #sizeBytes = 0;
  /** Where the stretch begins that is being looked at. */
  #from = 0;
  #isClean: boolean = true;
  /** Why records are refused, by where they begin. */
  readonly #refused: [place: number, reason: string][] = [];

  constructor(form: RecordForm, columns: number, rows: BlockRows) {
    this.#rows = rows;
    this.#kernel = new RecordKernel(form.delimiter.charCodeAt(0), hasQuotes(form), columns);
    this.#parser = new RecordParser(form, columns);
    this.#parsed = new TextBlock(NO_BYTES, columns);
  }

  get files(): BlockRows["files"] {
    return this.#rows.files;
  }

  turn(memory: Uint8Array, sizeBytes: number): Map<number, string> {
    const all = Buffer.from(memory.buffer, memory.byteOffset, sizeBytes);
    this.#bytes = viewedBytes(memory);
    this.#parsed.bytes = this.#bytes;
    this.#sizeBytes = sizeBytes;
    this.#isClean = isUtf8(all) && !all.includes(0);
    this.#refused.length = 0;
    this.#parser.begin(this.#bytes, sizeBytes);
    for (this.#from = 0; this.#from < sizeBytes; ) {
      const next = this.#takeStretch(this.#from);
      this.#flush();
      this.#from = next;
    }
    return linesOf(all, this.#refused);
  }

  /** Takes the whole records of a stretch, one at least, and gives where the next begins. */
  #takeStretch(from: number): number {
    const kernel = this.#kernel;
    kernel.load(this.#bytes.array, from, Math.min(from + STRETCH_BYTES, this.#sizeBytes));
    for (;;) {
      const why = kernel.addRows();
      const next = from + kernel.nextBytes;
      if (why === FULL) this.#flush();
      else if (why === CUT && next > from) return next;
      else {
        const end = this.#addParsed(next);
        if (end - from >= STRETCH_BYTES || !kernel.skipTo(end - from)) return end;
      }
    }
  }

  /** Parses the record at `start`, adds it if it can be, and gives where the next begins. */
  #addParsed(start: number): number {
    const parser = this.#parser;
    const parsed = this.#parsed;
    parser.forget();
    const fault = parser.parse(start, parsed) ?? this.#faultOfText(start, parser.next);
    if (fault !== null) this.#refused.push([start, fault]);
    else if (!parser.isBlank && !this.#kernel.addRow(parsed, start - this.#from)) {
      this.#flush();
      // It may be longer than all other texts together.
      if (!this.#kernel.addRow(parsed, start - this.#from)) this.#takeAlone(start);
    }
    return parser.next;
  }

  #takeAlone(start: number): void {
    const parsed = this.#parsed;
    parsed.rows = 1;
    parsed.isOdd.fill(1);
    parsed.places[0] = start;
    this.#rows.take(parsed, (place, reason) => this.#refused.push([place, reason]));
    parsed.rows = 0;
  }

  #flush(): void {
    const { block } = this.#kernel;
    if (!this.#isClean) this.#refuseFaulty();
    if (block.rows > 0) this.#rows.take(block, this.#refuse);
    this.#kernel.clear();
  }

  /** In a batch where something is not as it should be. */
  #refuseFaulty(): void {
    const { block } = this.#kernel;
    for (let row = 0; row < block.rows; row += 1) {
      const fault = faultOfText(this.#kernel.record(row));
      this.#isFaulty[row] = fault === null ? 0 : 1;
      if (fault !== null) this.#refuse(block.places[row] ?? 0, fault);
    }
    block.drop(this.#isFaulty);
  }

  #faultOfText(start: number, end: number): string | null {
    return this.#isClean ? null : faultOfText(this.#bytes.array.subarray(start, end));
  }

  readonly #refuse = (place: number, reason: string): void => {
    this.#refused.push([this.#from + this.#kernel.inStretch(place), reason]);
  };
}

function faultOfText(record: Uint8Array): string | null {
  if (!isUtf8(record)) return "text that is not valid UTF-8";
  return record.includes(0) ? "a NUL in the text" : null;
}

/** The reasons by the number of the line in which the record begins. */
function linesOf(
  all: Buffer,
  refused: readonly (readonly [place: number, reason: string])[],
): Map<number, string> {
  const reasons = new Map<number, string>();
  let line = 0;
  let next = all.indexOf(NEWLINE) + 1;
  for (const [place, reason] of refused.toSorted(([a], [b]) => a - b)) {
    for (; next > 0 && next <= place; line += 1) next = all.indexOf(NEWLINE, next) + 1;
    reasons.set(line, reason);
  }
  return reasons;
}
