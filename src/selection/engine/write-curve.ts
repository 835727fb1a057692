import type { Database, TableRow, TableSchema } from "../../core/index.ts";
import type { Bucket, StepCurve } from "./step-curve.ts";

/** Columns of `curve.parquet`: see `docs/formats/plan.md`. */
export const CURVE_COLUMNS = {
  bucket: "INTEGER",
  originals: "BIGINT",
  access_copies: "BIGINT",
  bytes_open: "BIGINT",
  bytes_dark: "BIGINT",
  value: "DOUBLE",
} as const satisfies TableSchema;

/** Writes what each bucket of the walk adds. */
export async function writeCurve(database: Database, curve: StepCurve, path: string): Promise<void> {
  await database.insert("curve", CURVE_COLUMNS, [...curve.buckets.map(curveRow), beyondRow(curve)]);
  await database.writeParquet("select * from curve order by bucket desc nulls last", path);
}

function curveRow({ bucket, originals, copies, blocksOpen, blocksDark, value }: Bucket): TableRow {
  return {
    bucket,
    originals,
    access_copies: copies,
    bytes_open: blocksOpen * 512,
    bytes_dark: blocksDark * 512,
    value,
  };
}

/** What the rule never keeps. */
function beyondRow({ beyondValue }: StepCurve): TableRow {
  return { bucket: null, originals: 0, access_copies: 0, bytes_open: 0, bytes_dark: 0, value: beyondValue };
}
