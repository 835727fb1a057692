import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  type Clock,
  type Database,
  DEADWAX_VERSION,
  explainSystemError,
  formatSize,
  isoSeconds,
  OutOfSpaceError,
  type Progress,
  type Reporter,
  systemClock,
  throwIfAborted,
} from "../../core/index.ts";
import { draftSnapshot, type SnapshotDraft } from "../store/draft-snapshot.ts";
import {
  describeTables,
  NOTHING_FLAGGED,
  rowsByTable,
  type SegmentDescription,
  SNAPSHOT_FORMAT,
  type SnapshotTables,
  type TableRows,
} from "../store/snapshot-document.ts";
import { snapshotId } from "../store/snapshot-id.ts";
import { readSnapshot } from "../store/snapshot-store.ts";
import { TWIN_TABLES, type TwinPlan, type TwinTask } from "./plan-twin.ts";
import { joinTwinDatabase, openTwinDatabase } from "./prepare-twin.ts";
import { openSegmentJournal, type SegmentJournal } from "./segment-journal.ts";
import { addTwinAccession, findTwinAccession } from "./twin-accession.ts";
import { segmentFile, writeTwinSegment } from "./write-segment.ts";

export interface MakeTwinOptions {
  readonly archive: Archive;
  readonly plan: TwinPlan;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  /** Segments that are made at the same time, each on one core; two unless told. */
  readonly workers?: number | undefined;
  /** Whether the statistics of each segment are written beside it: yes, unless told. */
  readonly statistics?: boolean | undefined;
}

export interface TwinSummary {
  readonly snapshot: string;
  /** False when this twin was there already. */
  readonly created: boolean;
  readonly accession: string;
  readonly tables: TableRows;
  readonly sizeBytes: number;
  /** Segments that an earlier run had made. */
  readonly segmentsKept: number;
}

/**
 * Writes a synthetic catalogue as the current snapshot of an archive that has nothing else. The same parameters give the
 * same bytes in every segment. A run that is stopped or killed leaves its segments, and the next one goes on from them.
 * The caller holds the archive's lock. Throws `OutOfSpaceError` before anything is written when the disk is too small.
 */
export async function makeTwin(options: MakeTwinOptions): Promise<TwinSummary> {
  const { archive, plan, clock = systemClock } = options;
  const found = await findTwinAccession(archive, plan.parameters);
  if (!found) await requireSpace(archive, plan.neededBytes, plan);
  const accession = found ?? (await addTwinAccession(archive, plan.parameters, clock));
  const id = snapshotId(plan.generator, [accession]);
  const existing = await readSnapshot(archive, id);
  if (existing) {
    return { ...summaryOf(id, accession.id, existing.tables), created: false, segmentsKept: 0 };
  }
  const draft = await draftSnapshot(archive, id, { goOn: true });
  const journal = await openSegmentJournal(draft.folder);
  const made = [...journal.kept.values()].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  await requireSpace(archive, plan.neededBytes - made, plan);
  try {
    const tables = await makeSegments(options, draft, journal, accession.id);
    await journal.remove();
    await draft.publish({
      format: SNAPSHOT_FORMAT,
      id,
      builder: plan.generator,
      program: `deadwax ${DEADWAX_VERSION}`,
      created: isoSeconds(clock.now()),
      parent: null,
      accessions: [
        {
          id: accession.id,
          kind: "twin",
          source: sourceName(plan),
          root: plan.generator,
          started: isoSeconds(new Date("2025-07-31T00:00:00Z")),
        },
      ],
      synthetic: { tracks: plan.size.tracks, seed: plan.parameters.seed },
      nextAlbumNo: plan.size.albums + 1,
      nextArtistNo: plan.size.artists + 1,
      tables,
      replaced: [],
      flagged: NOTHING_FLAGGED,
    });
    return { ...summaryOf(id, accession.id, tables), created: true, segmentsKept: journal.kept.size };
  } catch (error) {
    // What was made stays: the next run goes on from it.
    throw explainSystemError(error, "writing the twin");
  }
}

async function makeSegments(
  { plan, reporter, signal, workers = 2, statistics = true }: MakeTwinOptions,
  draft: SnapshotDraft,
  journal: SegmentJournal,
  accession: string,
): Promise<SnapshotTables> {
  const segments = new Map<string, SegmentDescription>(journal.kept);
  const left = plan.tasks.filter((task) => !segments.has(segmentFile(task)));
  for (const table of TWIN_TABLES) await mkdir(join(draft.folder, table), { recursive: true });
  if (segments.size > 0) reporter.note(`${segments.size} segments were there already, and are whole`);
  const progress = reporter.progress("twin", "items", tracksIn(left));
  const queue = [...left];
  const work = async (shared: Database): Promise<void> => {
    const database = await joinTwinDatabase(shared, plan.parameters, accession);
    try {
      await drain(database, progress);
    } finally {
      database.close();
    }
  };
  const drain = async (database: Database, progress: Progress): Promise<void> => {
    for (let task = queue.shift(); task; task = queue.shift()) {
      throwIfAborted(signal);
      const segment = await writeTwinSegment(database, draft.folder, task, statistics);
      await journal.add(segment);
      segments.set(segment.file, segment);
      progress.advance(tracksIn([task]), segment.file);
    }
  };
  const shared = await openTwinDatabase(plan.parameters, accession);
  try {
    const hands = Array.from({ length: Math.min(workers, queue.length) }, () => work(shared));
    await allSettledOrThrow(hands, () => queue.splice(0));
  } finally {
    shared.close();
    progress.finish();
  }
  const inOrder = TWIN_TABLES.map((table) => [
    table,
    plan.tasks
      .filter((task) => task.table === table)
      .flatMap((task) => segments.get(segmentFile(task)) ?? []),
  ]);
  return describeTables(Object.fromEntries(inOrder));
}

/** Waits for all; the first failure stops the others after the segment that they are at. */
async function allSettledOrThrow(work: readonly Promise<void>[], stop: () => void): Promise<void> {
  const results = await Promise.allSettled(
    work.map((one) =>
      one.catch((error: unknown) => {
        stop();
        throw error;
      }),
    ),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** Progress counts tracks: those of the table of tracks, for they take most of the time. */
function tracksIn(tasks: readonly TwinTask[]): number {
  return tasks.reduce((sum, { table, first, last }) => (table === "track" ? sum + last - first : sum), 0);
}

async function requireSpace({ layout }: Archive, neededBytes: number, plan: TwinPlan): Promise<void> {
  const { bavail, bsize } = await statfs(layout.root);
  if (neededBytes <= bavail * bsize) return;
  const smaller = plan.size.tracks > 64_000_000 ? "--tracks 64M" : "fewer --tracks";
  throw new OutOfSpaceError(
    `a twin of ${plan.size.tracks} tracks needs about ${formatSize(neededBytes)}, and "${layout.root}" has ${formatSize(bavail * bsize)} free`,
    { hint: `free some space, or make a smaller one: ${smaller}` },
  );
}

function sourceName({ parameters: { tracks, seed, minutePeaks } }: TwinPlan): string {
  return `twin:${tracks}-${seed}${minutePeaks ? "" : "-flat"}`;
}

function summaryOf(
  snapshot: string,
  accession: string,
  tables: SnapshotTables,
): Pick<TwinSummary, "snapshot" | "accession" | "tables" | "sizeBytes"> {
  return {
    snapshot,
    accession,
    tables: rowsByTable({ tables }),
    sizeBytes: Object.values(tables).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}
