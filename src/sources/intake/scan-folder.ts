import type { Database } from "../../core/database.ts";
import { explainSystemError } from "../../core/errors.ts";
import type { Reporter } from "../../core/reporter.ts";
import { walkFolder } from "../files/walk.ts";
import { type FoundPackageList, seenRows } from "./seen-rows.ts";
import { compareState, readCounts, type StateCounts } from "./state.ts";
import { SEEN_COLUMNS } from "./tables.ts";

export interface ScannedFolder {
  /** What is to be done; nothing has been read yet. */
  readonly plan: StateCounts;
  readonly packageLists: readonly FoundPackageList[];
}

/** Lists the folder into `seen` and compares it with what is known: the plan of an intake. */
export async function scanFolder(options: {
  readonly database: Database;
  readonly source: string;
  readonly root: string;
  readonly archiveRoot: string;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
}): Promise<ScannedFolder> {
  const { database, source, root, archiveRoot, reporter, signal } = options;
  const packageLists: FoundPackageList[] = [];
  const progress = reporter.progress(`listing ${root}`, "items");
  try {
    const walk = walkFolder({ root, leaveOut: archiveRoot, signal });
    const rows = seenRows(source, root, walk, ({ packageList }) => {
      progress.advance(1);
      if (packageList) packageLists.push(packageList);
    });
    await database.insert("seen", SEEN_COLUMNS, rows);
  } catch (error) {
    throw explainSystemError(error, `listing "${root}"`);
  } finally {
    progress.finish();
  }
  await compareState(database);
  return { plan: await readCounts(database), packageLists };
}
