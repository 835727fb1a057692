import { type FileHandle, open } from "node:fs/promises";
import { FooterJoiner } from "../../formats/parquet/join-footers.ts";
import { bytesAt, PARQUET_MAGIC as MAGIC, readParquetFooter } from "./parquet-footer.ts";

const PIECE_BYTES = 1 << 20;

/**
 * Writes the row groups of Parquet files of one schema into one file, in order and byte by byte: nothing is unpacked or packed
 * again. Throws `RangeError` when a file is no Parquet, or of another schema.
 */
export async function joinParquet(parts: readonly string[], path: string): Promise<void> {
  const joiner = new FooterJoiner();
  const out = await open(path, "w");
  const memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
  try {
    let sizeBytes = MAGIC.length;
    await out.writeFile(MAGIC);
    for (const part of parts) {
      const file = await open(part, "r");
      try {
        const { footer, dataEnd } = await readParquetFooter(file);
        joiner.add(footer, sizeBytes - MAGIC.length);
        await copyBytes(file, MAGIC.length, dataEnd, out, memory);
        sizeBytes += dataEnd - MAGIC.length;
      } finally {
        await file.close();
      }
    }
    const footer = joiner.finish();
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await out.writeFile(Buffer.concat([footer, length, MAGIC]));
  } finally {
    await out.close();
  }
}

/** Appends bytes [start, end) of a file to another, a piece at a time. */
async function copyBytes(
  from: FileHandle,
  start: number,
  end: number,
  to: FileHandle,
  memory: Buffer,
): Promise<void> {
  for (let at = start; at < end; at += memory.length) {
    const piece = memory.subarray(0, Math.min(memory.length, end - at));
    await to.writeFile(await bytesAt(from, at, piece));
  }
}
