import { liveRowsQuery, openSnapshot, planRanges, readFiles, type Snapshot } from "../../catalogue/index.ts";
import type { Database } from "../../core/index.ts";

/** A stretch of the catalogue that is worked on at once, by track id. */
export interface TrackRange {
  readonly first: bigint;
  readonly last: bigint;
  /** Selects the rows of `segment_track` in it. */
  readonly query: string;
}

/** An opened catalogue: a database with the views `segment_…` of its tables, and the stretches to go through. */
export interface PlanningCatalogue {
  readonly database: Database;
  /** Cover all ids, in order. */
  readonly ranges: readonly TrackRange[];
  /** Queries that select the rows of `segment_isrc`, each ISRC in one of them only. */
  readonly isrcQueries: readonly string[];
  /** Whether the rows of these queries come sorted as the table is. */
  readonly isrcsAreSorted: boolean;
  /** Whether each track is known to have one ISRC at most. */
  readonly hasSingleIsrcs: boolean;
}

const LAST_ID = (1n << 64n) - 1n;
/** Rows of a stretch: what is held in memory of it is some tens of bytes a row. */
const ROWS_PER_RANGE = 1_000_000;

export interface PlanningOptions {
  readonly spillFolder: string;
}

/** Opens a snapshot for planning; the caller closes the database. */
export async function openPlanningCatalogue(
  snapshot: Snapshot,
  { spillFolder }: PlanningOptions,
): Promise<PlanningCatalogue> {
  const database = await openSnapshot(snapshot, { memoryLimit: "3GB", spillFolder });
  const isOneGeneration = snapshot.replaced.length === 0;
  return {
    database,
    ranges: trackRanges(snapshot),
    isrcQueries: isrcQueries(snapshot),
    isrcsAreSorted: isOneGeneration,
    // A generated catalogue gives each track one ISRC.
    hasSingleIsrcs: snapshot.synthetic !== null && isOneGeneration,
  };
}

function trackRanges(snapshot: Snapshot): readonly TrackRange[] {
  const { segments } = snapshot.tables.track;
  const ranges = planRanges("track", segments, ROWS_PER_RANGE);
  return ranges.map(({ start, end, segments }, at) => {
    const first = at === 0 ? 0n : BigInt(start ?? "0");
    const last = end === null ? LAST_ID : BigInt(end) - 1n;
    const rows = liveRowsQuery(snapshot, "track", "segment_replaced", segments);
    const query = segments.every((segment) => covers(segment, first, last))
      ? rows
      : `from (${rows}) where track_id between ${first}::ubigint and ${last}::ubigint`;
    return { first, last, query };
  });
}

function covers(
  segment: { readonly first: string | null; readonly last: string | null },
  first: bigint,
  last: bigint,
): boolean {
  return BigInt(segment.first ?? "0") >= first && BigInt(segment.last ?? "0") <= last;
}

function isrcQueries(snapshot: Snapshot): readonly string[] {
  const { segments } = snapshot.tables.isrc;
  if (snapshot.replaced.length > 0) return ["from segment_isrc"];
  return segments.map(({ file }) => `from ${readFiles(snapshot, [file])}`);
}
