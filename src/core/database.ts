import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type {
  DuckDBAppender,
  DuckDBConnection,
  DuckDBInstance,
  DuckDBListType,
  DuckDBListValue,
  DuckDBPreparedStatement,
  DuckDBValue,
} from "@duckdb/node-api";
import { ColumnChunk } from "./column-chunk.ts";
import { ColumnMemory, NumberColumns } from "./number-columns.ts";
import { ROW_GROUP_ROWS } from "./row-groups.ts";

/** Loaded with the first database: a seeder, for one, needs none, and it is the largest thing that could be loaded. */
let library: typeof import("@duckdb/node-api") | null = null;

function loaded(): typeof import("@duckdb/node-api") {
  if (library === null) throw new TypeError("no database was opened");
  return library;
}

/** It is CommonJS: required, its hundred files are not searched for the names that `import` would give. */
function loadLibrary(): typeof import("@duckdb/node-api") {
  return createRequire(import.meta.url)("@duckdb/node-api");
}

/** Whether a value of a chunk is a list. */
export function isListValue(value: unknown): value is DuckDBListValue {
  return library !== null && value instanceof library.DuckDBListValue;
}

/** Column types that we write; `VARCHAR[]` is a list of text. */
export type ColumnType =
  | "BIGINT"
  | "UBIGINT"
  | "INTEGER"
  | "DOUBLE"
  | "BOOLEAN"
  | "VARCHAR"
  | "BLOB"
  | "VARCHAR[]";

/** The columns of a table, in order. */
export type TableSchema = { readonly [column: string]: ColumnType };
export type CellValue = string | number | bigint | boolean | null | Uint8Array | readonly string[];
export type TableRow = { readonly [column: string]: CellValue };
export type SqlParameters = Record<string, DuckDBValue>;

export interface DatabaseOptions {
  /** Two unless told: the pool of child processes has the other work. */
  readonly threads?: number;
  readonly memoryLimit?: string;
  /** Where what does not fit into memory goes; without it nothing is spilled (DuckDB itself would write `./.tmp`). */
  readonly spillFolder?: string;
}

export interface ParquetOptions {
  readonly rowGroupRows?: number;
  readonly zstdLevel?: number;
  readonly maxDictionaryValues?: number;
}

