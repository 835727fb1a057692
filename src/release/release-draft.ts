import { createHash } from "node:crypto";
import { addSnapshotViews, type Snapshot } from "../catalogue/index.ts";
import { canonicalJson, Database, type JsonValue, type TableSchema, throwIfAborted } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { INDEX_COLUMNS, type IndexTableRow, indexTableRow } from "../packing/index-row.ts";
import { TRACK_TABLE_COLUMNS } from "./track-table.ts";

/** What the gate says of one track. */
export interface Verdict {
  readonly open: boolean;
  /** Whether an access copy may go out too: it is another format than was received. */
  readonly derive: boolean;
  readonly reason: string;
  /** SPDX; null when closed, or unknown. */
  readonly licence: string | null;
  readonly attribution: string | null;
}

/** A shard as it was sealed, with the rows of its index that still stand for their tracks. */
export interface DraftShard {
  readonly id: string;
  /** A gradual release does not give it out yet: its tracks are described only. */
  readonly isHeldBack: boolean;
  readonly rows: AsyncIterable<Parameters<typeof indexTableRow>[0]>;
}

/** Everything that decides what a release says of each track. */
export interface DraftInputs {
  readonly shards: readonly DraftShard[];
  /** Selects the dispositions of the plan. */
  readonly dispositions: string;
  /** The snapshot that was planned for; null when it has gone. */
  readonly snapshot: Snapshot | null;
  readonly decide: (trackId: bigint) => Verdict;
  readonly signal?: AbortSignal | undefined;
}

export interface Tally {
  readonly name: string;
  readonly tracks: number;
}

/** A track that was written to another place than the one it was sealed at. */
export interface MovedTrack {
  readonly trackId: bigint;
  readonly shard: string;
  readonly offsetBytes: number;
  readonly jsonOffsetBytes: number;
}

const VERDICT_COLUMNS = {
  track_id: "UBIGINT",
  id: "VARCHAR",
  open: "BOOLEAN",
  derive: "BOOLEAN",
  reason: "VARCHAR",
  licence: "VARCHAR",
  attribution: "VARCHAR",
} as const satisfies TableSchema;

const MOVED_COLUMNS = {
  track_id: "UBIGINT",
  shard: "VARCHAR",
  offset_bytes: "BIGINT",
  json_offset_bytes: "BIGINT",
} as const satisfies TableSchema;

/** What a release would say of every track, as tables in a database of its own. Close it after use. */
export class ReleaseDraft {
  readonly #database: Database;

  private constructor(database: Database) {
    this.#database = database;
  }

