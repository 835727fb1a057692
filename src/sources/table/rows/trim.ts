const SPACE = 0x20;
const TILDE = 0x7e;

/** Where the text in bytes [from, to) begins without spaces before it (those that Unicode has in the category Zs). */
export function trimmedStart(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    if (isSeen(bytes[at])) break;
    const length = spaceBytes(bytes, at, to);
    if (length === 0) break;
    at += length;
  }
  return at;
}

/** Where the text in bytes [from, to), of which the first character is no space, ends without spaces behind it. */
export function trimmedEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from) {
    if (isSeen(bytes[end - 1])) break;
    let start = end - 1;
    while (start > from && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
    if (spaceBytes(bytes, start, end) !== end - start) break;
    end = start;
  }
  return end;
}

/** Any character of ASCII that is no space and no control. */
export function isSeen(byte: number | undefined): boolean {
  return byte !== undefined && byte > SPACE && byte <= TILDE;
}

/** How many bytes the space at `at` has; 0 where there is none. */
function spaceBytes(bytes: Uint8Array, at: number, to: number): number {
  const [a, b, c] = [bytes[at], at + 1 < to ? bytes[at + 1] : 0, at + 2 < to ? bytes[at + 2] : 0];
  if (a === SPACE) return 1;
  // U+00A0.
  if (a === 0xc2) return b === 0xa0 ? 2 : 0;
  // U+1680.
  if (a === 0xe1) return b === 0x9a && c === 0x80 ? 3 : 0;
  // U+3000.
  if (a === 0xe3) return b === 0x80 && c === 0x80 ? 3 : 0;
  if (a !== 0xe2) return 0;
  // U+2000 to U+200A and U+202F; U+205F.
  if (b === 0x80) return (c !== undefined && c >= 0x80 && c <= 0x8a) || c === 0xaf ? 3 : 0;
  return b === 0x81 && c === 0x9f ? 3 : 0;
}
