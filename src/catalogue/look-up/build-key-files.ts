import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Database, type DatabaseOptions, throwIfAborted } from "../../core/index.ts";
import type { KeyPart } from "./index-parts.ts";
import { KeyFile } from "./key-file.ts";
import { type KeyChunk, writeKeyFile } from "./key-file-writer.ts";

export interface BuildKeyFilesOptions {
  readonly parts: readonly KeyPart[];
  readonly database: DatabaseOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onEntries?: (count: number, part: string) => void;
}

/** True when the file of a part is there and was made from these segments. */
export function isKeyFileCurrent({ path, source }: Pick<KeyPart, "path" | "source">): boolean {
  if (!existsSync(path)) return false;
  try {
    new KeyFile(path, source).close();
    return true;
  } catch {
    return false;
  }
}

/** Writes key files. Sorting spills; about a gigabyte of memory at most, whatever the size of the catalogue. */
export async function buildKeyFiles(options: BuildKeyFilesOptions): Promise<void> {
  if (options.parts.length === 0) return;
  const database = await Database.open(options.database);
  try {
    await database.runFile(new URL("./mixers.sql", import.meta.url));
    for (const part of options.parts) {
      throwIfAborted(options.signal);
      await mkdir(dirname(part.path), { recursive: true });
      await writeKeyFile({
        path: part.path,
        payloadBytes: part.payloadBytes,
        source: part.source,
        chunks: (await isEmpty(database, part)) ? [] : chunksOf(database, part, options),
      });
    }
  } finally {
    database.close();
  }
}

const emptyRow = z.object({ is_empty: z.boolean() });

async function isEmpty(database: Database, { emptyWhen }: KeyPart): Promise<boolean> {
  if (emptyWhen === undefined) return false;
  const [row] = await database.rows(emptyWhen);
  return emptyRow.parse(row).is_empty;
}

async function* chunksOf(
  database: Database,
  { name, query, payloadBytes }: KeyPart,
  { signal, onEntries }: BuildKeyFilesOptions,
): AsyncGenerator<KeyChunk> {
  for await (const chunk of database.chunks(query)) {
    throwIfAborted(signal);
    onEntries?.(chunk.rows, name);
    const keys = chunk.bigUints(0);
    yield payloadBytes === 0 ? { keys } : { keys, payloads: chunk.bigUints(1) };
  }
}
