import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { FooterJoiner } from "../../formats/parquet/join-footers.ts";
import { PARQUET_MAGIC as MAGIC, readParquetFooter } from "./parquet-footer.ts";

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
    return await readParquetFooter(file);
  } finally {
    await file.close();
  }
}
