import { type ViewedBytes, viewedBytes } from "../../core/viewed-bytes.ts";
import { closingQuote, MAX_RECORD_BYTES, NEWLINE, QUOTE, RETURN } from "./closing-quote.ts";
import { hasQuotes, type RecordForm } from "./record-splitter.ts";
import { BLOCK_ROWS, type TextBlock } from "./text-block.ts";

const OPEN_QUOTE = "a quote that is not closed";
const AFTER_QUOTE = "text after a closing quote";
const NO_BYTE = -1;

/** Parses a record of CSV (RFC 4180; a lone LF ends one too), whatever is in it. After a bad one the next line begins a record. */
export class RecordParser {
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #columns: number;
  #bytes: ViewedBytes = viewedBytes(new Uint8Array(0));
  #sizeBytes = 0;
  /** Where texts with doubled quotes are put down, behind the records. */
  #spare = 0;
  /** Where the record after the one that was parsed last begins. */
  next = 0;
  /** Whether that one was a blank line. */
  isBlank: boolean = false;

  constructor(form: RecordForm, columns: number) {
    this.#delimiter = form.delimiter.charCodeAt(0);
    this.#quote = hasQuotes(form) ? QUOTE : NO_BYTE;
    this.#columns = columns;
  }

  /** Before the records in the first `sizeBytes` of some memory, which has room for twice the longest of them behind. */
  begin(bytes: ViewedBytes, sizeBytes: number): void {
    this.#bytes = bytes;
    this.#sizeBytes = sizeBytes;
    this.forget();
  }

  /** Texts that were put down are not needed any more. */
  forget(): void {
    this.#spare = this.#sizeBytes;
  }

  /** Puts the fields of the record at `from` into the row of a block that is open, or gives why it is refused. */
  parse(from: number, block: TextBlock): string | null {
    const { array } = this.#bytes;
    const delimiter = this.#delimiter;
    let fields = 0;
    for (let at = from; ; at += 1) {
      if (array[at] === this.#quote) {
        const close = closingQuote(array, at, Math.min(this.#sizeBytes, from + MAX_RECORD_BYTES));
        if (close < 0) return this.#refuse(from, OPEN_QUOTE);
        this.#set(block, fields, at + 1, close);
        this.#unescape(block, fields, at + 1, close);
        at = close + 1;
        if (array[at] === RETURN && array[at + 1] === NEWLINE) at += 1;
        if (array[at] !== delimiter && array[at] !== NEWLINE) {
          // What closes it on another line may not have been meant to.
          const reason = this.#refuse(from, AFTER_QUOTE);
          return close < this.next ? reason : OPEN_QUOTE;
        }
      } else {
        const start = at;
        while (array[at] !== delimiter && array[at] !== NEWLINE) at += 1;
        const hasReturn = array[at] === NEWLINE && at > start && array[at - 1] === RETURN;
        this.#set(block, fields, start, hasReturn ? at - 1 : at);
      }
      fields += 1;
      if (array[at] !== NEWLINE) continue;
      this.next = at + 1;
      break;
    }
    this.isBlank = fields === 1 && array[from] !== this.#quote && block.isEmpty(0, block.rows);
    return fields === this.#columns || this.isBlank
      ? null
      : `${fields} fields where the header has ${this.#columns}`;
  }

  #set({ starts, ends, rows }: TextBlock, field: number, start: number, end: number): void {
    if (field >= this.#columns) return;
    starts[field * BLOCK_ROWS + rows] = start;
    ends[field * BLOCK_ROWS + rows] = end;
  }

  /** Puts down the text of a field that stands between quotes, if quotes within are doubled. */
  #unescape(block: TextBlock, field: number, from: number, to: number): void {
    const { array } = this.#bytes;
    const text = Buffer.from(array.buffer, array.byteOffset, to);
    let quote = text.indexOf(QUOTE, from);
    if (quote < 0) return;
    const start = this.#spare;
    let at = from;
    for (; quote >= 0; quote = text.indexOf(QUOTE, at)) {
      this.#put(at, quote + 1);
      at = quote + 2;
    }
    this.#put(at, to);
    this.#set(block, field, start, this.#spare);
  }

  #put(from: number, to: number): void {
    this.#bytes.array.copyWithin(this.#spare, from, to);
    this.#spare += to - from;
  }

  #refuse(from: number, reason: string): string {
    const { array } = this.#bytes;
    let at = from;
    while (array[at] !== NEWLINE) at += 1;
    this.next = at + 1;
    return reason;
  }
}
