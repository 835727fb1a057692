import { createHash } from "node:crypto";
import { closeRegularFile, type FileState, isUnchanged, openRegularFile } from "../files/regular-file.ts";
import { SourceError } from "../files/source-error.ts";
import { fileSpan, readSpan } from "../reader/byte-span.ts";

/** A rights document is text that people write: one that is longer is none. */
export const MAX_DOCUMENT_BYTES = 1_048_576;

/** dpkg's list of a package's files: the longest in Debian has some hundred thousand lines. */
export const MAX_PACKAGE_LIST_BYTES = 67_108_864;

export type ReadText =
  | { readonly ok: true; readonly state: FileState; readonly bytes: Buffer; readonly sha256: string }
  | { readonly ok: false; readonly reason: string; readonly detail: string };

/** The whole of a small file of the source, or why not. */
export function readSmallFile(root: string, path: Buffer, maxBytes: number): ReadText {
  try {
    const file = openRegularFile(root, path);
    try {
      const { sizeBytes, mtimeNs, inode } = file;
      if (sizeBytes > maxBytes) {
        return { ok: false, reason: "too-large", detail: `${sizeBytes} bytes, ${maxBytes} allowed` };
      }
      const bytes = readSpan(fileSpan(file.fd, 0, sizeBytes), 0, sizeBytes);
      if (bytes.length !== sizeBytes || !isUnchanged(file)) {
        return { ok: false, reason: "changed-while-read", detail: "the file changed while it was read" };
      }
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return { ok: true, state: { sizeBytes, mtimeNs, inode }, bytes, sha256 };
    } finally {
      closeRegularFile(file);
    }
  } catch (error) {
    if (error instanceof SourceError) return { ok: false, reason: error.trouble, detail: error.message };
    throw error;
  }
}

/** Text as UTF-8, else as Latin-1, in which many old documents are written and every byte means something. */
export function documentText(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
