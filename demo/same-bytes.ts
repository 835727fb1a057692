import { open } from "node:fs/promises";

const CHUNK_BYTES = 1 << 20;

/** Compares two files byte for byte. Returns their size, or null when they differ. */
export async function sameBytes(pathA: string, pathB: string): Promise<number | null> {
  const [a, b] = await Promise.all([open(pathA), open(pathB)]);
  try {
    const chunkA = Buffer.alloc(CHUNK_BYTES);
    const chunkB = Buffer.alloc(CHUNK_BYTES);
    for (let offset = 0; ; ) {
      const [readA, readB] = await Promise.all([
        a.read(chunkA, 0, CHUNK_BYTES, offset),
        b.read(chunkB, 0, CHUNK_BYTES, offset),
      ]);
      if (readA.bytesRead !== readB.bytesRead) return null;
      if (!chunkA.subarray(0, readA.bytesRead).equals(chunkB.subarray(0, readB.bytesRead))) return null;
      if (readA.bytesRead === 0) return offset;
      offset += readA.bytesRead;
    }
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}
