import { z } from "zod";
import { type Database, throwIfAborted } from "../../core/index.ts";
import type { SnapshotDraft } from "./draft-snapshot.ts";
import { inRange, joinReplaced, liveRowsQuery, readFiles } from "./live-rows.ts";
import { type KeyRange, planRanges } from "./plan-ranges.ts";
import type { SegmentDescription } from "./snapshot-document.ts";
import type { Snapshot } from "./snapshot-store.ts";
import { compareKeys, type TableName, tableDefinition } from "./tables.ts";
import { ROWS_PER_SEGMENT, writeSegments } from "./write-segments.ts";

export interface CompactTableOptions {
  readonly snapshot: Snapshot;
  readonly draft: SnapshotDraft;
  readonly table: TableName;
  /** The name of a view of `replacedQuery(snapshot)`. */
  readonly replaced: string;
  readonly rowsPerSegment?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each range with the rows it has now. */
  readonly onRows: (rows: number) => void;
}

/**
 * Writes the live rows of a table as generation 0 of a new snapshot, one range of keys after the other: memory is that of
 * one range. Segments that nothing has changed are given to the new snapshot as they are.
 */
export async function compactTable(
  database: Database,
  options: CompactTableOptions,
): Promise<SegmentDescription[]> {
  const { snapshot, draft, table, signal, rowsPerSegment = ROWS_PER_SEGMENT } = options;
  const { segments } = snapshot.tables[table];
  const written: SegmentDescription[] = [];
  for (const range of planRanges(table, segments, rowsPerSegment)) {
    throwIfAborted(signal);
    const untouched = await untouchedSegments(database, options, range);
    if (untouched) {
      for (const segment of untouched) {
        const file = `${table}/0-${written.length}.parquet`;
        await draft.adopt(snapshot, [segment.file], [file]);
        written.push({ ...segment, file, generation: 0 });
        options.onRows(segment.rows);
      }
      continue;
    }
    const { columns } = tableDefinition(table);
    const made = await writeSegments(database, {
      table,
      query: `select ${Object.keys(columns)
        .map((name) => `"${name}"`)
        .join(", ")}
        from (${liveRowsQuery(snapshot, table, options.replaced, range.segments)}) where ${inRange(table, range)}`,
      folder: draft.folder,
      generation: 0,
      firstNumber: written.length,
      rowsPerSegment,
      areFew: true,
      signal,
    });
    written.push(...made);
    options.onRows(made.reduce((sum, { rows }) => sum + rows, 0));
  }
  return written;
}

/** The segments that have all rows of the range and no others, none of them void; null when there are no such. */
async function untouchedSegments(
  database: Database,
  { snapshot, table, replaced }: CompactTableOptions,
  range: KeyRange,
): Promise<readonly SegmentDescription[] | null> {
  const { segments } = range;
  const oldest = Math.min(...segments.map(({ generation }) => generation));
  const deltas = segments.filter(({ generation }) => generation > oldest);
  const base = segments.filter(({ generation }) => generation === oldest);
  if (await hasRows(database, snapshot, deltas, `where ${inRange(table, range)}`)) return null;
  // A segment that goes on in another range: its rows of this one have to be written apart.
  if (base.some((segment) => !isWithin(table, segment, range))) return null;
  const voided = joinReplaced(table, replaced, oldest);
  return voided !== null && (await hasRows(database, snapshot, base, `semi join ${voided}`)) ? null : base;
}

async function hasRows(
  database: Database,
  snapshot: Snapshot,
  segments: readonly SegmentDescription[],
  clause: string,
): Promise<boolean> {
  if (segments.length === 0) return false;
  const files = readFiles(
    snapshot,
    segments.map(({ file }) => file),
  );
  const [row] = await database.rows(`select exists (select 1 from ${files} s ${clause}) as found`);
  return z.object({ found: z.boolean() }).parse(row).found;
}

function isWithin(table: TableName, { first, last }: SegmentDescription, { start, end }: KeyRange): boolean {
  if (first === null || last === null) return true;
  return (
    (start === null || compareKeys(table, first, start) >= 0) &&
    (end === null || compareKeys(table, last, end) < 0)
  );
}
