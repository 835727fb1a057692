import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { tryHardLink } from "../core/atomic-file.ts";
import { IntegrityError, throwIfAborted } from "../core/errors.ts";

const CHUNK_BYTES = 1024 * 1024;

export interface PlaceOptions {
  /** What the shard was when it was sealed. */
  readonly sealed: { readonly sizeBytes: number; readonly sha256: Buffer };
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of each step, for a progress display. */
  readonly onBytes?: (bytes: number) => void;
  /** False where the caller wants a copy of its own. */
  readonly mayLink?: boolean;
}

/**
 * Puts a sealed shard into a bag: a second name for the same bytes where the file system can, which reads nothing; else a copy,
 * hashed while it is made. Throws `IntegrityError` when the copy is not what was sealed.
 */
export async function placeShard(
  from: string,
  to: string,
  options: PlaceOptions,
): Promise<"linked" | "copied"> {
  if ((options.mayLink ?? true) && (await tryHardLink(from, to))) {
    options.onBytes?.(options.sealed.sizeBytes);
    return "linked";
  }
  const copied = await copyHashing(from, to, options);
  if (copied.sizeBytes !== options.sealed.sizeBytes || !copied.sha256.equals(options.sealed.sha256)) {
    throw new IntegrityError(`the shard "${from}" is not what was sealed: its SHA-256 differs`, {
      hint: "restore it from a copy, or delete it with its index and pack again",
    });
  }
  return "copied";
}

async function copyHashing(
  from: string,
  to: string,
  options: PlaceOptions,
): Promise<{ readonly sizeBytes: number; readonly sha256: Buffer }> {
  const hash = createHash("sha256");
  const source = await open(from, "r");
  try {
    const target = await open(to, "wx", 0o644);
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      let sizeBytes = 0;
      for (let bytesRead = -1; bytesRead !== 0; sizeBytes += bytesRead) {
        throwIfAborted(options.signal);
        ({ bytesRead } = await source.read(buffer, 0, CHUNK_BYTES, null));
        hash.update(buffer.subarray(0, bytesRead));
        await target.writeFile(buffer.subarray(0, bytesRead));
        options.onBytes?.(bytesRead);
      }
      await target.sync();
      return { sizeBytes, sha256: hash.digest() };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
