import { join } from "node:path";
import { Database, type DatabaseOptions, type PreparedQuery, sqlText } from "../../core/index.ts";
import type { CellOfRow } from "../../formats/row-blocks/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { isRowFileCurrent } from "./build-row-file.ts";
import { rowParts } from "./index-parts.ts";
import type { RowPosition } from "./look-up.ts";
import { RowFile } from "./row-file.ts";

/** Statements that stay planned; each keeps the metadata of one segment in memory. */
const MAX_PREPARED = 256;

/**
 * Rows of the table `track` as they stand on disk, by position: from the row file of their generation, or, where there is
 * none, by one prepared statement for each segment, which reads one row group. The database is opened for the latter only.
 */
export class TrackRows {
  readonly #snapshot: Snapshot;
  readonly #options: DatabaseOptions;
  readonly #rowFiles: Map<number, RowFile> = new Map();
  readonly #prepared: Map<string, PreparedQuery> = new Map();
  #database: Promise<Database> | undefined;

  constructor(
    snapshot: Snapshot,
    options: DatabaseOptions = { threads: 1, memoryLimit: "256MB" },
    { withRowFiles = true }: { readonly withRowFiles?: boolean } = {},
  ) {
    this.#snapshot = snapshot;
    this.#options = options;
    if (!withRowFiles) return;
    for (const { generation, path, source } of rowParts(snapshot)) {
      if (isRowFileCurrent({ path, source })) this.#rowFiles.set(generation, new RowFile(path, source));
    }
  }

  /** The row of `trackId` at `position`, or null when it is not there. */
  async row(trackId: bigint, position: RowPosition): Promise<Record<string, CellOfRow> | null> {
    const stored = this.#rowFiles.get(position.segment.generation);
    if (stored) {
      const row = stored.row(position.ordinal);
      return row && { track_id: trackId, ...row };
    }
    const query = await this.#query(position.segment.file);
    const [row] = await query.rows({ track: trackId });
    return row ? cellsOf(row) : null;
  }

  async close(): Promise<void> {
    for (const file of this.#rowFiles.values()) file.close();
    this.#rowFiles.clear();
    this.#clear();
    (await this.#database)?.close();
  }

  async #query(file: string): Promise<PreparedQuery> {
    const known = this.#prepared.get(file);
    if (known) return known;
    if (this.#prepared.size >= MAX_PREPARED) this.#clear();
    this.#database ??= this.#open();
    const path = sqlText(join(this.#snapshot.folder, file));
    const query = await (await this.#database).prepare(
      `select * from read_parquet(${path}, hive_partitioning = false) where track_id = $track::ubigint`,
    );
    this.#prepared.set(file, query);
    return query;
  }

  async #open(): Promise<Database> {
    const database = await Database.open(this.#options);
    await database.run("set parquet_metadata_cache = true");
    return database;
  }

  #clear(): void {
    for (const query of this.#prepared.values()) query.close();
    this.#prepared.clear();
  }
}

/** The database's values are those of the row file already; only its lists are objects of their own. */
function cellsOf(row: Record<string, unknown>): Record<string, CellOfRow> {
  return row as Record<string, CellOfRow>;
}
