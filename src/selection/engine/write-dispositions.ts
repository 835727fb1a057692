import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileSha256 } from "../../catalogue/index.ts";
import { type Database, type Progress, sqlText, throwIfAborted } from "../../core/index.ts";
import { DISPOSITIONS, REASON_NAMES } from "../disposition.ts";
import type { Threshold } from "./choose-threshold.ts";
import type { PlanningSession } from "./planning-session.ts";

const number = z.union([z.bigint(), z.number()]).transform(Number);
const tallyRow = z.object({
  disposition: z.enum(DISPOSITIONS),
  reason: z.enum(REASON_NAMES),
  gate: z.enum(["open", "dark"]),
  held: z.boolean(),
  tracks: number,
  bytes: number,
});

/** Tracks that are alike in what is decided for them. */
export type Tally = z.infer<typeof tallyRow>;

export interface DispositionFile {
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface WrittenDispositions {
  readonly files: readonly DispositionFile[];
  readonly tallies: readonly Tally[];
}

/**
 * Decides for every track, stretch by stretch. With a folder, writes `dispositions/<n>.parquet` in it; without, only adds
 * up.
 */
export async function writeDispositions(
  session: PlanningSession,
  threshold: Threshold,
  options: {
    readonly folder: string | null;
    readonly hasBudget: boolean;
    readonly signal?: AbortSignal | undefined;
    readonly progress?: Progress | undefined;
  },
): Promise<WrittenDispositions> {
  const { database, catalogue } = session;
  await useThreshold(session, threshold, options.hasBudget);
  await database.run(
    "create or replace table tally (disposition varchar, reason varchar, gate varchar, held boolean, tracks bigint, bytes hugeint)",
  );
  if (options.folder !== null) await mkdir(join(options.folder, "dispositions"));
  // Rows come in the order of the tracks, but for those that are joined to a held file.
  const query = `from decision ${session.hasHeld ? "order by track_id" : ""}`;
  const files: DispositionFile[] = [];
  let hashing: Promise<void> = Promise.resolve();
  for (const [at, range] of catalogue.ranges.entries()) {
    throwIfAborted(options.signal);
    await session.useRange(range);
    // Once: both the file and the sums are made of it.
    await database.run(`create or replace temp table decided as ${query}`);
    if (options.folder !== null) {
      const file = `dispositions/${at}.parquet`;
      const path = join(options.folder, file);
      await database.writeParquet("from decided", path);
      // The hash of one file is made while the next one is written.
      await hashing;
      hashing = describe(path, file, await countRows(database, path), files);
    }
    await database.run(`
      insert into tally select disposition, reason, gate, held, count(*), sum(bytes_estimated) from decided group by all`);
    options.progress?.advance(1);
  }
  await hashing;
  const tallies = await database.rows(`
    select disposition, reason, gate, held, sum(tracks) as tracks, sum(bytes) as bytes from tally group by all
    order by disposition, reason, gate, held`);
  return { files, tallies: tallies.map((row) => tallyRow.parse(row)) };
}

/** Makes the view `decision` speak of a threshold. */
export async function useThreshold(
  session: PlanningSession,
  { bucket, track, extra }: Threshold,
  hasBudget: boolean,
): Promise<void> {
  const last = (1n << 64n) - 1n;
  // Beyond the last id: all of the bucket.
  const [thresholdBucket, thresholdTrack] = track > last ? [bucket - 1, 0n] : [bucket, track];
  await session.set({
    threshold_bucket: thresholdBucket,
    threshold_track: `${thresholdTrack}::ubigint`,
    has_budget: hasBudget,
  });
  await session.database.run("drop table extra");
  await session.database.insert(
    "extra",
    { track_id: "UBIGINT", steps: "INTEGER" },
    [...extra].map(([track_id, steps]) => ({ track_id, steps })),
  );
}

async function countRows(database: Database, path: string): Promise<number> {
  const [row] = await database.rows(`select num_rows as tracks from parquet_file_metadata(${sqlText(path)})`);
  return number.parse(row?.tracks);
}

async function describe(path: string, file: string, rows: number, into: DispositionFile[]): Promise<void> {
  const { size } = await stat(path);
  into.push({ file, rows, sizeBytes: size, sha256: await fileSha256(path) });
}
