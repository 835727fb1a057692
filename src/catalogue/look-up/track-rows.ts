import { join } from "node:path";
import { Database, type DatabaseOptions, type PreparedQuery, sqlText } from "../../core/index.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import type { RowPosition } from "./look-up.ts";

/** Statements that stay planned; each keeps the metadata of one segment in memory. */
const MAX_PREPARED = 256;

/**
 * Rows of the table `track` as they stand on disk, by position: one prepared statement for each segment, which reads one
 * row group. Reading by key is as fast as reading by row number, and says whether the position is right.
 */
export class TrackRows {
  readonly #snapshot: Snapshot;
  readonly #database: Database;
  readonly #prepared: Map<string, PreparedQuery> = new Map();

  private constructor(snapshot: Snapshot, database: Database) {
    this.#snapshot = snapshot;
    this.#database = database;
  }

  static async open(
    snapshot: Snapshot,
    options: DatabaseOptions = { threads: 1, memoryLimit: "256MB" },
  ): Promise<TrackRows> {
    const database = await Database.open(options);
    await database.run("set parquet_metadata_cache = true");
    return new TrackRows(snapshot, database);
  }

  /** The row of `trackId` in the segment of `position`, or null when it is not there. */
  async row(trackId: bigint, position: RowPosition): Promise<Record<string, unknown> | null> {
    const query = await this.#query(position.segment.file);
    const [row] = await query.rows({ track: trackId });
    return row ?? null;
  }

  close(): void {
    this.#clear();
    this.#database.close();
  }

  async #query(file: string): Promise<PreparedQuery> {
    const known = this.#prepared.get(file);
    if (known) return known;
    if (this.#prepared.size >= MAX_PREPARED) this.#clear();
    const path = sqlText(join(this.#snapshot.folder, file));
    const query = await this.#database.prepare(
      `select * from read_parquet(${path}, hive_partitioning = false) where track_id = $track::ubigint`,
    );
    this.#prepared.set(file, query);
    return query;
  }

  #clear(): void {
    for (const query of this.#prepared.values()) query.close();
    this.#prepared.clear();
  }
}
