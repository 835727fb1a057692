import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FooterJoiner } from "../../formats/parquet/join-footers.ts";

const MAGIC = Buffer.from("PAR1");
/** The length of the footer, and the magic bytes. */
const TAIL_BYTES = 8;

/**
 * Writes the row groups of Parquet files of one schema into one file, in order and byte by byte: nothing is unpacked or packed
 * again. Throws `RangeError` when a file is no Parquet, or of another schema.
 */
export async function joinParquet(parts: readonly string[], path: string): Promise<void> {
  const joiner = new FooterJoiner();
  const out = await open(path, "w");
  try {
    let sizeBytes = MAGIC.length;
    await out.writeFile(MAGIC);
    for (const part of parts) {
      const { footer, dataEnd } = await footerOf(part);
      joiner.add(footer, sizeBytes - MAGIC.length);
      if (dataEnd === MAGIC.length) continue;
      const data = createReadStream(part, { start: MAGIC.length, end: dataEnd - 1, highWaterMark: 1 << 20 });
      for await (const chunk of data) await out.writeFile(chunk);
      sizeBytes += dataEnd - MAGIC.length;
    }
    const footer = joiner.finish();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await out.writeFile(Buffer.concat([footer, length, MAGIC]));
  } finally {
    await out.close();
  }
}

async function footerOf(path: string): Promise<{ readonly footer: Buffer; readonly dataEnd: number }> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const tail = await bytesAt(file, size - TAIL_BYTES, TAIL_BYTES);
    const footerBytes = tail.readUInt32LE(0);
    const dataEnd = size - TAIL_BYTES - footerBytes;
    if (!tail.subarray(4).equals(MAGIC) || dataEnd < MAGIC.length)
      throw new RangeError(`"${path}" is no Parquet`);
    return { footer: await bytesAt(file, dataEnd, footerBytes), dataEnd };
  } finally {
    await file.close();
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, Math.max(0, position));
  if (bytesRead !== length) throw new RangeError("a Parquet file that is too short");
  return bytes;
}