/** An in-memory DuckDB: it reads and writes the archive's Parquet files and holds nothing of its own. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  readonly #ownsInstance: boolean;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, ownsInstance: boolean) {
    this.#instance = instance;
    this.#connection = connection;
    this.#ownsInstance = ownsInstance;
  }

  static async open(options: DatabaseOptions = {}): Promise<Database> {
    library ??= loadLibrary();
    const instance = await library.DuckDBInstance.create(":memory:", {
      threads: String(options.threads ?? 2),
      memory_limit: options.memoryLimit ?? "1GB",
      temp_directory: options.spillFolder ?? "",
      // The system caches files that lie here; a second copy would only take memory.
      enable_external_file_cache: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    return new Database(instance, await instance.connect(), true);
  }

  /**
   * The same tables over a connection of its own, with its own variables and temporary tables, for statements that run at the
   * same time. Each one works on a thread of its own beside those of the database. The caller closes it first.
   */
  async connect(): Promise<Database> {
    return new Database(this.#instance, await this.#instance.connect(), false);
  }

  /** Runs one or more statements (several only without parameters). */
  async run(sql: string, parameters?: SqlParameters): Promise<void> {
    await this.#connection.run(sql, parameters);
  }

  /** Runs the statements of a `.sql` file that stands beside the calling module. */
  async runFile(file: URL): Promise<void> {
    await this.run(await readFile(file, "utf8"));
  }

  /** All rows as plain objects (64-bit integers as bigint); for results that are known to be small. */
  async rows(sql: string, parameters?: SqlParameters): Promise<Record<string, unknown>[]> {
    const reader = await this.#connection.runAndReadAll(sql, parameters);
    return reader.getRowObjectsJS();
  }

  /** Rows one by one, a chunk of about 2,048 in memory at a time. Other statements may run meanwhile. */
  async *stream(sql: string, parameters?: SqlParameters): AsyncGenerator<Record<string, unknown>> {
    // A connection of its own: the next statement on the same one would end an open result early, without an error.
    const connection = await this.#instance.connect();
    try {
      const result = await connection.stream(sql, parameters);
      for await (const rows of result.yieldRowObjectJs()) yield* rows;
    } finally {
      connection.closeSync();
    }
  }

  /**
   * Rows as lists of values with the names of their columns, for queries that a person wrote; the first chunk is ready.
   * When `signal` fires the query is interrupted.
   */
  async query(sql: string, signal?: AbortSignal): Promise<QueryResult> {
    const connection = await this.#instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal?.addEventListener("abort", interrupt);
    const end = (): void => {
      signal?.removeEventListener("abort", interrupt);
      connection.closeSync();
    };
    try {
      const result = await connection.stream(sql);
      return { columns: result.deduplicatedColumnNames(), rows: flatten(result.yieldRowsJs(), end) };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** True when the text is one statement and that statement only reads: `select`, `from`, `describe`, `show` … */
  async isOneSelect(sql: string): Promise<boolean> {
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) return false;
    const statement = await statements.prepare(0);
    const isSelect = statement.statementType === loaded().StatementType.SELECT;
    statement.destroySync();
    return isSelect;
  }

  /** The same by columns: for work that reads millions of rows and makes no object of each. */
  async *chunks(sql: string, parameters?: SqlParameters): AsyncGenerator<ColumnChunk> {
    const connection = await this.#instance.connect();
    try {
      const result = await connection.stream(sql, parameters);
      for await (const chunk of result) if (chunk.rowCount > 0) yield new ColumnChunk(chunk);
    } finally {
      connection.closeSync();
    }
  }

  /**
   * The columns of a result, all of it in memory: for numbers without nulls of some million rows. They come in the order of
   * the rows where the database has one thread. What comes is good until the memory, if it is given,
   * is used again.
   */
  async numbers(
    query: string,
    columns: readonly string[],
    memory = new ColumnMemory(),
  ): Promise<NumberColumns> {
    // One chunk of lists, and not many of rows: each chunk takes a turn of this thread, and memory until that is collected.
    const lists = columns.map((column) => `list(${sqlName(column)})`).join(", ");
    const result = await this.#connection.run(`select ${lists} from (${query})`);
    return NumberColumns.ofLists(result.getChunk(0), columns, memory);
  }

  /** A statement that is planned once and run often; the caller closes it before the database. */
  async prepare(sql: string): Promise<PreparedQuery> {
    return new PreparedQuery(await this.#connection.prepare(sql));
  }

  /** Makes the table `name` and fills it; rows stream through. */
  async insert(
    name: string,
    schema: TableSchema,
    rows: Iterable<TableRow> | AsyncIterable<TableRow>,
  ): Promise<number> {
    const columns = Object.entries(schema);
    const definition = columns.map(([column, type]) => `"${column}" ${type}`).join(", ");
    await this.run(`create table "${name}" (${definition})`);
    const appender = await this.#connection.createAppender(name);
    let count = 0;
    for await (const row of rows) {
      for (const [column, type] of columns) appendCell(appender, type, row[column] ?? null);
      appender.endRow();
      count += 1;
      if (count % 20_480 === 0) appender.flushSync();
    }
    appender.closeSync();
    return count;
  }

  /**
   * Writes the result of `query` to a Parquet file (zstd 3 unless told, v2, no Bloom filters: they take 2 % and
   * tell nothing of the columns that DuckDB makes them for). `order by` in the query makes the file deterministic. The caller
   * publishes the file.
   */
  async writeParquet(
    query: string,
    path: string,
    metadata: Readonly<Record<string, string>> = {},
    options: ParquetOptions = {},
  ): Promise<void> {
    const { rowGroupRows = ROW_GROUP_ROWS, zstdLevel = 3, maxDictionaryValues: values } = options;
    const dictionary = values === undefined ? "" : `, dictionary_size_limit ${values}`;
    const pairs = Object.entries(metadata).map(([key, value]) => `${sqlName(key)}: ${sqlText(value)}`);
    const keyValues = pairs.length > 0 ? `, kv_metadata {${pairs.join(", ")}}` : "";
    await this.run(
      `copy (${query}) to ${sqlText(path)} (format parquet, compression zstd, compression_level ${zstdLevel}, parquet_version v2, write_bloom_filter false, row_group_size ${rowGroupRows}${dictionary}${keyValues})`,
    );
  }

  close(): void {
    this.#connection.closeSync();
    if (this.#ownsInstance) this.#instance.closeSync();
  }
}

/** What a query gave. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: AsyncGenerator<readonly unknown[]>;
}

async function* flatten<T>(chunks: AsyncIterable<readonly T[]>, end: () => void): AsyncGenerator<T> {
  try {
    for await (const chunk of chunks) yield* chunk;
  } finally {
    end();
  }
}

/** A query with its parameters left open. */
export class PreparedQuery {
  readonly #statement: DuckDBPreparedStatement;

  constructor(statement: DuckDBPreparedStatement) {
    this.#statement = statement;
  }

  async rows(parameters: SqlParameters): Promise<Record<string, unknown>[]> {
    this.#statement.bind(parameters);
    const reader = await this.#statement.runAndReadAll();
    return reader.getRowObjectsJS();
  }

  close(): void {
    this.#statement.destroySync();
  }
}

/** A string literal of SQL. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A quoted name of SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A list of string literals, for `read_parquet([...])`. */
export function sqlTextList(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(", ")}]`;
}

function appendCell(appender: DuckDBAppender, type: ColumnType, value: CellValue): void {
  if (value === null) appender.appendNull();
  else if (type === "BIGINT") appender.appendBigInt(BigInt(asIntegral(value)));
  else if (type === "UBIGINT") appender.appendUBigInt(BigInt(asIntegral(value)));
  else if (type === "INTEGER") appender.appendInteger(Number(asIntegral(value)));
  else if (type === "DOUBLE") appender.appendDouble(Number(value));
  else if (type === "BOOLEAN") appender.appendBoolean(value === true);
  else if (type === "VARCHAR") appender.appendVarchar(storableText(String(value)));
  else if (type === "BLOB" && value instanceof Uint8Array) appender.appendBlob(value);
  else if (type === "VARCHAR[]" && isTextList(value)) {
    appender.appendList(value.map(storableText), textListType());
  } else throw new TypeError(`a ${type} column does not take this value`);
}

let textList: DuckDBListType | null = null;
function textListType(): DuckDBListType {
  textList ??= loaded().LIST(loaded().VARCHAR);
  return textList;
}

/** DuckDB refuses NUL and lone surrogates in text; tags of real files have both. NUL becomes U+2400. */
function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\u2400");
}

function isTextList(value: CellValue): value is readonly string[] {
  return Array.isArray(value);
}

function asIntegral(value: CellValue): number | bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) return value;
  throw new TypeError(`${String(value)} is not a whole number`);
}
