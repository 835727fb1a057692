import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Database, sqlTextList } from "../../core/database.ts";
import { zstdPacker } from "../../core/zstd.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { ACCESSION_ZSTD_LEVEL } from "../accession/accession-format.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import { factFile } from "./fact-file.ts";
import { FACT_KEYS, type FactRow, type FactTable, TRACK_ID_KEYS } from "./fact-tables.ts";
import { joinParquet } from "./join-parquet.ts";
import { RepeatedIds } from "./repeated-ids.ts";
import { TrackIds } from "./track-id.ts";

/** Of a part, and of rows that are not in a row group yet. */
const PART_BYTES = 16 << 20;
const MAX_KEPT_REJECTS = 10_000;
const MAX_SAMPLE_CHARS = 200;

export interface Reject {
  readonly line: number | null;
  readonly offsetBytes: number | null;
  readonly reason: string;
  readonly sample: string | null;
}

interface Table {
  /** Rows that are on their way into a part. */
  readonly file: RowFile;
  readonly parts: string[];
  /** Parts that are made at the end. */
  readonly later: ((database: Database) => Promise<string>)[];
  /** All parts are already as the table is to be. */
  isFinal: boolean;
}

/** Takes rows of facts and leaves them as Parquet. What is not in a file yet is in memory: some 16 MiB of each table that is being filled. */
export class FactWriter {
  readonly #database: Database;
  readonly #scratch: string;
  readonly #ids: TrackIds;
  readonly #pack = zstdPacker(ACCESSION_ZSTD_LEVEL);
  readonly #tables = new Map<FactTable, Table>();
  readonly #repeatedIds = new RepeatedIds();
  readonly #rejects: Reject[] = [];
  #rejected = 0;
  #partCount = 0;

  /** `scratch` is a folder that is there, and that the caller removes. */
  constructor(database: Database, scratch: string, sourceName: string) {
    this.#database = database;
    this.#scratch = scratch;
    this.#ids = new TrackIds(sourceName);
  }

  get rejected(): number {
    return this.#rejected;
  }

  get rejects(): readonly Reject[] {
    return this.#rejects;
  }

