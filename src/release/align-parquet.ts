import { type FileHandle, open } from "node:fs/promises";
import { FailedError } from "../core/errors.ts";

/** Parquet format, "File format": the footer, its length in 4 bytes (little endian), and this. */
const MAGIC = "PAR1";
const TRAILER_BYTES = 8;

/**
 * Makes a Parquet file a multiple of `alignBytes` long by putting zeros between its last column chunk and its footer.
 * Everything in a Parquet file is found by its offset from the start, so no reader sees the gap; writers for HDFS leave
 * such gaps between row groups. The footer stays as small as it was. Returns the new size.
 *
 * The file must be one that nobody has seen yet: it is changed in place.
 */
export async function alignParquet(path: string, alignBytes: number): Promise<number> {
  const file = await open(path, "r+");
  try {
    const { size } = await file.stat();
    const footer = await readFooter(file, size, path);
    const alignedBytes = Math.ceil(size / alignBytes) * alignBytes;
    const gapBytes = alignedBytes - size;
    if (gapBytes === 0) return size;
    const footerStart = size - footer.length;
    // A hole would do on a plain disk; zeros that are really written cannot run out of space later.
    await writeAll(file, Buffer.alloc(gapBytes), footerStart);
    await writeAll(file, footer, footerStart + gapBytes);
    return alignedBytes;
  } finally {
    await file.close();
  }
}

async function readFooter(file: FileHandle, sizeBytes: number, path: string): Promise<Buffer> {
  const trailer = Buffer.alloc(TRAILER_BYTES);
  await file.read(trailer, 0, TRAILER_BYTES, Math.max(0, sizeBytes - TRAILER_BYTES));
  const footerBytes = trailer.readUInt32LE(0) + TRAILER_BYTES;
  if (trailer.toString("latin1", 4) !== MAGIC || footerBytes > sizeBytes - MAGIC.length) {
    throw new FailedError(`"${path}" is not a Parquet file`);
  }
  const footer = Buffer.alloc(footerBytes);
  const { bytesRead } = await file.read(footer, 0, footerBytes, sizeBytes - footerBytes);
  if (bytesRead !== footerBytes) throw new FailedError(`"${path}" ended while it was read`);
  return footer;
}

async function writeAll(file: FileHandle, bytes: Buffer, offsetBytes: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, offsetBytes + written);
    written += bytesWritten;
  }
}
