import { join } from "node:path";
import { type Database, sqlTextList } from "../../core/database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { joinParquet } from "../facts/join-parquet.ts";
import { RepeatedIds } from "../facts/repeated-ids.ts";
import type { Mapping } from "./mapping.ts";
import { releaseQuery } from "./release-query.ts";

/** Files with what batches told of releases: of the first of each batch, and of all others. */
export interface ToldReleases {
  readonly first: readonly string[];
  readonly others: readonly string[];
}

/**
 * Writes the releases of a table into a file in `scratch`, each once, and gives its path. Where rows of one release stand together, only
 * the first of a batch may have been told before, and the files are put one behind the other; else all rows are grouped.
 */
export async function writeReleases(
  database: Database,
  mapping: Mapping,
  { first, others }: ToldReleases,
  scratch: string,
): Promise<string> {
  const path = join(scratch, "releases.parquet");
  if ((await isEachOnce(database, others)) && (await areRestOrSame(database, first, others))) {
    const rest = join(scratch, "first-releases.parquet");
    await writeAccessionTable(database, "releases", `select * from ${REST} order by release_key`, rest);
    await joinParquet([...others, rest], path);
  } else {
    const query = releaseQuery(mapping, read([...first, ...others]));
    await writeAccessionTable(database, "releases", completeQuery("releases", query), path);
  }
  return path;
}

/** Of what came first in its batch, what no other file has. */
const REST = "(select * from first_told where release_key not in (select release_key from also_told))";

async function isEachOnce(database: Database, paths: readonly string[]): Promise<boolean> {
  const keys = new RepeatedIds({ key: "release_key", id: "hash(release_key)" });
  const [counted] = await database.rows(`select count(*) as rows from ${read(paths)}`);
  return (await keys.count(database, paths, Number(counted?.rows ?? 0))) === 0;
}

/** Whether those that came first are told as the others tell them, if at all, and otherwise once. */
async function areRestOrSame(
  database: Database,
  first: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  await database.run(
    `create or replace temp table first_told as select distinct * from ${read(first)};
     create or replace temp table also_told as
       select * from ${read(others)} where release_key in (select release_key from first_told)`,
  );
  const [counted] = await database.rows(
    `select (select count(*) from (select * from first_told except select * from also_told)) as others,
            (select count(distinct release_key) from ${REST}) as rest`,
  );
  return counted?.others === counted?.rest;
}

function read(paths: readonly string[]): string {
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}
