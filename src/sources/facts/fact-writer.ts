import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Database, sqlText, sqlTextList } from "../../core/database.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import { FACT_KEYS, FACT_TABLES, type FactRow, type FactTable, TRACK_ID_KEYS } from "./fact-tables.ts";
import { joinParquet } from "./join-parquet.ts";
import { RowText } from "./row-text.ts";
import { trackIdSql } from "./track-id-sql.ts";

const BATCH_BYTES = 16 << 20;
const MAX_KEPT_REJECTS = 10_000;
const MAX_SAMPLE_CHARS = 200;
const MAX_ROW_BYTES = 64 << 20;

export interface Reject {
  readonly line: number | null;
  readonly offsetBytes: number | null;
  readonly reason: string;
  readonly sample: string | null;
}

interface Batch {
  text: RowText;
  parts: string[];
  /** All parts are already as the table is to be. */
  isFinal: boolean;
}

/**
 * Takes rows of facts and leaves them as Parquet. Rows go to the database in batches, one of which is turned into
 * Parquet while the next is being filled: at most two are in memory.
 */
export class FactWriter {
  readonly #database: Database;
  readonly #scratch: string;
  readonly #sourceName: string;
  readonly #batches = new Map<FactTable, Batch>();
  readonly #rejects: Reject[] = [];
  #rejected = 0;
  #partCount = 0;
  #running: Promise<void> = Promise.resolve();

  /** `scratch` is a folder that is there, and that the caller removes. */
  constructor(database: Database, scratch: string, sourceName: string) {
    this.#database = database;
    this.#scratch = scratch;
    this.#sourceName = sourceName;
  }

  get rejected(): number {
    return this.#rejected;
  }

  get rejects(): readonly Reject[] {
    return this.#rejects;
  }

  add<Table extends FactTable>(table: Table, row: FactRow<Table>): void {
    this.#batch(table).text.add(row);
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

  /** To be awaited now and then: hands full batches over. */
  async drain(): Promise<void> {
    for (const [table, batch] of this.#batches)
      if (batch.text.sizeBytes >= BATCH_BYTES) await this.#handOver(table, batch);
  }

  /** A table that is already Parquet, with the columns of `FACT_TABLES`. */
  addPart(table: FactTable, path: string): void {
    const batch = this.#batch(table);
    batch.isFinal = false;
    batch.parts.push(path);
  }

  /** Rows of a table, written by `Database.writeParquet` with all its columns: they are not written again. */
  addWhole(table: FactTable, path: string): void {
    this.#batch(table).parts.push(path);
  }

  /** Writes the tables that have rows, and `rejects`, into `folder`. Gives the number of rows of each. */
  async finish(folder: string): Promise<Record<string, number>> {
    for (const [table, batch] of this.#batches) await this.#handOver(table, batch);
    await this.#running;
    const rows: Record<string, number> = {};
    for (const [table, { parts }] of this.#batches) {
      if (parts.length > 0 && table !== "rejects") rows[table] = await this.#merge(table, parts, folder);
    }
    for (const { line, offsetBytes, reason, sample } of this.#rejects) {
      this.add("rejects", { line, offset_bytes: offsetBytes, reason, sample });
    }
    await this.#handOver("rejects", this.#batch("rejects"), true);
    await this.#running;
    rows.rejects = await this.#merge("rejects", this.#batch("rejects").parts, folder);
    return rows;
  }

  #batch(table: FactTable): Batch {
    const known = this.#batches.get(table);
    if (known) return known;
    const batch: Batch = { text: new RowText(), parts: [], isFinal: true };
    this.#batches.set(table, batch);
    return batch;
  }

  async #handOver(table: FactTable, batch: Batch, evenEmpty = false): Promise<void> {
    if (batch.text.sizeBytes === 0 && !evenEmpty) return;
    const { text } = batch;
    batch.text = new RowText();
    await this.#running;
    this.#partCount += 1;
    const part = join(this.#scratch, `part-${this.#partCount}.parquet`);
    batch.parts.push(part);
    this.#running = this.#convert(table, text, part);
    // Whoever awaits it next hears of the failure; until then it is not "unhandled".
    this.#running.catch(() => {});
  }

  async #convert(table: FactTable, text: RowText, part: string): Promise<void> {
    const spool = `${part}.ndjson`;
    await writeFile(spool, text.chunks());
    const columns = Object.entries<string>(FACT_TABLES[table]).filter(([column]) => column !== "track_id");
    const types = columns.map(([column, type]) => `${column}: ${sqlText(type)}`).join(", ");
    const from = `read_json(${sqlText(spool)}, format = 'newline_delimited', maximum_object_size = ${MAX_ROW_BYTES}, columns = {${types}})`;
    const idKey = TRACK_ID_KEYS[table];
    const id = idKey === undefined ? "" : `${trackIdSql(this.#sourceName, idKey)} as track_id, `;
    const query = `select ${id}${columns.map(([column]) => column).join(", ")} from ${from}`;
    await writeAccessionTable(this.#database, table, query, part);
    await rm(spool);
  }

  /** In the order in which the rows came. Of rows with one key the first stays, the others are rejects. */
  async #merge(table: FactTable, parts: readonly string[], folder: string): Promise<number> {
    const key = FACT_KEYS[table];
    const path = join(folder, `${table}.parquet`);
    const [only, ...others] = parts;
    const isFinal = this.#batch(table).isFinal && only !== undefined;
    // Keys are seldom repeated: what is put together meanwhile is most often what is to stay.
    const joined = isFinal && others.length > 0 ? joinParquet(parts, path) : Promise.resolve();
    const [{ rows, repeated }] = await Promise.all([this.#countRows(table, parts), joined]);
    const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
    if (repeated > 0 && key !== undefined) {
      await this.#writeFirstOnly(table, key, parts, path);
      this.#rejected += repeated - 1;
      this.reject({
        line: null,
        offsetBytes: null,
        reason: `${repeated} rows of ${table} with a key that was there already`,
        sample: null,
      });
    } else if (!isFinal) {
      await writeAccessionTable(this.#database, table, `select * from ${from}`, path);
    } else if (others.length === 0) await rename(only, path);
    return rows - repeated;
  }

  async #countRows(
    table: FactTable,
    parts: readonly string[],
  ): Promise<{ readonly rows: number; readonly repeated: number }> {
    const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
    const key = FACT_KEYS[table];
    const [counted] = await this.#database.rows(
      key === undefined
        ? `select count(*) as rows, 0::bigint as repeated from ${from}`
        : // Grouping spills to disk where counting distinct values does not.
          `select sum(n)::bigint as rows, sum(n - 1)::bigint as repeated from (select count(*) as n from ${from} group by ${table === "tracks" ? "track_id" : key})`,
    );
    return { rows: Number(counted?.rows ?? 0), repeated: Number(counted?.repeated ?? 0) };
  }

  async #writeFirstOnly(
    table: FactTable,
    key: string,
    parts: readonly string[],
    path: string,
  ): Promise<void> {
    const from = `read_parquet(${sqlTextList(parts)}, hive_partitioning = false, filename = 'fact_part', file_row_number = true)`;
    // Parts are named by number: the longer name is the later one.
    await writeAccessionTable(
      this.#database,
      table,
      `select * exclude (fact_part, file_row_number) from ${from}
       qualify row_number() over (partition by ${key} order by length(fact_part), fact_part, file_row_number) = 1
       order by length(fact_part), fact_part, file_row_number`,
      path,
    );
  }
}

function printable(text: string): string {
  return text
    .slice(0, MAX_SAMPLE_CHARS)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "\ufffd");
}
