import { z } from "zod";
import { type Progress, throwIfAborted } from "../../core/index.ts";
import type { PlanningSession } from "./planning-session.ts";
import { type Bucket, StepCurve, type Sums } from "./step-curve.ts";

const number = z.union([z.bigint(), z.number()]).transform(Number);

const sumsRow = z.object({
  originals: number,
  copies: number,
  blocks_open: number,
  blocks_dark: number,
  value: number,
});
const bucketRow = sumsRow.extend({ bucket: number });
const rangeRow = sumsRow.extend({ range_no: number });

/** Goes through all tracks once and adds their steps up: the curve over all budgets. Leaves the table `cell`. */
export async function readCurve(
  session: PlanningSession,
  options: { readonly signal?: AbortSignal | undefined; readonly progress?: Progress | undefined } = {},
): Promise<StepCurve> {
  const { database, catalogue, policy } = session;
  await database.run(
    `create table cell (
       range_no integer, bucket integer, firsts bigint, seconds bigint, originals bigint, copies bigint,
       blocks_open hugeint, blocks_dark hugeint, value hugeint
     )`,
  );
  for (const [at, range] of catalogue.ranges.entries()) {
    throwIfAborted(options.signal);
    await session.useRange(range);
    await session.set({ range_no: at });
    await database.runFile(new URL("./histogram.sql", import.meta.url));
    options.progress?.advance(1);
  }
  const buckets: Bucket[] = [];
  for await (const row of database.stream(`
    select bucket, sum(originals) as originals, sum(copies) as copies, sum(blocks_open) as blocks_open,
      sum(blocks_dark) as blocks_dark, sum(value) as value
    from cell where bucket is not null group by bucket order by bucket desc`)) {
    const parsed = bucketRow.parse(row);
    buckets.push({ bucket: parsed.bucket, ...sumsOf(parsed) });
  }
  const [beyond] = await database.rows(
    "select coalesce(sum(value), 0) / 1000000 as value from cell where bucket is null",
  );
  return new StepCurve(buckets, policy.packing, number.parse(beyond?.value));
}

/** The sums of one bucket by stretch, in order; stretches without a step of it are left out. */
export async function bucketByRange(
  session: PlanningSession,
  bucket: number,
): Promise<readonly { readonly range: number; readonly sums: Sums }[]> {
  const rows = await session.database.rows(`
    select range_no, sum(originals) as originals, sum(copies) as copies, sum(blocks_open) as blocks_open,
      sum(blocks_dark) as blocks_dark, sum(value) as value
    from cell where bucket = ${bucket} group by range_no order by range_no`);
  return rows.map((row) => {
    const parsed = rangeRow.parse(row);
    return { range: parsed.range_no, sums: sumsOf(parsed) };
  });
}

function sumsOf(row: z.infer<typeof sumsRow>): Sums {
  const { originals, copies, blocks_open, blocks_dark, value } = row;
  return { originals, copies, blocksOpen: blocks_open, blocksDark: blocks_dark, value: value / 1e6 };
}
