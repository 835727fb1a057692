const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;

/** Where a record of a CSV file begins, and its bytes with the end of its line; these are good until the next record. */
export interface RecordPlace {
  /** From the start of the file. */
  readonly offsetBytes: number;
  /** Counts from 1. */
  readonly line: number;
  readonly bytes: Buffer;
}

/**
 * The records of a CSV file, its header too, blank lines left out. A quote counts where a field begins; `quote` is false for
 * TSV. Ends early, at a record of more than `maxBytes`. Holds one record and one chunk in memory.
 */
export async function* recordPlaces(
  chunks: AsyncIterable<Buffer>,
  options: { readonly delimiter: string; readonly hasQuotes: boolean; readonly maxBytes: number },
): AsyncGenerator<RecordPlace> {
  const delimiter = options.delimiter.charCodeAt(0);
  let rest: Buffer = Buffer.alloc(0);
  let offsetBytes = 0;
  let line = 1;
  const take = function* (buffer: Buffer, isLast: boolean): Generator<RecordPlace, number> {
    let at = 0;
    let quote = options.hasQuotes ? buffer.indexOf(QUOTE) : -1;
    while (at < buffer.length) {
      let end = buffer.indexOf(NEWLINE, at);
      let lines = 1;
      if (quote >= 0 && quote < at) quote = buffer.indexOf(QUOTE, at);
      if (quote >= 0 && (end < 0 || quote < end)) ({ end, lines } = quotedEnd(buffer, at, delimiter));
      if (end < 0 && !isLast) return at;
      const to = end < 0 ? buffer.length : end + 1;
      if (!isBlank(buffer, at, to)) {
        yield { offsetBytes: offsetBytes + at, line, bytes: buffer.subarray(at, to) };
      }
      line += lines;
      at = to;
    }
    return at;
  };
  for await (const chunk of chunks) {
    const buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const taken = yield* take(buffer, false);
    offsetBytes += taken;
    rest = buffer.subarray(taken);
    if (rest.length > options.maxBytes) return;
  }
  yield* take(rest, true);
}

/** The line feed that ends the record which begins at `from`, or -1, and how many lines it takes. */
function quotedEnd(
  buffer: Buffer,
  from: number,
  delimiter: number,
): { readonly end: number; readonly lines: number } {
  let lines = 1;
  let isFieldStart = true;
  for (let at = from; at < buffer.length; at += 1) {
    const byte = buffer[at];
    if (byte === QUOTE && isFieldStart) {
      const close = closingQuote(buffer, at);
      if (close < 0) break;
      for (let feed = buffer.indexOf(NEWLINE, at); feed >= 0 && feed < close; lines += 1) {
        feed = buffer.indexOf(NEWLINE, feed + 1);
      }
      at = close;
    } else if (byte === NEWLINE) return { end: at, lines };
    isFieldStart = byte === delimiter;
  }
  return { end: -1, lines };
}

/** The quote that closes the one at `open`; -1 when it is not there, or when it is the last byte and may be the first of two. */
function closingQuote(buffer: Buffer, open: number): number {
  for (let at = buffer.indexOf(QUOTE, open + 1); at >= 0; at = buffer.indexOf(QUOTE, at + 2)) {
    if (at + 1 === buffer.length) return -1;
    if (buffer[at + 1] !== QUOTE) return at;
  }
  return -1;
}

function isBlank(buffer: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (buffer[at] !== NEWLINE && buffer[at] !== RETURN) return false;
  return true;
}
