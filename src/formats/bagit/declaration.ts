import { readTagFileLines } from "./tag-file-lines.ts";

/** The whole of `bagit.txt` (RFC 8493, 2.1.1). */
export const BAG_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

export type BagDeclarationResult =
  | { readonly ok: true; readonly version: "1.0" | "0.97" }
  | { readonly ok: false; readonly reason: string };

const MAX_DECLARATION_BYTES = 1024;

/**
 * Reads `bagit.txt`: two lines, `BagIt-Version: 1.0` and `Tag-File-Character-Encoding: UTF-8`. Version 0.97 is taken as well,
 * whose manifests look the same.
 */
export function parseBagDeclaration(bytes: Uint8Array): BagDeclarationResult {
  const read = readTagFileLines(bytes, MAX_DECLARATION_BYTES);
  if (!read.ok) return read;
  const [version, encoding, ...others] = read.lines;
  const number = /^BagIt-Version: (1\.0|0\.97)$/.exec(version ?? "")?.[1];
  if (number !== "1.0" && number !== "0.97")
    return { ok: false, reason: "first line is not BagIt-Version: 1.0" };
  if (!/^Tag-File-Character-Encoding: UTF-8$/i.test(encoding ?? "")) {
    return { ok: false, reason: "second line is not Tag-File-Character-Encoding: UTF-8" };
  }
  if (others.length > 0) return { ok: false, reason: "more than two lines" };
  return { ok: true, version: number };
}