  add<Table extends FactTable>(table: Table, row: FactRow<Table>): void {
    const { file } = this.#table(table);
    const idKey = TRACK_ID_KEYS[table];
    const key = idKey === undefined ? undefined : (row as Readonly<Record<string, unknown>>)[idKey];
    if (typeof key === "string") file.column("track_id").add(this.#ids.ofKey(key));
    file.add(row);
  }

  /** Counts all, keeps the first of them as the sample. */
  reject(reject: Reject): void {
    this.#rejected += 1;
    if (this.#rejects.length >= MAX_KEPT_REJECTS) return;
    const sample = reject.sample === null ? null : printable(reject.sample);
    this.#rejects.push({ ...reject, sample });
  }

  /** Those that were counted elsewhere; `kept` are the first of them. */
  rejectAll(count: number, kept: readonly Reject[]): void {
    for (const reject of kept) this.reject(reject);
    this.#rejected += count - kept.length;
  }

  /** To be awaited now and then, with not much added in between: puts what is enough for a part into a file. */
  async drain(): Promise<void> {
    for (const [table, { file }] of this.#tables) {
      if (file.openBytes >= PART_BYTES) file.endGroup();
      if (file.sizeBytes >= PART_BYTES) await this.#endPart(table);
    }
  }

  /** A table that is already Parquet, with the columns of `FACT_TABLES`. */
  addPart(table: FactTable, path: string): void {
    const known = this.#table(table);
    known.isFinal = false;
    known.parts.push(path);
  }

  /** Rows of a table, written by `Database.writeParquet` with all its columns: they are not written again. */
  addWhole(table: FactTable, path: string): void {
    this.#table(table).parts.push(path);
  }

  /** Ids of the tracks in a part that is or will be added, so that nobody reads them again; `expectedRows` in all parts. */
  noteIds(path: string, ids: BigUint64Array, expectedRows: number): void {
    this.#repeatedIds.note(path, ids, expectedRows);
  }

  /** A part that `make` works out when all else is there, and gives the path of. Where it is the only one it has each key once. */
  addLater(table: FactTable, make: (database: Database) => Promise<string>): void {
    this.#table(table).later.push(make);
  }

  /** Writes the tables that have rows, and `rejects`, into `folder`. Gives the number of rows of each. */
  async finish(folder: string): Promise<Record<string, number>> {
    const rows: Record<string, number> = {};
    const merges = [...this.#tables.keys()].map(async (table) => ({
      table,
      ...(await this.#finishTable(table, folder)),
    }));
    // None is left running when another fails.
    await Promise.allSettled(merges);
    for (const { table, count, repeated } of await Promise.all(merges)) {
      if (count !== null) rows[table] = count;
      if (repeated > 0) this.#rejectRepeated(table, repeated);
    }
    for (const { line, offsetBytes, reason, sample } of this.#rejects) {
      this.add("rejects", { line, offset_bytes: offsetBytes, reason, sample });
    }
    const { parts } = this.#table("rejects");
    await this.#endPart("rejects");
    rows.rejects = (await this.#merge(this.#database, "rejects", parts, folder)).count;
    return rows;
  }

  #table(table: FactTable): Table {
    const known = this.#tables.get(table);
    if (known) return known;
    const made: Table = { file: factFile(table, this.#pack), parts: [], later: [], isFinal: true };
    this.#tables.set(table, made);
    return made;
  }

  /** Even of no rows. */
  async #endPart(table: FactTable): Promise<void> {
    const { file, parts } = this.#table(table);
    this.#partCount += 1;
    const part = join(this.#scratch, `part-${this.#partCount}.parquet`);
    parts.push(part);
    await writeFile(part, file.end());
    file.begin();
  }

  /** Rows that stay, null where the table has no part, and rows that are left out. Each table has a connection of its own. */
  async #finishTable(table: FactTable, folder: string): Promise<{ count: number | null; repeated: number }> {
    const { file, parts, later } = this.#table(table);
    if (file.rows > 0) await this.#endPart(table);
    const database = await this.#database.connect();
    try {
      const isMade = parts.length === 0 && later.length === 1;
      for (const make of later) parts.push(await make(database));
      if (parts.length === 0) return { count: null, repeated: 0 };
      return await this.#merge(database, table, parts, folder, isMade ? undefined : FACT_KEYS[table]);
    } finally {
      database.close();
    }
  }

  #rejectRepeated(table: FactTable, repeated: number): void {
    this.#rejected += repeated - 1;
    const reason = `${repeated} rows of ${table} with a key that was there already`;
    this.reject({ line: null, offsetBytes: null, reason, sample: null });
  }

  /** In the order in which the rows came. Of rows with one key, where there is one, the first stays, the others are left out. */
  async #merge(
    database: Database,
    table: FactTable,
    parts: readonly string[],
    folder: string,
    key?: string,
  ): Promise<{ count: number; repeated: number }> {
    const path = join(folder, `${table}.parquet`);
    const [only, ...others] = parts;
    const isFinal = this.#table(table).isFinal && only !== undefined;
    // Keys are seldom repeated: what is put together meanwhile is most often what is to stay.
    const joined = isFinal && others.length > 0 ? joinParquet(parts, path) : Promise.resolve();
    const [{ rows, repeated }] = await Promise.all([this.#countRows(database, table, parts, key), joined]);
    const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
    if (repeated > 0 && key !== undefined) {
      await writeFirstOnly(database, table, key, parts, path);
    } else if (!isFinal) {
      await writeAccessionTable(database, table, `select * from ${from}`, path);
    } else if (others.length === 0) await rename(only, path);
    return { count: rows - repeated, repeated };
  }

  async #countRows(
    database: Database,
    table: FactTable,
    parts: readonly string[],
    key: string | undefined,
  ): Promise<{ readonly rows: number; readonly repeated: number }> {
    const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
    // Grouping spills to disk where counting distinct values does not.
    const query =
      key === undefined || table === "tracks"
        ? `select count(*) as rows, 0 as repeated from ${from}`
        : `select sum(n)::bigint as rows, sum(n - 1)::bigint as repeated from (select count(*) as n from ${from} group by ${key})`;
    const [counted] = await database.rows(query);
    const rows = Number(counted?.rows ?? 0);
    const isOfTracks = table === "tracks" && key !== undefined;
    const repeated = isOfTracks ? await this.#repeatedIds.count(database, parts, rows) : counted?.repeated;
    return { rows, repeated: Number(repeated ?? 0) };
  }
}

async function writeFirstOnly(
  database: Database,
  table: FactTable,
  key: string,
  parts: readonly string[],
  path: string,
): Promise<void> {
  const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false, filename = 'fact_part', file_row_number = true)`;
  // Parts are named by number: the longer name is the later one.
  await writeAccessionTable(
    database,
    table,
    `select * exclude (fact_part, file_row_number) from ${from}
       qualify row_number() over (partition by ${key} order by length(fact_part), fact_part, file_row_number) = 1
       order by length(fact_part), fact_part, file_row_number`,
    path,
  );
}

function printable(text: string): string {
  return text
    .slice(0, MAX_SAMPLE_CHARS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\ufffd");
}
