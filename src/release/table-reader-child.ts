import { stat } from "node:fs/promises";
import { serveJobs } from "../core/child-worker.ts";
import { Database, sqlName, sqlText } from "../core/database.ts";
import { errorMessage } from "../core/errors.ts";
import { type TableAnswer, type TableJob, tableJobSchema } from "./table-reader-job.ts";
import { TRACK_TABLE_COLUMNS } from "./track-table.ts";

/** More groups than a release has shards or licences: a table with more is not shown whole. */
const MAX_GROUPS = 200_000;

/*
 * Reads somebody's tracks.parquet. It runs in a child process: a table that is made to crash or hang the database takes this
 * process with it and no other. The database sees that one file and nothing else.
 */
serveJobs(async (message): Promise<TableAnswer> => {
  const job = tableJobSchema.parse(message);
  try {
    return await answer(await databaseFor(job.path), job);
  } catch (error) {
    // After an error of its own the database may refuse everything, or not be shut in yet.
    closeDatabase();
    return { kind: "refused", reason: errorMessage(error).split("\n")[0]?.slice(0, 300) ?? "unreadable" };
  }
});

let opened: { readonly key: string; readonly database: Database } | null = null;

/** A database that can read this file, as it is now, and no other; the one of the last job when that asked for the same. */
async function databaseFor(path: string): Promise<Database> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
  const key = [path, dev, ino, size, mtimeNs].join("\0");
  if (opened?.key === key) return opened.database;
  closeDatabase();
  const database = await Database.open({ threads: 1, memoryLimit: "512MB" });
  opened = { key, database };
  await database.run(`set allowed_paths = [${sqlText(path)}]`);
  await database.run("set enable_external_access = false");
  await database.run("set lock_configuration = true");
  return database;
}

function closeDatabase(): void {
  opened?.database.close();
  opened = null;
}

async function answer(database: Database, job: TableJob): Promise<TableAnswer> {
  // A folder called `a=b` above the file would else be read as a column.
  const table = `read_parquet(${sqlText(job.path)}, hive_partitioning = false)`;
  if (job.kind === "shard") {
    const query = `select * from ${table} where state = 'released' and shard = $shard order by json_offset_bytes limit ${job.maxRows + 1}`;
    return { kind: "rows", rows: await database.rows(query, { shard: job.shard }) };
  }
  const fault = await columnFault(database, table);
  if (fault !== null) return { kind: "refused", reason: fault };
  if (job.kind === "find") {
    const fold = (text: string): string => `lower(strip_accents(${text}))`;
    const words = job.words.map(
      (_, index) => `contains(${fold("concat_ws(' ', title, artist, album)")}, ${fold(`$w${index}`)})`,
    );
    const query = `select * from ${table} where state = 'released' and (track_id = $trackId::ubigint
      or list_contains(isrc, $isrc) ${words.length > 0 ? `or (${words.join(" and ")})` : ""})
      order by track_id limit ${job.maxRows}`;
    const trackId = job.trackId === null ? null : String(job.trackId);
    const parameters = Object.fromEntries(job.words.map((word, index) => [`w${index}`, word]));
    return { kind: "rows", rows: await database.rows(query, { trackId, isrc: job.isrc, ...parameters }) };
  }
  const [totals] = await database.rows(`select
    count(*) filter (state = 'released')::double as released,
    count(*) filter (state = 'metadata-only')::double as metadata_only,
    count(*) filter (state = 'withheld')::double as withheld,
    count(*) filter (state is null or state not in ('released', 'metadata-only', 'withheld'))::double as other,
    (count(*) - count(distinct track_id))::double as duplicates,
    count(*) filter (state <> 'released' and (shard is not null or offset_bytes is not null))::double as stray
    from ${table}`);
  const groups = (column: string, state: string) =>
    database.rows(
      `select ${sqlName(column)} as name, count(*)::double as tracks from ${table}
       where state = ${sqlText(state)} group by all order by tracks desc, name limit ${MAX_GROUPS}`,
    );
  const named = (rows: readonly Record<string, unknown>[]) =>
    rows.map((row) => ({ name: typeof row.name === "string" ? row.name : null, tracks: Number(row.tracks) }));
  return {
    kind: "summary",
    states: {
      released: Number(totals?.released),
      metadataOnly: Number(totals?.metadata_only),
      withheld: Number(totals?.withheld),
      other: Number(totals?.other),
    },
    duplicateIds: Number(totals?.duplicates),
    strayRows: Number(totals?.stray),
    shards: named(await groups("shard", "released")).map(({ name, tracks }) => ({ shard: name, tracks })),
    licences: named(await groups("licence", "released")).map(({ name, tracks }) => ({
      licence: name,
      tracks,
    })),
    withheld: named(await groups("reason", "withheld")).map(({ name, tracks }) => ({ reason: name, tracks })),
  };
}

/** Why the columns are not those of a track table, or null. Columns of a later version may stand beside them. */
async function columnFault(database: Database, table: string): Promise<string | null> {
  const described = await database.rows(`describe select * from ${table}`);
  const types = new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  for (const [column, type] of Object.entries(TRACK_TABLE_COLUMNS)) {
    const found = types.get(column);
    if (found !== type) return `column "${column}" is ${found ?? "missing"}, not ${type}`;
  }
  return null;
}
