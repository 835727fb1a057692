/** What an identifier parser says of one string: the canonical value, or why it is not one. Never throws. */
export type IdentifierResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

/** Longer input cannot be a single identifier; refusing it early bounds the work of every parser. */
export const MAX_IDENTIFIER_CHARS = 256;

export function accept<T>(value: T): IdentifierResult<T> {
  return { ok: true, value };
}

export function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/**
 * Upper case without spaces, full stops and any of the dashes that people type between groups. Input too
 * long for an identifier comes back as it is, which every parser then refuses by its length.
 */
export function compact(raw: string): string {
  if (raw.length > MAX_IDENTIFIER_CHARS) return raw.slice(0, MAX_IDENTIFIER_CHARS);
  return raw.replace(/[\s.\u00ad\u2010-\u2015\u2212\uff0d-]/gu, "").toUpperCase();
}
