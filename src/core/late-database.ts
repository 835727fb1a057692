import { Database, type DatabaseOptions } from "./database.ts";

/** A database that is opened when it is first asked for: loading it takes longer than many a run that needs none. */
export class LateDatabase {
  readonly #options: DatabaseOptions;
  #opened: Promise<Database> | null = null;

  constructor(options: DatabaseOptions) {
    this.#options = options;
  }

  /** The same each time. */
  open(): Promise<Database> {
    this.#opened ??= Database.open(this.#options);
    return this.#opened;
  }

  /** On a connection of its own, beside what else is done. */
  async onConnection<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
    const connection = await (await this.open()).connect();
    try {
      return await work(connection);
    } finally {
      connection.close();
    }
  }

  async close(): Promise<void> {
    const database = await this.#opened?.catch(() => null);
    database?.close();
  }
}
