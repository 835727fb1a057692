import { type Database, type DatabaseOptions, errorMessage, sqlTextList, UsageError } from "../core/index.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import type { Snapshot } from "./store/snapshot-store.ts";

export interface ReadOnlyOptions extends DatabaseOptions {
  /** The only file that may be written. */
  readonly output?: string;
}

/**
 * A snapshot for SQL that people write: its views, files of the snapshot and nothing else of the file system, settings
 * that cannot be changed any more. Statements are let through by `checkSelect`.
 */
export async function openReadOnly(snapshot: Snapshot, options: ReadOnlyOptions): Promise<Database> {
  const { output, ...database } = options;
  const opened = await openSnapshot(snapshot, database);
  try {
    if (output !== undefined) await opened.run(`set allowed_paths = ${sqlTextList([output])}`);
    await opened.run(`set allowed_directories = ${sqlTextList([`${snapshot.folder}/`])}`);
    await opened.run("set enable_external_access = false");
    await opened.run("set lock_configuration = true");
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** Throws `UsageError` unless `sql` is one statement that only reads. */
export async function checkSelect(database: Database, sql: string): Promise<void> {
  let isSelect: boolean;
  try {
    isSelect = await database.isOneSelect(sql);
  } catch (cause) {
    throw queryError(cause);
  }
  if (!isSelect) {
    throw new UsageError("only one statement that reads is run: select, from, describe, show, summarize", {
      hint: "the catalogue is never changed by SQL; its tables: deadwax catalogue sql 'show tables'",
    });
  }
}

/** What DuckDB says of a query that a person wrote, as a mistake of theirs. */
export function queryError(cause: unknown): UsageError {
  const [first = "", ...rest] = errorMessage(cause).split("\n");
  const hint = rest.map((line) => line.trim()).find((line) => line.startsWith("Did you mean"));
  return new UsageError(`the query cannot be run: ${first}`, {
    hint: hint ?? "the tables and their columns: deadwax catalogue sql 'describe'",
  });
}
