import { isUtf8 } from "node:buffer";
import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import type { BatchTurner } from "../documents/serve-batches.ts";
import { NEWLINE, QUOTE, RETURN } from "./closing-quote.ts";
import { closingMark, createMarks, type Marks, STRETCH_BYTES } from "./marks.ts";
import { RecordParser } from "./record-parser.ts";
import { hasQuotes, type RecordForm } from "./record-splitter.ts";
import { BLOCK_ROWS, type BlockRows, TextBlock } from "./text-block.ts";

const NO_BYTES = viewedBytes(new Uint8Array(0));
/** What `#addPlain` gives where it has no record to add. */
const ODD = -1;
const CUT = -2;

/**
 * Turns records of CSV, cut where `RecordSplitter` cuts them, into rows. Records that are written plainly, which is the rule, are found by
 * their marks; any other is parsed by itself.
 */
export class RecordTurner implements BatchTurner {
  readonly #rows: BlockRows;
  readonly #columns: number;
  readonly #delimiter: number;
  readonly #marks: Marks;
  readonly #parser: RecordParser;
  readonly #block: TextBlock;
  /** 1 for columns of which the texts are looked at. */
  readonly #wanted: Uint8Array;
  #bytes: ViewedBytes = NO_BYTES;
  #sizeBytes = 0;
  #isClean: boolean = true;
  /** Why records are refused, by where they begin. */
  readonly #refused: [place: number, reason: string][] = [];
  /** Of the record that was looked at last, as marks go: where it ends, and how many marks were seen. */
  #end = 0;
  #seen = 0;

  constructor(form: RecordForm, columns: number, rows: BlockRows) {
    this.#rows = rows;
    this.#columns = columns;
    this.#delimiter = form.delimiter.charCodeAt(0);
    this.#marks = createMarks(this.#delimiter, hasQuotes(form));
    this.#parser = new RecordParser(form, columns);
    this.#block = new TextBlock(NO_BYTES, columns);
    this.#wanted = Uint8Array.from({ length: columns }, (_, column) => (rows.isWanted(column) ? 1 : 0));
  }

  get files(): BlockRows["files"] {
    return this.#rows.files;
  }

  turn(memory: Uint8Array, sizeBytes: number): Map<number, string> {
    const all = Buffer.from(memory.buffer, memory.byteOffset, sizeBytes);
    this.#bytes = viewedBytes(memory);
    this.#block.bytes = this.#bytes;
    this.#sizeBytes = sizeBytes;
    this.#isClean = isUtf8(all) && !all.includes(0);
    this.#refused.length = 0;
    this.#parser.begin(this.#bytes, sizeBytes);
    for (let from = 0; from < sizeBytes; ) from = this.#takeStretch(from);
    this.#flush();
    return linesOf(all, this.#refused);
  }

  /** Takes the whole records of a stretch, one at least, and gives where the next begins. */
  #takeStretch(from: number): number {
    const { array } = this.#bytes;
    const count = this.#marks.find(array, from, Math.min(from + STRETCH_BYTES, this.#sizeBytes));
    const { places } = this.#marks;
    let start = from;
    let seen = 0;
    while (seen < count) {
      const fields = this.#addPlain(from, start, seen, count);
      if (fields > 0) {
        seen = this.#seen;
        start = this.#end;
        continue;
      }
      if (fields === CUT && start > from) return start;
      start = this.#addOdd(start);
      let quotes = 0;
      for (; seen < count && from + (places[seen] ?? 0) < start; seen += 1) {
        if (array[from + (places[seen] ?? 0)] === QUOTE) quotes += 1;
      }
      // One quote too many turns outside into inside.
      if (quotes % 2 === 1) return start;
    }
    return start === from ? this.#addOdd(from) : start;
  }

  /** Adds the record at `start`, whose first mark is that of number `first`, if its fields are as plain as can be. */
  #addPlain(from: number, start: number, first: number, count: number): number {
    const { array } = this.#bytes;
    const { places } = this.#marks;
    // Texts that were put down are good until then.
    if (this.#parser.isFull) this.#flush();
    const { starts, ends, rows } = this.#block;
    const columns = this.#columns;
    let at = start;
    let seen = first;
    for (let field = 0, cell = rows; field < columns; field += 1, cell += BLOCK_ROWS) {
      if (seen >= count) return CUT;
      let place = from + (places[seen] ?? 0);
      let byte = array[place];
      let begin = at;
      let end = place;
      let isDoubled = false;
      seen += 1;
      if (byte === QUOTE) {
        if (place !== at) return ODD;
        const close = closingMark(this.#marks, seen - 1, count, array, from);
        if (close === count) return CUT;
        begin = at + 1;
        end = from + (places[close] ?? 0);
        place = from + (places[close + 1] ?? 0);
        byte = array[place];
        isDoubled = close > seen;
        seen = close + 2;
        const isNext =
          place === end + 1 || (place === end + 2 && array[end + 1] === RETURN && byte === NEWLINE);
        if (byte === QUOTE || !isNext) return ODD;
      } else if (byte === NEWLINE && end > begin && array[end - 1] === RETURN) end -= 1;
      if (byte !== (field === columns - 1 ? NEWLINE : this.#delimiter)) return ODD;
      starts[cell] = begin;
      ends[cell] = end;
      if (isDoubled && this.#wanted[field] === 1) this.#parser.unescape(this.#block, field, begin, end);
      at = place + 1;
    }
    // It may be blank.
    if (columns === 1 && starts[rows] === ends[rows]) return ODD;
    this.#seen = seen;
    this.#end = at;
    this.#endRecord(start, at);
    return columns;
  }

  /** Parses the record at `start`, adds it if it can be, and gives where the next begins. */
  #addOdd(start: number): number {
    // Texts that were put down are good until then.
    if (this.#parser.isFull) this.#flush();
    const fault = this.#parser.parse(start, this.#block);
    if (fault !== null) this.#refused.push([start, fault]);
    else if (!this.#parser.isBlank) this.#endRecord(start, this.#parser.next);
    return this.#parser.next;
  }

  #endRecord(start: number, end: number): void {
    const fault = this.#isClean ? null : faultOfText(this.#bytes.array, start, end);
    if (fault !== null) {
      this.#refused.push([start, fault]);
      return;
    }
    const block = this.#block;
    block.places[block.rows] = start;
    block.rows += 1;
    if (block.isFull) this.#flush();
  }

  #flush(): void {
    if (this.#block.rows > 0) this.#rows.take(this.#block, this.#refuse);
    this.#block.rows = 0;
    this.#parser.forget();
  }

  readonly #refuse = (place: number, reason: string): void => {
    this.#refused.push([place, reason]);
  };
}

/** Of a record in a batch where something is not as it should be. */
function faultOfText({ buffer, byteOffset }: Uint8Array, start: number, end: number): string | null {
  const record = Buffer.from(buffer, byteOffset + start, end - start);
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
