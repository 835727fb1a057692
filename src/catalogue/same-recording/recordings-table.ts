import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  type Archive,
  Database,
  ensureFolder,
  IntegrityError,
  publishFile,
  readPointer,
  sqlText,
  type TableRow,
  TEMPORARY_PREFIX,
  temporaryPathFor,
  writePointer,
} from "../../core/index.ts";

/** Changes when the same fingerprints are found alike in another way. */
const METHOD = "same-recording/1";
export const RECORDINGS_ID: RegExp = /^s-[0-9a-f]{12}$/;

/** Key of the number of tracks that had no fingerprint to be compared by. */
const WITHOUT_FINGERPRINT = "without_fingerprint";
const COMPARE_AGAIN = "compare the sound again: deadwax catalogue duplicates";

/** Columns of `recordings/<id>.parquet`: see `docs/formats/recordings.md`. */
const COLUMNS = {
  track_id: "UBIGINT",
  recording: "UBIGINT",
  is_best: "BOOLEAN",
  alike: "UBIGINT",
  similarity: "DOUBLE",
  offset_ms: "INTEGER",
} as const;

/** A track that sounds like another. */
export interface RecordingRow {
  readonly trackId: bigint;
  /** The lowest id of the tracks that are this recording. */
  readonly recording: bigint;
  readonly isBest: boolean;
  /** The track that it is most like, with the share of equal bits (0–1) and how much later the music begins there. */
  readonly alike: bigint;
  readonly similarity: number;
  readonly offsetMs: number;
}

/** What was found out about which tracks sound the same. */
export interface Recordings {
  readonly id: string;
  readonly path: string;
}

/** `s-` and 48 bits of SHA-256 over the method and the shards whose fingerprints were compared. */
export function recordingsId(shards: readonly string[]): string {
  const digest = createHash("sha256")
    .update([METHOD, ...shards].map((line) => `${line}\n`).join(""))
    .digest("hex");
  return `s-${digest.slice(0, 12)}`;
}

/** Publishes the table, if it is not there yet, and makes it the current one. The caller holds the lock of the archive. */
export async function writeRecordings(
  archive: Archive,
  id: string,
  rows: Iterable<RecordingRow>,
  withoutFingerprint = 0,
): Promise<Recordings> {
  const { recordings: folder } = archive.layout;
  await ensureFolder(folder);
  for (const name of await readdir(folder)) {
    if (name.startsWith(TEMPORARY_PREFIX)) await rm(join(folder, name), { force: true });
  }
  const found = recordingsOf(archive, id);
  if (!(await isThere(found.path))) {
    const temporary = temporaryPathFor(found.path);
    const database = await Database.open({ memoryLimit: "256MB", threads: 1 });
    try {
      await database.insert("recording", COLUMNS, tableRows(rows));
      await database.writeParquet("select * from recording order by track_id", temporary, {
        format: "deadwax-recordings/1",
        [WITHOUT_FINGERPRINT]: String(withoutFingerprint),
      });
      await publishFile(temporary, found.path);
    } finally {
      database.close();
      await rm(temporary, { force: true });
    }
  }
  if ((await currentId(archive)) !== id) await writePointer(folder, id);
  return found;
}

/** The current table, or null when nobody has compared the sound yet. Throws `IntegrityError` when it is gone, or not to be told. */
export async function currentRecordings(archive: Archive): Promise<Recordings | null> {
  const id = await currentId(archive);
  if (id !== null) return await readRecordings(archive, id);
  const pointer = join(archive.layout.recordings, "CURRENT");
  if (!(await isThere(pointer))) return null;
  throw new IntegrityError(`"${pointer}" does not name a table`, { hint: COMPARE_AGAIN });
}

/** Throws `IntegrityError` when there is no table of this name. */
export async function readRecordings(archive: Archive, id: string): Promise<Recordings> {
  const found = recordingsOf(archive, id);
  if (RECORDINGS_ID.test(id) && (await isThere(found.path))) return found;
  throw new IntegrityError(`"${found.path}" is missing`, {
    hint: COMPARE_AGAIN,
  });
}

const storedRow = z
  .object({
    track_id: z.bigint(),
    recording: z.bigint(),
    is_best: z.boolean(),
    alike: z.bigint(),
    similarity: z.number(),
    offset_ms: z.number(),
  })
  .transform(
    (row): RecordingRow => ({
      trackId: row.track_id,
      recording: row.recording,
      isBest: row.is_best,
      alike: row.alike,
      similarity: row.similarity,
      offsetMs: row.offset_ms,
    }),
  );
const countRow = z.object({ tracks: z.string().transform(Number) });

/** What the current table says, when it is the table `id`, else null. Throws `IntegrityError` when it cannot be read. */
export async function readCurrentRows(
  archive: Archive,
  id: string,
): Promise<{
  readonly rows: readonly RecordingRow[];
  /** Null in tables from before it was kept. */
  readonly withoutFingerprint: number | null;
} | null> {
  const found = recordingsOf(archive, id);
  if ((await currentId(archive)) !== id || !(await isThere(found.path))) return null;
  const database = await Database.open({ memoryLimit: "256MB", threads: 1 });
  try {
    const rows = await database.rows(`${recordingsQuery(found)} order by track_id`);
    const [count] = await database.rows(
      `select decode(value) as tracks from parquet_kv_metadata(${sqlText(found.path)}) where decode(key) = '${WITHOUT_FINGERPRINT}'`,
    );
    return {
      rows: rows.map((row) => storedRow.parse(row)),
      withoutFingerprint: count === undefined ? null : countRow.parse(count).tracks,
    };
  } catch (cause) {
    throw new IntegrityError(`"${found.path}" cannot be read`, {
      cause,
      hint: `delete it, then ${COMPARE_AGAIN}`,
    });
  } finally {
    database.close();
  }
}

/** Selects the rows, columns as in `docs/formats/recordings.md`. */
export function recordingsQuery({ path }: Recordings): string {
  return `select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`;
}

function* tableRows(rows: Iterable<RecordingRow>): Generator<TableRow> {
  for (const { trackId, recording, isBest, alike, similarity, offsetMs } of rows) {
    yield { track_id: trackId, recording, is_best: isBest, alike, similarity, offset_ms: offsetMs };
  }
}

function recordingsOf({ layout }: Archive, id: string): Recordings {
  return { id, path: join(layout.recordings, `${id}.parquet`) };
}

function currentId({ layout }: Archive): Promise<string | null> {
  return readPointer(layout.recordings, RECORDINGS_ID);
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}
