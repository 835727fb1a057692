import { MAX_RECORD_CHARACTERS, parseCsvRecord } from "./csv.ts";

export type Delimiter = "," | "\t" | ";";

export type NumberedRecord =
  /** A line that starts with `#`, without it. */
  | { readonly kind: "comment"; readonly line: number; readonly text: string }
  | { readonly kind: "record"; readonly line: number; readonly fields: readonly string[] }
  | { readonly kind: "bad"; readonly line: number; readonly reason: string; readonly text: string };

/**
 * The records of a CSV or TSV file with the number of the line that each starts in, blank lines left out. The first line
 * that is no comment tells the delimiter: a tab if it has one, a semicolon if it has one and no comma, else a comma.
 * Holds one window of the file in memory, whatever the file is.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedRecord> {
  const window = new TextWindow(chunks);
  let delimiter: Delimiter | null = null;
  try {
    for (let line = 1; await window.fill(); ) {
      const raw = window.lineAt();
      if (raw === null) {
        yield { kind: "bad", line, reason: "a line that is too long", text: window.start() };
        await window.skipLine();
        line += 1;
      } else if (raw.trim() === "" || raw.startsWith("#")) {
        if (raw.startsWith("#")) yield { kind: "comment", line, text: raw.slice(1).trim() };
        line += window.advance(raw.length);
      } else {
        delimiter ??= delimiterOf(raw);
        const record = parseCsvRecord(window.text, window.position, delimiter);
        if (record.ok) yield { kind: "record", line, fields: record.fields };
        else yield { kind: "bad", line, reason: record.reason, text: withoutEnd(raw) };
        line += window.advance(record.end - window.position);
      }
    }
  } finally {
    await window.close();
  }
}

/** A tab if the header has one, a semicolon if it has one and no comma, else a comma. */
export function delimiterOf(header: string): Delimiter {
  if (header.includes("\t")) return "\t";
  return header.includes(";") && !header.includes(",") ? ";" : ",";
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, "");
}

/** A stretch of a UTF-8 file: from `position` at least one record, unless the file ends before. */
class TextWindow {
  text = "";
  position = 0;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder("utf-8");
  #isAll: boolean = false;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#source = chunks[Symbol.asyncIterator]();
  }

  /** False at the end of the file. */
  async fill(): Promise<boolean> {
    while (!this.#isAll && this.text.length - this.position <= MAX_RECORD_CHARACTERS) await this.#readOn();
    return this.position < this.text.length;
  }

  /** The line at the position with its end; null when it is longer than a record may be. */
  lineAt(): string | null {
    const found = this.text.indexOf("\n", this.position);
    const end = found < 0 ? this.text.length : found + 1;
    return end - this.position > MAX_RECORD_CHARACTERS ? null : this.text.slice(this.position, end);
  }

  start(): string {
    return this.text.slice(this.position, this.position + MAX_RECORD_CHARACTERS);
  }

  /** Moves on, and says how many lines that was. */
  advance(characters: number): number {
    const end = this.position + characters;
    let lines = 0;
    for (let at = this.text.indexOf("\n", this.position); at >= 0 && at < end; lines += 1) {
      at = this.text.indexOf("\n", at + 1);
    }
    this.position = end;
    return lines;
  }

  async skipLine(): Promise<void> {
    for (;;) {
      const found = this.text.indexOf("\n", this.position);
      this.position = found < 0 ? this.text.length : found + 1;
      if (found >= 0 || this.#isAll) return;
      await this.#readOn();
    }
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #readOn(): Promise<void> {
    const next = await this.#source.next();
    this.#isAll = next.done === true;
    const more =
      next.done === true ? this.#decoder.decode() : this.#decoder.decode(next.value, { stream: true });
    this.text = this.text.slice(this.position) + more;
    this.position = 0;
  }
}
