import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ensureFolder } from "../../core/atomic-file.ts";
import type { IdRange } from "../facts/id-files.ts";
import { idsPath, partPath } from "./part-paths.ts";

const JOURNAL = "done.json";
const count = z.int().min(0);

const keptSchema = z.object({
  lines: count,
  rejected: count,
  rejects: z.array(
    z.object({
      line: z.number().nullable(),
      offsetBytes: z.number().nullable(),
      reason: z.string(),
      sample: z.string().nullable(),
    }),
  ),
  /** Sizes of the files, by the name of the part. */
  parts: z.record(z.string(), count),
  /** Sizes of the ids of the rows of parts, in the order in which they stand in their file. */
  ids: z.record(z.string(), count),
});

/** A batch of lines that has become Parquet. */
export type KeptBatch = z.infer<typeof keptSchema>;

/** `write` puts the parts of a batch into a folder, which gets its name when all of them are there. */
export async function keepBatch(
  folder: string,
  write: (unfinished: string) => Promise<KeptBatch>,
): Promise<KeptBatch> {
  const unfinished = `${folder}.tmp`;
  await rm(unfinished, { recursive: true, force: true });
  await ensureFolder(unfinished);
  const kept = await write(unfinished);
  await writeFile(join(unfinished, JOURNAL), JSON.stringify(kept));
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return kept;
}

/** What an earlier run kept in this folder; null when it is not there or not whole. */
export async function findKeptBatch(folder: string): Promise<KeptBatch | null> {
  try {
    const kept = keptSchema.parse(JSON.parse(await readFile(join(folder, JOURNAL), "utf8")));
    for (const [name, sizeBytes] of Object.entries(kept.parts)) {
      if ((await stat(partPath(folder, name))).size !== sizeBytes) return null;
    }
    const ids = Object.values(kept.ids);
    const idBytes = ids.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    if (ids.length > 0 && (await stat(idsPath(folder))).size !== idBytes) return null;
    return kept;
  } catch {
    return null;
  }
}

/** Where the ids of the rows of each part are that has them. */
export function idRanges(folder: string, { ids }: KeptBatch): ReadonlyMap<string, IdRange> {
  const ranges = new Map<string, IdRange>();
  let startBytes = 0;
  for (const [name, sizeBytes] of Object.entries(ids)) {
    ranges.set(name, { path: idsPath(folder), startBytes, sizeBytes });
    startBytes += sizeBytes;
  }
  return ranges;
}
