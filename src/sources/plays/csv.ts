/** A record longer than this is taken for a quote that was never closed. */
export const MAX_RECORD_CHARACTERS = 32_768;
const MAX_FIELDS = 256;

export type CsvRecord =
  | { readonly ok: true; readonly fields: readonly string[]; readonly end: number }
  | { readonly ok: false; readonly reason: string; readonly end: number };

/**
 * Parses the record that starts at `start` (RFC 4180; a lone LF ends a record too). `text` must reach at least
 * `MAX_RECORD_CHARACTERS` further or hold the rest of the file. `end` is where the next record starts: after a bad one,
 * at the next line, so that one open quote spoils one line and not the rest of the file.
 * In tab-separated files (IANA text/tab-separated-values) a quote is a character like any other.
 */
export function parseCsvRecord(text: string, start: number, delimiter: "," | "\t" | ";"): CsvRecord {
  const limit = Math.min(text.length, start + MAX_RECORD_CHARACTERS);
  const fields: string[] = [];
  const bad = (reason: string): CsvRecord => ({ ok: false, reason, end: nextLine(text, start) });
  for (let position = start; ; ) {
    if (fields.length === MAX_FIELDS) return bad(`more than ${MAX_FIELDS} fields`);
    let field = "";
    if (delimiter !== "\t" && text[position] === '"') {
      for (position += 1; ; ) {
        const quote = text.indexOf('"', position);
        if (quote < 0 || quote >= limit) return bad("a quote that is not closed");
        field += text.slice(position, quote);
        position = quote + 1;
        if (text[position] !== '"') break;
        field += '"';
        position += 1;
      }
    } else {
      const from = position;
      while (position < limit && !isSeparator(text, position, delimiter)) position += 1;
      if (position === limit && limit < text.length) return bad("a line that is too long");
      field = text.slice(from, position);
      if (delimiter !== "\t" && field.includes('"')) return bad("a quote inside a field that is not quoted");
    }
    fields.push(field);
    if (position >= text.length) return { ok: true, fields, end: position };
    if (text[position] === delimiter) position += 1;
    else if (text[position] === "\n") return { ok: true, fields, end: position + 1 };
    else if (text.startsWith("\r\n", position)) return { ok: true, fields, end: position + 2 };
    else return bad("text after a closing quote");
  }
}

function isSeparator(text: string, position: number, delimiter: string): boolean {
  const character = text[position];
  return character === delimiter || character === "\n" || (character === "\r" && text[position + 1] === "\n");
}

function nextLine(text: string, start: number): number {
  const found = text.indexOf("\n", start);
  return found < 0 ? text.length : found + 1;
}
