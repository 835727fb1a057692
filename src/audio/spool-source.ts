import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { type OpenSource, SourceError, type SourceTrouble } from "../sources/source-file.ts";
import type { AudioFailure } from "./types.ts";

export type Spooled =
  | {
      readonly ok: true;
      readonly fileSha256: string;
      readonly sizeBytes: number;
      readonly mtimeNs: bigint;
    }
  | { readonly ok: false; readonly reason: AudioFailure; readonly detail: string };

/** What a trouble of the source means for the file. */
const FAILURES: Readonly<Record<SourceTrouble, AudioFailure>> = {
  gone: "unreadable",
  "changed-while-read": "changed-while-read",
  unreadable: "unreadable",
  outside: "unreadable",
  "not-a-file": "unreadable",
  "too-large": "too-large",
  "member-gone": "changed-while-read",
  "member-refused": "unreadable",
  "member-damaged": "unreadable",
};

/**
 * The one reading of a source file: its bytes go to the spool file, to the SHA-256 and to `onChunk`. What is decoded
 * later is the spool file, so the bytes that were hashed are the bytes that are decoded, whatever happens to the source.
 * Errors of the spool file itself (a full disk) are thrown.
 */
export async function spoolSource(
  open: () => Promise<OpenSource>,
  spoolPath: string,
  onChunk: (chunk: Buffer) => void,
): Promise<Spooled> {
  let source: OpenSource;
  try {
    source = await open();
  } catch (error) {
    return failureOf(error);
  }
  const spool = openSync(spoolPath, "w");
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    const chunks = source.chunks[Symbol.asyncIterator]();
    for (;;) {
      const next = await readNext(chunks);
      if (!next.ok) return next;
      if (next.chunk === null) break;
      hash.update(next.chunk);
      writeWhole(spool, next.chunk);
      onChunk(next.chunk);
      sizeBytes += next.chunk.length;
    }
    if (!(await source.recheck())) {
      return { ok: false, reason: "changed-while-read", detail: "the file changed while it was read" };
    }
    return { ok: true, fileSha256: hash.digest("hex"), sizeBytes, mtimeNs: source.mtimeNs };
  } finally {
    closeSync(spool);
    await source.close();
  }
}

type Next = { readonly ok: true; readonly chunk: Buffer | null } | Extract<Spooled, { ok: false }>;

async function readNext(chunks: AsyncIterator<Buffer>): Promise<Next> {
  try {
    const next = await chunks.next();
    return { ok: true, chunk: next.done === true ? null : next.value };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Extract<Spooled, { ok: false }> {
  if (!(error instanceof SourceError)) throw error;
  return { ok: false, reason: FAILURES[error.trouble], detail: error.message };
}

function writeWhole(fd: number, chunk: Buffer): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(fd, chunk, written);
}
