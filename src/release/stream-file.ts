import type { FileHandle } from "node:fs/promises";
import { throwIfAborted } from "../core/errors.ts";

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a file once from its start, at most `maxBytes` of it. The next chunk is read while the caller works on this one; a
 * chunk is overwritten later. Returns how many bytes went by.
 */
export async function streamFile(
  file: FileHandle,
  maxBytes: number,
  onChunk: (chunk: Buffer) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const buffers = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)] as const;
  const readAt = (position: number, buffer: Buffer) =>
    file.read(buffer, 0, Math.min(CHUNK_BYTES, maxBytes - position), position);
  let position = 0;
  let turn: 0 | 1 = 0;
  let pending = readAt(position, buffers[turn]);
  for (;;) {
    const { bytesRead } = await pending;
    if (bytesRead === 0) return position;
    const chunk = buffers[turn].subarray(0, bytesRead);
    position += bytesRead;
    turn = turn === 0 ? 1 : 0;
    pending = readAt(position, buffers[turn]);
    // The chunk that is on its way belongs to no one when this one fails.
    pending.catch(() => {});
    throwIfAborted(signal);
    await onChunk(chunk);
  }
}
