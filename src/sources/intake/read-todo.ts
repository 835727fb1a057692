import type { Database } from "../../core/database.ts";
import { throwIfAborted } from "../../core/errors.ts";
import type { Progress } from "../../core/reporter.ts";
import type { ReaderPool } from "../reader/reader-pool.ts";
import { documentRows } from "./documents.ts";
import { outcomeRows } from "./outcome-rows.ts";
import { type FileToRead, readInBatches } from "./read-in-batches.ts";
import { RowSink } from "./row-sink.ts";
import { DOCUMENT_COLUMNS, FILE_COLUMNS, TAG_COLUMNS } from "./tables.ts";
import { todoFiles } from "./todo.ts";

/** Reads everything in `todo`: fills `file_row`, `tag_row` and `document_row`. */
export async function readTodo(options: {
  readonly database: Database;
  readonly source: string;
  readonly root: string;
  readonly pool: ReaderPool;
  readonly jobs: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { database, source, root, pool, jobs, progress, signal } = options;
  const files = new RowSink(database, "file_row", FILE_COLUMNS);
  const tags = new RowSink(database, "tag_row", TAG_COLUMNS);
  const documents = new RowSink(database, "document_row", DOCUMENT_COLUMNS);

  /** The files among what is to be read; the documents are dealt with on the way. */
  async function* filesOnly(): AsyncGenerator<FileToRead> {
    for await (const todo of todoFiles(database)) {
      throwIfAborted(signal);
      if (todo.kind === "file") {
        yield todo;
        continue;
      }
      const rows = documentRows(source, root, todo);
      await files.add([rows.file]);
      if (rows.document) await documents.add([rows.document]);
      progress.advance(1);
    }
  }

  for await (const read of readInBatches({ root, files: filesOnly(), pool, jobs, signal })) {
    const rows = outcomeRows(source, read);
    await files.add(rows.files);
    await tags.add(rows.tags);
    if (read.member === null) progress.advance(1);
  }
  for (const sink of [files, tags, documents]) await sink.flush();
}
