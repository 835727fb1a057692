export type TagFileLines =
  | { readonly ok: true; readonly lines: Iterable<string> }
  | { readonly ok: false; readonly reason: string };

/**
 * Lines of a tag file (RFC 8493, 2.2): UTF-8 without a byte order mark, each line ended by LF, CR or CRLF; the last one need
 * not be. Lines are cut as they are asked for, so that millions of empty ones cost nothing once the first is refused.
 */
export function readTagFileLines(bytes: Uint8Array, maxBytes: number): TagFileLines {
  if (bytes.length > maxBytes) return { ok: false, reason: `larger than ${maxBytes} bytes` };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, reason: "not UTF-8" };
  }
  if (text.startsWith("\ufeff")) return { ok: false, reason: "begins with a byte order mark" };
  return { ok: true, lines: cutLines(text) };
}

function* cutLines(text: string): Generator<string> {
  const lineEnd = /\r\n|\r|\n/g;
  let start = 0;
  while (start < text.length) {
    const end = lineEnd.exec(text);
    yield text.slice(start, end?.index);
    start = end === null ? text.length : lineEnd.lastIndex;
  }
}
