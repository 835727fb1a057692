export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const QUOTE = 0x22;

/**
 * A record with more bytes is refused. Also how far from its beginning a quote may close: where it does not, it never closes, and the
 * line is refused.
 */
export const MAX_RECORD_BYTES = 4_194_304;

/** Where the quote at `open` closes, before `limit`; -1 where it does not. Two quotes in a row are one within the text (RFC 4180, 2.7). */
export function closingQuote(bytes: Uint8Array, open: number, limit: number): number {
  for (let at = open + 1; at < limit; at += 1) {
    if (bytes[at] !== QUOTE) continue;
    if (bytes[at + 1] !== QUOTE) return at;
    at += 1;
  }
  return -1;
}
