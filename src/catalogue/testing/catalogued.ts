import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Archive, initArchive, silentReporter } from "../../core/index.ts";
import { buildCatalogue, type CatalogueSummary } from "../build-catalogue.ts";
import { openSnapshot } from "../store/open-snapshot.ts";
import { currentSnapshot } from "../store/snapshot-store.ts";

export interface TestArchive {
  readonly archive: Archive;
  build(options?: { readonly full?: boolean; readonly maxShare?: number }): Promise<CatalogueSummary>;
  /** Rows of the current snapshot. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  remove(): void;
}

/** An archive in a new temporary folder. */
export async function makeTestArchive(): Promise<TestArchive> {
  const folder = mkdtempSync(join(tmpdir(), "deadwax-catalogue-"));
  const { archive } = await initArchive(join(folder, "archive"));
  return {
    archive,
    build: (options) => buildCatalogue({ archive, reporter: silentReporter, ...options }),
    async query(sql) {
      const database = await openSnapshot(await currentSnapshot(archive));
      try {
        return await database.rows(sql);
      } finally {
        database.close();
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
