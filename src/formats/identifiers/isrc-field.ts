import { parseIsrc } from "./isrc.ts";
import type { IdentifierResult } from "./result.ts";

export interface IsrcFieldEntry {
  /** the part of the field, as it stood there */
  readonly raw: string;
  readonly result: IdentifierResult<string>;
}

/** More than any honest tag holds; the rest of a longer field is not looked at. */
const MAX_FIELD_CHARS = 4096;
const MAX_ENTRIES = 64;

/**
 * The codes of one tag field. Taggers join several with `;`, `/`, `,`, `|`, a space, a line break or NUL,
 * and people write single codes with spaces in them, so a space separates only where that gives codes.
 */
export function parseIsrcField(raw: string): IsrcFieldEntry[] {
  const entries: IsrcFieldEntry[] = [];
  const parts = raw.slice(0, MAX_FIELD_CHARS).split(/[;/,|\0\r\n]/);
  for (const part of parts) {
    const trimmed = part.trim();
    if (trimmed === "") continue;
    for (const entry of parsePart(trimmed)) {
      if (entries.length >= MAX_ENTRIES) return entries;
      entries.push(entry);
    }
  }
  return entries;
}

function parsePart(part: string): IsrcFieldEntry[] {
  const whole = { raw: part, result: parseIsrc(part) };
  if (whole.result.ok) return [whole];
  const words = part.split(/\s+/).map((word) => ({ raw: word, result: parseIsrc(word) }));
  return words.some((word) => word.result.ok) ? words : [whole];
}