  static async open(inputs: DraftInputs): Promise<ReleaseDraft> {
    const database = await Database.open();
    try {
      await database.insert("sealed", INDEX_COLUMNS, sealedRows(inputs));
      const heldBack = inputs.shards.filter(({ isHeldBack }) => isHeldBack);
      await database.insert(
        "held_back",
        { shard: "VARCHAR" },
        heldBack.map(({ id }) => ({ shard: id })),
      );
      await database.run(
        `create table planned as select track_id, disposition, reason from (${inputs.dispositions})`,
      );
      await database.insert("verdict", VERDICT_COLUMNS, verdicts(database, inputs));
      await database.runFile(new URL("./draft.sql", import.meta.url));
      await describe(database, inputs);
      return new ReleaseDraft(database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  async countStates(): Promise<{ released: number; metadataOnly: number; withheld: number }> {
    const counts = new Map((await this.#tally("state", "true")).map(({ name, tracks }) => [name, tracks]));
    const of = (state: string) => counts.get(state) ?? 0;
    return { released: of("released"), metadataOnly: of("metadata-only"), withheld: of("withheld") };
  }

  /** Reasons of the gate, the most frequent first. */
  countWithheldReasons(): Promise<readonly Tally[]> {
    return this.#tally("reason", "state = 'withheld'");
  }

  countLicences(): Promise<readonly Tally[]> {
    return this.#tally("licence", "state = 'released'");
  }

  /** How many tracks of each shard are released. */
  async countReleasedByShard(): Promise<ReadonlyMap<string, number>> {
    const tallies = await this.#tally("source_shard", "state = 'released'");
    return new Map(tallies.map(({ name, tracks }) => [name, tracks]));
  }

  /** The first tracks that the gate withholds, by id. */
  async listWithheld(
    limit: number,
  ): Promise<readonly { readonly trackId: string; readonly reason: string }[]> {
    const rows = await this.#database.rows(
      `select id, reason from draft where state = 'withheld' order by track_id limit ${limit}`,
    );
    return rows.map((row) => ({ trackId: String(row.id), reason: String(row.reason) }));
  }

  /** Ids of the released tracks of one shard. */
  async releasedTracksOf(shard: string): Promise<ReadonlySet<string>> {
    const query = "select id from draft where state = 'released' and source_shard = $shard";
    const rows = await this.#database.rows(query, { shard });
    return new Set(rows.map((row) => String(row.id)));
  }

  /** SHA-256 over all that the release says of its tracks, as long as no shard is rewritten. */
  async contentSha256(): Promise<string> {
    await this.#makeTrackRows([]);
    const hash = createHash("sha256");
    for await (const row of this.#database.stream("select * from track_row order by track_id")) {
      const values = Object.keys(TRACK_TABLE_COLUMNS).map((column) => jsonOf(row[column]));
      hash.update(`${canonicalJson(values)}\n`);
    }
    return hash.digest("hex");
  }

  /** Writes the track table, by track id. `moved` are the tracks of shards that were rewritten. */
  async writeTrackTable(path: string, moved: readonly MovedTrack[]): Promise<void> {
    await this.#makeTrackRows(moved);
    await this.#database.writeParquet("select * from track_row order by track_id", path);
  }

  async #makeTrackRows(moved: readonly MovedTrack[]): Promise<void> {
    await this.#database.run("drop table if exists moved; drop table if exists track_row");
    await this.#database.insert(
      "moved",
      MOVED_COLUMNS,
      moved.map(({ trackId, shard, offsetBytes, jsonOffsetBytes }) => ({
        track_id: trackId,
        shard,
        offset_bytes: offsetBytes,
        json_offset_bytes: jsonOffsetBytes,
      })),
    );
    await this.#database.runFile(new URL("./track-table.sql", import.meta.url));
  }

  async #tally(column: string, condition: string): Promise<readonly Tally[]> {
    const rows = await this.#database.rows(
      `select coalesce(${column}, 'none') as name, count(*) as tracks from draft where ${condition}
       group by all order by tracks desc, name`,
    );
    return rows.map((row) => ({ name: String(row.name), tracks: Number(row.tracks) }));
  }
}

async function* sealedRows({ shards, signal }: DraftInputs): AsyncGenerator<IndexTableRow> {
  for (const { id, rows } of shards) {
    throwIfAborted(signal);
    for await (const row of rows) yield indexTableRow(row, id);
  }
}

async function* verdicts(database: Database, { decide, signal }: DraftInputs) {
  const query = "select track_id from sealed union select track_id from planned order by track_id";
  for await (const { track_id: trackId } of database.stream(query)) {
    throwIfAborted(signal);
    if (typeof trackId !== "bigint") continue;
    const { open, derive, reason, licence, attribution } = decide(trackId);
    yield { track_id: trackId, id: trackIdFromBigInt(trackId), open, derive, reason, licence, attribution };
  }
}

async function describe(database: Database, { snapshot }: DraftInputs): Promise<void> {
  if (snapshot === null) {
    await database.run(
      "create table described (track_id ubigint, title varchar, artist varchar, album varchar, duration_ms bigint, isrc varchar[])",
    );
    return;
  }
  await addSnapshotViews(database, snapshot);
  await database.runFile(new URL("./described.sql", import.meta.url));
}

/** A cell for hashing: integers of 64 bits as text, so that none is rounded. */
function jsonOf(value: unknown): JsonValue {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return null;
}
