import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sqlTextList } from "../../core/database.ts";
import type { LateDatabase } from "../../core/late-database.ts";
import { zstdPacker } from "../../core/zstd.ts";
import type { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { ACCESSION_ZSTD_LEVEL } from "../accession/accession-format.ts";
import { type WrittenTable, writeAccessionTable } from "../accession/write-accession.ts";
import { factFile } from "./fact-file.ts";
import { FACT_KEYS, type FactRow, type FactTable, TRACK_ID_KEYS } from "./fact-tables.ts";
import type { IdRange } from "./id-files.ts";
import { ParquetJoin, parquetRows } from "./join-parquet.ts";
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

/** Writes a part, and gives its path. */
export type MakePart = () => Promise<string>;

interface Table {
  /** Rows that are on their way into a part. */
  readonly file: RowFile;
  readonly parts: string[];
  /** The parts in one file, while they are as the table is to be. */
  readonly join: ParquetJoin;
  /** Parts that are made at the end. */
  readonly later: MakePart[];
  /** All parts are already as the table is to be. */
  isFinal: boolean;
}

/** Takes rows of facts and leaves them as Parquet. What is not in a file yet is in memory: some 16 MiB of each table that is being filled. */
export class FactWriter {
  readonly #database: LateDatabase;
  readonly #scratch: string;
  readonly #ids: TrackIds;
  readonly #pack = zstdPacker(ACCESSION_ZSTD_LEVEL);
  readonly #tables = new Map<FactTable, Table>();
  readonly #repeatedIds = new RepeatedIds();
  readonly #rejects: Reject[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  #rejected = 0;
  #partCount = 0;

  /** `scratch` is a folder that is there, and that the caller removes. */
  constructor(database: LateDatabase, scratch: string, sourceName: string) {
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

  /** So many tracks are to come, as far as can be told before the first. */
  expectTracks(count: number): void {
    this.#repeatedIds.expectedIds = count;
  }

  /**
   * Rows of a table as it is to be, with all its columns: they are not written again. `ids` are where those of tracks are, so that
   * nobody reads them from the rows.
   */
  addWhole(table: FactTable, path: string, ids: IdRange | null = null): void {
    const { parts, join } = this.#table(table);
    parts.push(path);
    join.add(path);
    if (ids !== null) this.#repeatedIds.note(path, ids);
  }

  /** A part that `make` works out when all else is there. Where it is the only one it has each key once. */
  addLater(table: FactTable, make: MakePart): void {
    this.#table(table).later.push(make);
  }

  /** Is called when the writer is closed, also after something has failed. */
  onClose(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** Writes the tables that have rows, and `rejects`, into `folder`. */
  async finish(folder: string): Promise<Record<string, WrittenTable>> {
    const written: Record<string, WrittenTable> = {};
    const merges = [...this.#tables.keys()].map(async (table) => ({
      table,
      ...(await this.#finishTable(table, folder)),
    }));
    // None is left running when another fails.
    await Promise.allSettled(merges);
    for (const { table, as, repeated } of await Promise.all(merges)) {
      if (as !== null) written[table] = as;
      if (repeated > 0) this.#rejectRepeated(table, repeated);
    }
    for (const { line, offsetBytes, reason, sample } of this.#rejects) {
      this.add("rejects", { line, offset_bytes: offsetBytes, reason, sample });
    }
    await this.#endPart("rejects");
    written.rejects = (await this.#merge("rejects", folder)).as;
    return written;
  }

  /** Ends what is still being written. */
  async close(): Promise<void> {
    for (const { join } of this.#tables.values()) await join.close();
    for (const close of this.#closers) await close();
  }

  #table(table: FactTable): Table {
    const known = this.#tables.get(table);
    if (known) return known;
    const whole = new ParquetJoin(join(this.#scratch, `all-${table}.parquet`));
    const made: Table = {
      file: factFile(table, this.#pack),
      parts: [],
      join: whole,
      later: [],
      isFinal: true,
    };
    this.#tables.set(table, made);
    return made;
  }

  /** Even of no rows. */
  async #endPart(table: FactTable): Promise<void> {
    const { file } = this.#table(table);
    this.#partCount += 1;
    const part = join(this.#scratch, `part-${this.#partCount}.parquet`);
    await writeFile(part, file.end());
    file.begin();
    this.addWhole(table, part);
  }

  /** What stays, null where the table has no part, and rows that are left out. */
  async #finishTable(
    table: FactTable,
    folder: string,
  ): Promise<{ as: WrittenTable | null; repeated: number }> {
    const { file, parts, later } = this.#table(table);
    if (file.rows > 0) await this.#endPart(table);
    const isMade = parts.length === 0 && later.length === 1;
    for (const make of later) this.addWhole(table, await make());
    if (parts.length === 0) return { as: null, repeated: 0 };
    return await this.#merge(table, folder, isMade ? undefined : FACT_KEYS[table]);
  }

  #rejectRepeated(table: FactTable, repeated: number): void {
    this.#rejected += repeated - 1;
    const reason = `${repeated} rows of ${table} with a key that was there already`;
    this.reject({ line: null, offsetBytes: null, reason, sample: null });
  }

  /** In the order in which the rows came. Of rows with one key, where there is one, the first stays, the others are left out. */
  async #merge(
    table: FactTable,
    folder: string,
    key?: string,
  ): Promise<{ as: WrittenTable; repeated: number }> {
    const { parts, isFinal, join: whole } = this.#table(table);
    const path = join(folder, `${table}.parquet`);
    const [only, ...others] = parts;
    const joined = await whole.finish();
    const rows = joined?.rows ?? (await rowsOf(parts));
    const repeated = key === undefined ? 0 : await this.#countRepeated(table, key, parts, rows);
    if (repeated > 0 && key !== undefined) await this.#writeAnew(table, firstOnly(key, parts), path);
    else if (joined !== null) await rename(whole.path, path);
    else if (isFinal && only !== undefined && others.length === 0) await rename(only, path);
    else await this.#writeAnew(table, `select * from ${read(parts)}`, path);
    return { as: { rows: rows - repeated, hash: repeated === 0 ? joined : null }, repeated };
  }

  async #writeAnew(table: FactTable, query: string, path: string): Promise<void> {
    await this.#database.onConnection((database) => writeAccessionTable(database, table, query, path));
  }

  async #countRepeated(
    table: FactTable,
    key: string,
    parts: readonly string[],
    rows: number,
  ): Promise<number> {
    if (table === "tracks") return await this.#repeatedIds.count(this.#database, parts, rows);
    // Grouping spills to disk where counting distinct values does not.
    const query = `select coalesce(sum(n - 1), 0)::bigint as repeated from (select count(*) as n from ${read(parts)} group by ${key})`;
    const [counted] = await this.#database.onConnection((database) => database.rows(query));
    return Number(counted?.repeated ?? 0);
  }
}

async function rowsOf(parts: readonly string[]): Promise<number> {
  let sum = 0;
  for (const part of parts) sum += await parquetRows(part);
  return sum;
}

function firstOnly(key: string, parts: readonly string[]): string {
  const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false, filename = 'fact_part', file_row_number = true)`;
  // Parts are named by number: the longer name is the later one.
  return `select * exclude (fact_part, file_row_number) from ${from}
     qualify row_number() over (partition by ${key} order by length(fact_part), fact_part, file_row_number) = 1
     order by length(fact_part), fact_part, file_row_number`;
}

function read(parts: readonly string[]): string {
  return `read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
}

function printable(text: string): string {
  return text
    .slice(0, MAX_SAMPLE_CHARS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\ufffd");
}
