import type { SegmentDescription } from "./snapshot-document.ts";
import { compareKeys, type TableName } from "./tables.ts";

/** A part of a table by its key: from `start` on, before `end`; null is without a limit. */
export interface KeyRange {
  readonly start: string | null;
  readonly end: string | null;
  /** The segments that can have rows in it. */
  readonly segments: readonly SegmentDescription[];
}

/**
 * Cuts a table into ranges that can be sorted one by one: at the first keys of the segments of its oldest generation,
 * neighbours taken together as long as they have no more than `rowsPerRange` rows there.
 */
export function planRanges(
  table: TableName,
  segments: readonly SegmentDescription[],
  rowsPerRange: number,
): KeyRange[] {
  const oldest = Math.min(...segments.map(({ generation }) => generation));
  const base = segments.filter(({ generation, rows }) => generation === oldest && rows > 0);
  if (segments.length === 0) return [];
  const starts: string[] = [];
  let rows = 0;
  for (const [at, segment] of base.entries()) {
    const start = segment.first ?? "";
    const isNew = starts.length === 0 || compareKeys(table, start, starts.at(-1) ?? "") > 0;
    if (at === 0 || (rows + segment.rows > rowsPerRange && isNew)) {
      starts.push(start);
      rows = 0;
    }
    rows += segment.rows;
  }
  return (starts.length === 0 ? [""] : starts).map((_, at) => {
    const start = at === 0 ? null : (starts[at] ?? null);
    const end = starts[at + 1] ?? null;
    return { start, end, segments: segments.filter((segment) => overlaps(table, segment, start, end)) };
  });
}

/** Whether a segment can have rows in a range. */
export function overlaps(
  table: TableName,
  { first, last, rows }: SegmentDescription,
  start: string | null,
  end: string | null,
): boolean {
  if (rows === 0 || first === null || last === null) return false;
  if (start !== null && compareKeys(table, last, start) < 0) return false;
  return end === null || compareKeys(table, first, end) < 0;
}

/** The segments in which a row with this key can stand, of every generation. */
export function segmentsWithKey(
  table: TableName,
  segments: readonly SegmentDescription[],
  key: string,
): SegmentDescription[] {
  return segments.filter(
    ({ first, last }) =>
      first !== null &&
      last !== null &&
      compareKeys(table, first, key) <= 0 &&
      compareKeys(table, key, last) <= 0,
  );
}
