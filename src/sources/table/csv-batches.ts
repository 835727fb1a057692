import { open, rm } from "node:fs/promises";
import { join } from "node:path";

export const CSV_BATCH_BYTES = 67_108_864;
const NEWLINE = 0x0a;
const QUOTE = 0x22;

export interface CsvBatch {
  /** Spool file; the caller removes it. */
  readonly file: string;
  /** Of the first line in it, counted from 1 in the whole input. */
  readonly firstLine: number;
}

/**
 * Cuts a CSV file, without its first record when that is one line, into spool files at ends of lines outside quotes. Where
 * a quote is not closed within another batch's length, the cut is at the next line whatever the quotes say. Holds no more
 * than a chunk in memory.
 */
export async function* csvBatches(
  chunks: AsyncIterable<Buffer>,
  options: { readonly folder: string; readonly hasQuotes: boolean; readonly batchBytes?: number },
): AsyncGenerator<CsvBatch> {
  const { folder, hasQuotes, batchBytes = CSV_BATCH_BYTES } = options;
  let index = 0;
  let line = 1;
  let sizeBytes = 0;
  let isQuoted = false;
  let current: {
    readonly batch: CsvBatch;
    readonly write: (bytes: Buffer) => Promise<void>;
    readonly close: () => Promise<void>;
  } | null = null;
  try {
    for await (const chunk of chunks) {
      let from = 0;
      while (from < chunk.length) {
        const isFull = sizeBytes >= batchBytes;
        const end = isFull
          ? cutAfter(chunk, from, hasQuotes && sizeBytes < 2 * batchBytes ? isQuoted : null)
          : null;
        const to = end ?? chunk.length;
        const part = chunk.subarray(from, to);
        current ??= await startBatch(join(folder, `csv-${index}.spool`), line);
        await current.write(part);
        sizeBytes += part.length;
        line += count(part, NEWLINE);
        if (hasQuotes && count(part, QUOTE) % 2 === 1) isQuoted = !isQuoted;
        from = to;
        if (end === null) continue;
        await current.close();
        yield current.batch;
        current = null;
        index += 1;
        sizeBytes = 0;
        isQuoted = false;
      }
    }
    if (current !== null) {
      await current.close();
      yield current.batch;
      current = null;
    }
  } finally {
    if (current !== null) {
      await current.close();
      await rm(current.batch.file, { force: true });
    }
  }
}

/** Where the next line begins, or null: after an end of line that no quote holds; any such end where `quoted` is null. */
function cutAfter(chunk: Buffer, from: number, quoted: boolean | null): number | null {
  if (quoted === null) {
    const found = chunk.indexOf(NEWLINE, from);
    return found < 0 ? null : found + 1;
  }
  let isQuoted = quoted;
  for (let at = from; at < chunk.length; at += 1) {
    if (chunk[at] === QUOTE) isQuoted = !isQuoted;
    else if (chunk[at] === NEWLINE && !isQuoted) return at + 1;
  }
  return null;
}

function count(bytes: Buffer, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) found += 1;
  return found;
}

async function startBatch(file: string, firstLine: number) {
  const handle = await open(file, "w");
  return {
    batch: { file, firstLine },
    write: async (bytes: Buffer): Promise<void> => {
      await handle.writeFile(bytes);
    },
    close: () => handle.close(),
  };
}
