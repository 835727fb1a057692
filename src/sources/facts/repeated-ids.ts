import { randomBytes } from "node:crypto";
import { type Database, sqlTextList } from "../../core/database.ts";
import { ColumnMemory } from "../../core/number-columns.ts";
import { IdFilter } from "./id-filter.ts";

/** More than that, and all are counted: keys are then repeated, or the filter is full. */
const MAX_SUSPECTS = 1 << 20;
/** Of which the ids are read; files are parts of some megabytes. */
const FILES_AT_A_TIME = 8;

/** What is to come once: an expression of SQL for it, and one for 64 bits that are as good as a hash of it. */
export interface IdColumns {
  readonly key: string;
  readonly id: string;
}

/**
 * Whether keys of rows in Parquet files, or ids of tracks unless told, come again. Grouping all ids of a table takes ten times the memory of
 * the filter, and five times as long: what the filter lets pass is not grouped.
 */
export class RepeatedIds {
  readonly #columns: IdColumns;
  #filter: IdFilter | null = null;
  /** Files of which the ids are in the filter. */
  readonly #noted = new Set<string>();

  constructor(columns: IdColumns = { key: "track_id", id: "track_id" }) {
    this.#columns = columns;
  }

  /** Notes the ids of a file, which need then not be read from it. `expectedRows` of all files, as far as can be told. */
  note(path: string, ids: BigUint64Array, expectedRows: number): void {
    this.#add(ids, expectedRows);
    this.#noted.add(path);
  }

  /** Rows of these files, among which are all that were noted, with an id that a row before them has; `rows` is the number of all. */
  async count(database: Database, paths: readonly string[], rows: number): Promise<number> {
    const { key, id } = this.#columns;
    const memory = new ColumnMemory();
    const others = paths.filter((path) => !this.#noted.has(path));
    for (let at = 0; at < others.length; at += FILES_AT_A_TIME) {
      const some = others.slice(at, at + FILES_AT_A_TIME);
      const ids = await database.numbers(`select ${id} as id from ${read(some)}`, ["id"], memory);
      this.#add(ids.bigUints("id"), rows);
    }
    const suspects = this.#filter?.suspects ?? new BigUint64Array(0);
    if (suspects.length === 0) return 0;
    if (suspects.length > MAX_SUSPECTS) return await countRepeated(database, key, read(paths));
    const values = Array.from(suspects, (suspect) => ({ suspect }));
    const table = `suspect_${randomBytes(6).toString("hex")}`;
    await database.insert(table, { suspect: "UBIGINT" }, values);
    try {
      const from = `${read(paths)} where ${id} in (select suspect from ${table})`;
      return await countRepeated(database, key, from);
    } finally {
      await database.run(`drop table ${table}`);
    }
  }

  #add(ids: BigUint64Array, expectedRows: number): void {
    this.#filter ??= new IdFilter(expectedRows);
    if (this.#filter.suspects.length <= MAX_SUSPECTS) this.#filter.add(ids);
  }
}

async function countRepeated(database: Database, key: string, from: string): Promise<number> {
  // Grouping spills to disk where counting distinct values does not.
  const [counted] = await database.rows(
    `select coalesce(sum(n - 1), 0)::bigint as repeated
     from (select count(*) as n from ${from} group by ${key})`,
  );
  return Number(counted?.repeated ?? 0);
}

function read(paths: readonly string[]): string {
  return `read_parquet(${sqlTextList(paths)}, hive_partitioning = false)`;
}
