import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { Database } from "../database.ts";

export interface FolderAndDatabase {
  readonly folder: string;
  /** From the first test on. */
  readonly database: Database;
}

/** A temporary folder and a database in memory for all tests of a file, with so many threads; both are gone after the last. */
export function folderAndDatabase(threads?: number): FolderAndDatabase {
  const folder = mkdtempSync(join(tmpdir(), "deadwax-tables-"));
  let database: Database | null = null;
  beforeAll(async () => {
    database = await Database.open(threads === undefined ? {} : { threads });
  });
  afterAll(() => {
    database?.close();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    get database() {
      if (database === null) throw new Error("the database is opened before the first test");
      return database;
    },
  };
}
