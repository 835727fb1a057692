import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sqlTextList } from "../../core/database.ts";
import type { LateDatabase } from "../../core/late-database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import { type Part, pathsOf } from "../documents/read-documents.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { ParquetJoin } from "../facts/join-parquet.ts";
import { RepeatedIds } from "../facts/repeated-ids.ts";
import type { Mapping } from "./mapping.ts";
import { releaseQuery } from "./release-query.ts";
import type { ReleasePart } from "./rows/release-rows.ts";

/** What batches told of releases: a part of each kind for each batch. */
export type ToldReleases = Readonly<Record<ReleasePart, readonly Part[]>>;

/**
 * Writes the releases of a table into a file in `scratch`, each once, and gives its path. Where rows of one release stand together, only
 * the first of a batch may have been told before, and the parts are put one behind the other; else all rows are grouped.
 */
export async function writeReleases(
  database: LateDatabase,
  mapping: Mapping,
  told: ToldReleases,
  scratch: string,
): Promise<string> {
  const path = join(scratch, "releases.parquet");
  const parts = await withoutContinued(told);
  const [only = told.releases[0], ...others] = parts;
  if (only !== undefined && isEachOnce(parts)) {
    if (others.length === 0) return only.path;
    const whole = new ParquetJoin(path);
    for (const part of parts) whole.add(part.path);
    await whole.finish();
  } else {
    const all = pathsOf([...told.first_releases, ...told.releases]);
    const query = releaseQuery(mapping, `read_parquet(${sqlTextList(all)}, hive_partitioning = false)`);
    await database.onConnection((own) =>
      writeAccessionTable(own, "releases", completeQuery("releases", query), path),
    );
  }
  return path;
}

/** In the order of the rows, without what a batch tells first and the one before it told last; parts without rows are left out. */
async function withoutContinued(told: ToldReleases): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let before: Buffer | null = null;
  for (const [batch, others] of told.releases.entries()) {
    const [first, last] = [told.first_releases[batch], told.last_releases[batch]];
    if (first === undefined || last === undefined)
      throw new RangeError(`parts of batch ${batch} are missing`);
    const isContinued = before !== null && (await readFile(first.path)).equals(before);
    parts.push(...(isContinued ? [others] : [first, others]).filter(hasRows));
    before = hasRows(last) ? await readFile(last.path) : null;
  }
  return parts;
}

function hasRows({ ids }: Part): boolean {
  return ids !== null && ids.sizeBytes > 0;
}

function isEachOnce(parts: readonly Part[]): boolean {
  const repeated = new RepeatedIds();
  for (const { path, ids } of parts) if (ids !== null) repeated.note(path, ids);
  return repeated.countNoted() === 0;
}
