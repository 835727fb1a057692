import type { Database, TableRow, TableSchema } from "../../core/database.ts";

const FLUSH_ROWS = 20_000;

/** Takes rows for a table that is there, and hands them to the database now and then. */
export class RowSink {
  readonly #database: Database;
  readonly #table: string;
  readonly #schema: TableSchema;
  #rows: TableRow[] = [];

  constructor(database: Database, table: string, schema: TableSchema) {
    this.#database = database;
    this.#table = table;
    this.#schema = schema;
  }

  async add(rows: readonly TableRow[]): Promise<void> {
    for (const row of rows) this.#rows.push(row);
    if (this.#rows.length >= FLUSH_ROWS) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.#rows;
    if (rows.length === 0) return;
    this.#rows = [];
    const part = `${this.#table}_part`;
    await this.#database.insert(part, this.#schema, rows);
    await this.#database.run(`insert into "${this.#table}" select * from "${part}"; drop table "${part}"`);
  }
}
