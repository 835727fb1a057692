import { type FileHandle, open } from "node:fs/promises";
import { type NumberGroup, numberGroups } from "../../formats/parquet/number-chunks.ts";
import { NumberReader } from "../../formats/parquet/number-reader.ts";
import { bytesAt, readParquetFooter } from "../../sources/facts/parquet-footer.ts";

/** So many files are worth a thread, which takes half a second until its loops are compiled. */
export const FILES_FOR_A_THREAD = 16;

/** Counts the rows of a row group: what stands for their values, by column. */
export interface NumberTaker {
  /** What stands for each value of a column, and behind them for none; without it whole numbers themselves, and `NO_NUMBER`. */
  numberValues?(column: number, values: Float32Array | Int32Array): Uint32Array;
  /** The numbers are good until it returns. */
  addNumbers(columns: readonly Uint32Array[], rows: number): void;
}

/**
 * Reads columns of numbers of a Parquet file row group by row group, the next one while one is taken. False when one of them is
 * not as `NumberReader` takes it, or damaged: what was taken before is then worth nothing.
 */
export async function readNumbers(
  path: string,
  names: readonly string[],
  taker: NumberTaker,
): Promise<boolean> {
  const file = await open(path);
  const memory = free.pop() ?? new ReadingMemory(await NumberReader.open());
  try {
    const groups = numberGroups((await readParquetFooter(file)).footer, names);
    return groups !== null && (await takeGroups(file, groups, taker, memory));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    await file.close();
    free.push(memory);
  }
}

async function takeGroups(
  file: FileHandle,
  groups: readonly NumberGroup[],
  taker: NumberTaker,
  memory: ReadingMemory,
): Promise<boolean> {
  for await (const { group, bytes, offsetBytes } of eachGroup(file, groups, memory)) {
    const columns = group.chunks.map((_, at) => memory.column(at, group.rows));
    for (const [at, chunk] of group.chunks.entries()) {
      const from = chunk.offsetBytes - offsetBytes;
      const chunkBytes = bytes.subarray(from, from + chunk.sizeBytes);
      const numberValues = taker.numberValues?.bind(taker, at) ?? null;
      if (!memory.reader.read(chunkBytes, chunk, numberValues, memory.column(at, group.rows))) return false;
    }
    taker.addNumbers(columns, group.rows);
  }
  return true;
}

/** Memory that nobody reads into now: memory that is new costs as much as what is done with it here. */
const free: ReadingMemory[] = [];

class ReadingMemory {
  readonly reader: NumberReader;
  readonly #columns: Uint32Array[] = [];
  readonly #spans: Buffer[] = [];

  constructor(reader: NumberReader) {
    this.reader = reader;
  }

  column(at: number, rows: number): Uint32Array {
    const known = this.#columns[at];
    const column = known && known.length >= rows ? known : new Uint32Array(rows);
    this.#columns[at] = column;
    return column.subarray(0, rows);
  }

  span(at: number, sizeBytes: number): Buffer {
    const known = this.#spans[at];
    const span = known && known.length >= sizeBytes ? known : Buffer.allocUnsafe(sizeBytes);
    this.#spans[at] = span;
    return span.subarray(0, sizeBytes);
  }
}

interface GroupBytes {
  readonly group: NumberGroup;
  /** From the first of its columns to the last, and where that stands in the file; good until the next one is asked for. */
  readonly bytes: Buffer;
  readonly offsetBytes: number;
}

const MAX_SPAN_BYTES = 2 ** 26;

/** One group is read while the one before is used. */
async function* eachGroup(
  file: FileHandle,
  groups: readonly NumberGroup[],
  memory: ReadingMemory,
): AsyncGenerator<GroupBytes> {
  const read = async (group: NumberGroup, at: number): Promise<GroupBytes> => {
    const { offsetBytes, sizeBytes } = spanOf(group);
    if (sizeBytes > MAX_SPAN_BYTES) throw new RangeError("columns that stand far apart");
    return { group, offsetBytes, bytes: await bytesAt(file, offsetBytes, memory.span(at % 2, sizeBytes)) };
  };
  let next: Promise<GroupBytes> | null = null;
  try {
    for (const [at, group] of groups.entries()) {
      const bytes: GroupBytes = await (next ?? read(group, at));
      const following = groups[at + 1];
      next = following ? read(following, at + 1) : null;
      // Whoever waits for it is told; until then it is not an error that nobody hears of.
      next?.catch(() => {});
      yield bytes;
    }
  } finally {
    // Nothing reads on once the file is closed.
    await next?.catch(() => {});
  }
}

function spanOf({ chunks }: NumberGroup): { readonly offsetBytes: number; readonly sizeBytes: number } {
  const offsetBytes = Math.min(...chunks.map((chunk) => chunk.offsetBytes));
  const end = Math.max(...chunks.map((chunk) => chunk.offsetBytes + chunk.sizeBytes));
  return { offsetBytes, sizeBytes: end - offsetBytes };
}
