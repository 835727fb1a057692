import { open } from "node:fs/promises";

const SAMPLE_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** The first whole lines of a file, a MiB of them at most, under `path`. */
export async function writeSample(chunks: AsyncIterable<Buffer>, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  let isCut = false;
  for await (const chunk of chunks) {
    parts.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes < SAMPLE_BYTES) continue;
    isCut = true;
    break;
  }
  const all = Buffer.concat(parts);
  const sample = isCut ? all.subarray(0, all.lastIndexOf(NEWLINE) + 1) : all;
  const handle = await open(path, "w");
  await handle.writeFile(sample).finally(() => handle.close());
  return sample;
}
