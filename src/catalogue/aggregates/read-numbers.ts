import { type FileHandle, open } from "node:fs/promises";
import { type NumberGroup, numberGroups } from "../../formats/parquet/number-chunks.ts";
import { NumberReader } from "../../formats/parquet/number-reader.ts";
import { bytesAt, readParquetFooter } from "../../sources/facts/parquet-footer.ts";
import type { Tally } from "./tally.ts";

const NO_ROWS = new Uint32Array(0);

/**
 * Reads columns of numbers of a Parquet file row group by row group, the next one while a tally counts one. False when one of them is
 * not as `NumberReader` takes it, or damaged: what was counted before is then worth nothing.
 */
export async function readNumbers(
  path: string,
  names: readonly string[],
  tally: Pick<Tally, "numberValues" | "addNumbers">,
): Promise<boolean> {
  const file = await open(path);
  try {
    const groups = numberGroups((await readParquetFooter(file)).footer, names);
    if (groups === null) return false;
    const reader = await NumberReader.open();
    const memories = names.map(() => new Uint32Array(Math.max(0, ...groups.map(({ rows }) => rows))));
    const numberings = names.map((_, at) =>
      tally.numberValues
        ? (values: Float32Array | Int32Array) => tally.numberValues?.(at, values) ?? NO_ROWS
        : null,
    );
    for await (const { group, bytes, offsetBytes } of eachGroup(file, groups)) {
      const columns = memories.map((memory) => memory.subarray(0, group.rows));
      for (const [at, chunk] of group.chunks.entries()) {
        const from = chunk.offsetBytes - offsetBytes;
        const chunkBytes = bytes.subarray(from, from + chunk.sizeBytes);
        if (!reader.read(chunkBytes, chunk, numberings[at] ?? null, columns[at] ?? NO_ROWS)) return false;
      }
      tally.addNumbers(columns, group.rows);
    }
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    await file.close();
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
async function* eachGroup(file: FileHandle, groups: readonly NumberGroup[]): AsyncGenerator<GroupBytes> {
  const largest = Math.max(0, ...groups.map((group) => spanOf(group).sizeBytes));
  if (largest > MAX_SPAN_BYTES) throw new RangeError("columns that stand far apart");
  const buffers = [Buffer.allocUnsafe(largest), Buffer.allocUnsafe(largest)] as const;
  const read = async (group: NumberGroup, buffer: Buffer): Promise<GroupBytes> => {
    const { offsetBytes, sizeBytes } = spanOf(group);
    return { group, offsetBytes, bytes: await bytesAt(file, offsetBytes, buffer.subarray(0, sizeBytes)) };
  };
  let next: Promise<GroupBytes> | null = null;
  try {
    for (const [at, group] of groups.entries()) {
      const bytes: GroupBytes = await (next ?? read(group, buffers[0]));
      const following = groups[at + 1];
      next = following ? read(following, at % 2 === 0 ? buffers[1] : buffers[0]) : null;
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
