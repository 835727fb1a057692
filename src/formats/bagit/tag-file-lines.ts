export type TagFileLines =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Lines of a tag file (RFC 8493, 2.2): UTF-8 without a byte order mark, each line ended by LF, CR or CRLF; the last one need
 * not be.
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
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  return { ok: true, lines };
}
