import {
  type Archive,
  type Clock,
  Database,
  DEADWAX_VERSION,
  ensureFolder,
  explainSystemError,
  isoSeconds,
  type Reporter,
  systemClock,
} from "../core/index.ts";
import { compactTable } from "./store/compact-table.ts";
import { draftSnapshot, type SnapshotDraft } from "./store/draft-snapshot.ts";
import { replacedQuery } from "./store/live-rows.ts";
import { describeTables, rowsByTable, type SegmentDescription } from "./store/snapshot-document.ts";
import { snapshotId } from "./store/snapshot-id.ts";
import { currentSnapshot, type Snapshot } from "./store/snapshot-store.ts";
import { TABLE_NAMES, type TableName } from "./store/tables.ts";

export interface CompactCatalogueOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
  readonly memoryLimit?: string;
  readonly rowsPerSegment?: number;
}

export interface CompactionPlan {
  readonly from: string;
  /** The snapshot that a compaction makes; `from` when there is nothing to do. */
  readonly snapshot: string;
  readonly generations: number;
  /** Live rows of all tables. */
  readonly rows: number;
  readonly segments: number;
}

export interface CompactionSummary extends CompactionPlan {
  /** Segments that were given on as they are, and segments that were written. */
  readonly segmentsKept: number;
  readonly segmentsWritten: number;
}

/** What a compaction of this snapshot would do. */
export function planCompaction(snapshot: Snapshot): CompactionPlan {
  const segments = TABLE_NAMES.flatMap((table) => snapshot.tables[table].segments);
  const generations = new Set(segments.map(({ generation }) => generation));
  for (const { generation } of snapshot.replaced) generations.add(generation);
  const isCompact =
    snapshot.replaced.length === 0 && [...generations].every((generation) => generation === 0);
  const origin = { kind: "compact", parent: snapshot.id } as const;
  return {
    from: snapshot.id,
    snapshot: isCompact ? snapshot.id : snapshotId(snapshot.builder, snapshot.accessions, origin),
    generations: generations.size,
    rows: Object.values(rowsByTable(snapshot)).reduce((sum, rows) => sum + rows, 0),
    segments: segments.length,
  };
}

/**
 * Makes a snapshot of one generation with the rows of the current one, and makes it the current one. The caller holds the
 * archive's lock; readers of other snapshots are not disturbed. A killed compaction leaves what was there before.
 */
export async function compactCatalogue(options: CompactCatalogueOptions): Promise<CompactionSummary> {
  const { archive, reporter } = options;
  const snapshot = await currentSnapshot(archive);
  const plan = planCompaction(snapshot);
  if (plan.snapshot === snapshot.id) return { ...plan, segmentsKept: plan.segments, segmentsWritten: 0 };
  const draft = await draftSnapshot(archive, plan.snapshot);
  const progress = reporter.progress("compaction", "items", plan.rows);
  try {
    const segments = await compactTables(options, snapshot, draft, (rows, table) =>
      progress.advance(rows, table),
    );
    const { folder: _, ...description } = snapshot;
    await draft.publish({
      ...description,
      id: plan.snapshot,
      program: `deadwax ${DEADWAX_VERSION}`,
      created: isoSeconds((options.clock ?? systemClock).now()),
      parent: snapshot.id,
      tables: describeTables(segments),
      replaced: [],
    });
    const old = new Set(
      TABLE_NAMES.flatMap((table) => snapshot.tables[table].segments).map(({ sha256 }) => sha256),
    );
    const all = TABLE_NAMES.flatMap((table) => segments[table] ?? []);
    const segmentsKept = all.filter(({ sha256 }) => old.has(sha256)).length;
    return { ...plan, segments: all.length, segmentsKept, segmentsWritten: all.length - segmentsKept };
  } catch (error) {
    await draft.discard();
    throw explainSystemError(error, "compacting the catalogue");
  } finally {
    progress.finish();
  }
}

async function compactTables(
  { archive, signal, memoryLimit, rowsPerSegment }: CompactCatalogueOptions,
  snapshot: Snapshot,
  draft: SnapshotDraft,
  onRows: (rows: number, table: TableName) => void,
): Promise<{ [table in TableName]?: SegmentDescription[] }> {
  await ensureFolder(archive.layout.scratch);
  const database = await Database.open({
    spillFolder: archive.layout.scratch,
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
  try {
    await database.run(`create table replaced as ${replacedQuery(snapshot)}`);
    const segments: { [table in TableName]?: SegmentDescription[] } = {};
    for (const table of TABLE_NAMES) {
      segments[table] = await compactTable(database, {
        snapshot,
        draft,
        table,
        replaced: "replaced",
        signal,
        onRows: (rows) => onRows(rows, table),
        ...(rowsPerSegment === undefined ? {} : { rowsPerSegment }),
      });
    }
    return segments;
  } finally {
    database.close();
  }
}
