import { type Database, sqlTextList } from "../../core/database.ts";
import { ColumnMemory } from "../../core/number-columns.ts";
import { IdFilter } from "./id-filter.ts";

/** More than that, and all are counted: keys are then repeated, or the filter is full. */
const MAX_SUSPECTS = 1 << 20;
const SUSPECTS = "suspect_id";

/**
 * Whether ids of tracks, in Parquet files with a column `track_id`, come again. Grouping all ids of a table takes ten times the memory of
 * the filter, and five times as long: what the filter lets pass is not grouped.
 */
export class RepeatedIds {
  #filter: IdFilter | null = null;
  /** Files of which the ids are in the filter. */
  readonly #noted = new Set<string>();

  /** Notes the ids of a file, which need then not be read from it. `expectedRows` of all files, as far as can be told. */
  note(path: string, ids: BigUint64Array, expectedRows: number): void {
    this.#filter ??= new IdFilter(expectedRows);
    if (this.#filter.suspects.length <= MAX_SUSPECTS) this.#filter.add(ids);
    this.#noted.add(path);
  }

  /** Rows of these files, among which are all that were noted, with an id that a row before them has; `rows` is the number of all. */
  async count(database: Database, paths: readonly string[], rows: number): Promise<number> {
    const memory = new ColumnMemory();
    for (const path of paths) {
      if (this.#noted.has(path)) continue;
      const ids = await database.numbers(`select track_id from ${read([path])}`, ["track_id"], memory);
      this.note(path, ids.bigUints("track_id"), rows);
    }
    const suspects = this.#filter?.suspects ?? new BigUint64Array(0);
    if (suspects.length === 0) return 0;
    if (suspects.length > MAX_SUSPECTS) return await countRepeated(database, paths, "");
    const values = Array.from(suspects, (track_id) => ({ track_id }));
    await database.insert(SUSPECTS, { track_id: "UBIGINT" }, values);
    try {
      return await countRepeated(database, paths, `where track_id in (select track_id from ${SUSPECTS})`);
    } finally {
      await database.run(`drop table ${SUSPECTS}`);
    }
  }
}

async function countRepeated(database: Database, paths: readonly string[], where: string): Promise<number> {
  // Grouping spills to disk where counting distinct values does not.
  const [counted] = await database.rows(
    `select coalesce(sum(n - 1), 0)::bigint as repeated
     from (select count(*) as n from ${read(paths)} ${where} group by track_id)`,
  );
  return Number(counted?.repeated ?? 0);
}

function read(paths: readonly string[]): string {
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}
