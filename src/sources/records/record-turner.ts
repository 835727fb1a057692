import { isUtf8 } from "node:buffer";
import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import type { BatchTurner } from "../documents/serve-batches.ts";
import { closingQuote, MAX_RECORD_BYTES, NEWLINE, QUOTE, RETURN } from "./closing-quote.ts";
import { hasQuotes, type RecordForm } from "./record-splitter.ts";
import type { TextRow, TextRows } from "./text-row.ts";

const OPEN_QUOTE = "a quote that is not closed";
const AFTER_QUOTE = "text after a closing quote";
const NO_BYTE = -1;

/** Turns records of CSV, cut where `RecordSplitter` cuts them, into rows. */
export class RecordTurner implements BatchTurner {
  readonly #rows: TextRows;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #columns: number;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  #bytes: ViewedBytes = viewedBytes(new Uint8Array(0));
  #sizeBytes = 0;
  /** Where texts with doubled quotes are put down, behind the records. */
  #spare = 0;
  /** Of the record that was parsed last: its fields, where the next begins and in what line, and its own first line. */
  #fields = 0;
  #next = 0;
  #line = 0;
  #firstLine = 0;

  constructor(form: RecordForm, columns: number, rows: TextRows) {
    this.#rows = rows;
    this.#delimiter = form.delimiter.charCodeAt(0);
    this.#quote = hasQuotes(form) ? QUOTE : NO_BYTE;
    this.#columns = columns;
    this.#starts = new Int32Array(columns);
    this.#ends = new Int32Array(columns);
  }

  get files(): TextRows["files"] {
    return this.#rows.files;
  }

  turn(memory: Uint8Array, sizeBytes: number): Map<number, string> {
    const bytes = viewedBytes(memory);
    const all = Buffer.from(memory.buffer, memory.byteOffset, sizeBytes);
    const isClean = isUtf8(all) && !all.includes(0);
    this.#bytes = bytes;
    this.#sizeBytes = sizeBytes;
    this.#line = 0;
    this.#rows.begin();
    const refused = new Map<number, string>();
    const row: TextRow = { bytes, starts: this.#starts, ends: this.#ends };
    for (let from = 0; from < sizeBytes; from = this.#next) {
      const fault =
        this.#parse(from) ??
        this.#faultOfFields() ??
        (isClean ? null : faultOfText(all.subarray(from, this.#next)));
      const reason = fault ?? (this.#fields === 0 ? null : this.#rows.refusal(row));
      if (reason !== null) refused.set(this.#firstLine, reason);
      else if (this.#fields > 0) this.#rows.add();
    }
    return refused;
  }

  #faultOfFields(): string | null {
    const fields = this.#fields;
    return fields === this.#columns || fields === 0
      ? null
      : `${fields} fields where the header has ${this.#columns}`;
  }

  /** Finds the fields of the record at `from`: none where the line is blank. */
  #parse(from: number): string | null {
    const { array } = this.#bytes;
    const delimiter = this.#delimiter;
    this.#spare = this.#sizeBytes;
    this.#firstLine = this.#line;
    let fields = 0;
    for (let at = from; ; at += 1) {
      if (array[at] === this.#quote) {
        const close = closingQuote(array, at, Math.min(this.#sizeBytes, from + MAX_RECORD_BYTES));
        if (close < 0) return this.#refuse(from, OPEN_QUOTE);
        this.#setQuoted(fields, at + 1, close);
        at = close + 1;
        if (array[at] === RETURN && array[at + 1] === NEWLINE) at += 1;
        if (array[at] !== delimiter && array[at] !== NEWLINE) return this.#refuse(from, AFTER_QUOTE);
      } else {
        const start = at;
        let byte = array[at];
        while (byte !== delimiter && byte !== NEWLINE) {
          at += 1;
          byte = array[at];
        }
        this.#set(fields, start, byte === NEWLINE && at > start && array[at - 1] === RETURN ? at - 1 : at);
      }
      fields += 1;
      if (array[at] === NEWLINE) {
        this.#next = at + 1;
        break;
      }
    }
    this.#line += 1;
    const isBlank = fields === 1 && this.#starts[0] === this.#ends[0] && this.#isUnquoted(from);
    this.#fields = isBlank ? 0 : fields;
    return null;
  }

  #isUnquoted(from: number): boolean {
    return this.#bytes.array[from] !== this.#quote;
  }

  #set(field: number, start: number, end: number): void {
    if (field >= this.#columns) return;
    this.#starts[field] = start;
    this.#ends[field] = end;
  }

  /** A text between quotes, in which two of them are one. */
  #setQuoted(field: number, from: number, to: number): void {
    const { array } = this.#bytes;
    const spare = this.#spare;
    let doubled = 0;
    for (let at = from; at < to; at += 1) {
      const byte = array[at];
      if (byte === NEWLINE) this.#line += 1;
      else if (byte === QUOTE) {
        doubled += 1;
        at += 1;
      }
    }
    if (doubled === 0) {
      this.#set(field, from, to);
      return;
    }
    for (let at = from; at < to; at += 1) {
      const byte = array[at] ?? 0;
      array[this.#spare] = byte;
      this.#spare += 1;
      if (byte === QUOTE) at += 1;
    }
    this.#set(field, spare, this.#spare);
  }

  /** The rest of the line is passed over, and the next begins a record. */
  #refuse(from: number, reason: string): string {
    const { array } = this.#bytes;
    this.#line = this.#firstLine + 1;
    let at = from;
    while (array[at] !== NEWLINE) at += 1;
    this.#next = at + 1;
    return reason;
  }
}

/** Of a record in a batch where something is not as it should be. */
function faultOfText(record: Buffer): string | null {
  if (!isUtf8(record)) return "text that is not valid UTF-8";
  return record.includes(0) ? "a NUL in the text" : null;
}
