/** A path as text, for people, and as base64 of its bytes where the text does not give the bytes back. */
export interface PathText {
  /** NFC, no control characters: safe to print. */
  readonly text: string;
  /** The exact bytes, or null when they are the UTF-8 of `text`. */
  readonly base64: string | null;
}

const REPLACEMENT = "\ufffd";

/**
 * File systems keep names as bytes; tables and people want text. Bytes that are no UTF-8 become U+FFFD, and control
 * characters their pictures (U+2400 block) or U+FFFD, so that a name cannot drive the terminal it is printed on.
 */
export function pathText(bytes: Uint8Array): PathText {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = raw
    .toString("utf8")
    .replace(/\p{Cc}/gu, picture)
    .normalize("NFC");
  return { text, base64: Buffer.from(text).equals(raw) ? null : raw.toString("base64") };
}

/** The bytes of a path that was stored as `pathText` gives it. */
export function pathBytes(text: string, base64: string | null): Buffer {
  return base64 === null ? Buffer.from(text) : Buffer.from(base64, "base64");
}

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : REPLACEMENT;
}
