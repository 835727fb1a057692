import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { systemErrorCode } from "../core/errors.ts";

export type OpenedFile =
  | { readonly ok: true; readonly file: FileHandle; readonly sizeBytes: number }
  | { readonly ok: false; readonly why: "missing" | "irregular" | "unreadable"; readonly reason: string };

export type FileBytes =
  | { readonly ok: true; readonly bytes: Buffer }
  | {
      readonly ok: false;
      readonly why: "missing" | "irregular" | "unreadable" | "too-large";
      readonly reason: string;
    };

/**
 * Opens a file only if it is a plain one: a symlink could lead anywhere, and a pipe or a device could keep us for ever.
 * The name is looked at first and the open file again, so that a change in between is noticed.
 */
export async function openRegularFile(path: string): Promise<OpenedFile> {
  try {
    const named = await lstat(path);
    if (!named.isFile()) return { ok: false, why: "irregular", reason: fileKind(named) };
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const opened = await file.stat();
    if (opened.isFile()) return { ok: true, file, sizeBytes: opened.size };
    await file.close();
    return { ok: false, why: "irregular", reason: fileKind(opened) };
  } catch (error) {
    const code = systemErrorCode(error) ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return { ok: false, why: "missing", reason: "is not there" };
    if (code === "ELOOP") return { ok: false, why: "irregular", reason: "is a symbolic link" };
    return { ok: false, why: "unreadable", reason: `cannot be read (${code})` };
  }
}

/** The whole of a plain file of at most `maxBytes`. */
export async function readRegularFile(path: string, maxBytes: number): Promise<FileBytes> {
  const opened = await openRegularFile(path);
  if (!opened.ok) return opened;
  const { file, sizeBytes } = opened;
  try {
    if (sizeBytes > maxBytes) {
      return {
        ok: false,
        why: "too-large",
        reason: `has ${sizeBytes} bytes, more than the ${maxBytes} it may have`,
      };
    }
    const bytes = Buffer.alloc(sizeBytes);
    let fill = 0;
    while (fill < sizeBytes) {
      const { bytesRead } = await file.read(bytes, fill, sizeBytes - fill, fill);
      if (bytesRead === 0) break;
      fill += bytesRead;
    }
    return { ok: true, bytes: bytes.subarray(0, fill) };
  } catch (error) {
    return {
      ok: false,
      why: "unreadable",
      reason: `cannot be read (${systemErrorCode(error) ?? "unknown error"})`,
    };
  } finally {
    await file.close();
  }
}

/** What an entry that is no plain file is, in words. */
export function fileKind(entry: {
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}): string {
  if (entry.isSymbolicLink()) return "is a symbolic link";
  if (entry.isDirectory()) return "is a folder";
  if (entry.isFIFO()) return "is a pipe";
  return entry.isSocket() ? "is a socket" : "is a device";
}
