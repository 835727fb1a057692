import type { FileHandle } from "node:fs/promises";

export const CHUNK_BYTES: number = 1 << 20;
const ZEROS: Buffer = Buffer.alloc(CHUNK_BYTES);

/** Writes all of `bytes` at `position`: a single write may stop early, on a disk that is filling up for one. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** The bytes from `start` up to `end`, a chunk at a time in a buffer that is used again; ends early with the file. */
export async function* readChunks(
  file: FileHandle,
  start: number,
  end: number,
  buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES),
): AsyncGenerator<Buffer> {
  for (let position = start; position < end; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/** `count` zeros in chunks. */
export function* zeroChunks(count: number): Generator<Buffer> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
}
