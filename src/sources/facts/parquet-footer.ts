import type { FileHandle } from "node:fs/promises";

export const PARQUET_MAGIC: Buffer = Buffer.from("PAR1");
/** The length of the footer, and the magic bytes. */
const TAIL_BYTES = 8;

/**
 * The footer of a Parquet file, without its length and the magic bytes, and where the data before it end. Throws `RangeError` when the file
 * is no Parquet.
 */
export async function readParquetFooter(
  file: FileHandle,
): Promise<{ readonly footer: Buffer; readonly dataEnd: number }> {
  const { size } = await file.stat();
  const tail = await bytesAt(file, size - TAIL_BYTES, Buffer.alloc(TAIL_BYTES));
  const footerBytes = tail.readUInt32LE(0);
  const dataEnd = size - TAIL_BYTES - footerBytes;
  if (!tail.subarray(4).equals(PARQUET_MAGIC) || dataEnd < PARQUET_MAGIC.length) {
    throw new RangeError("the file is no Parquet");
  }
  return { footer: await bytesAt(file, dataEnd, Buffer.alloc(footerBytes)), dataEnd };
}

/** Fills `into` with what stands there. Throws `RangeError` when the file ends before. */
export async function bytesAt(file: FileHandle, position: number, into: Buffer): Promise<Buffer> {
  const { bytesRead } = await file.read(into, 0, into.length, Math.max(0, position));
  if (bytesRead !== into.length) throw new RangeError("a Parquet file that is too short");
  return into;
}
