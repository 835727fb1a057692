import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileSha256 } from "../../core/file-sha256.ts";
import { type Database, sqlText } from "../../core/index.ts";
import { writeStatistics } from "../aggregates/segment-statistics.ts";
import type { SegmentDescription } from "./snapshot-document.ts";
import { type TableName, tableDefinition } from "./tables.ts";

export interface DescribeSegmentOptions {
  readonly table: TableName;
  /** The folder of the snapshot, and the segment's path in it. */
  readonly folder: string;
  readonly file: string;
  readonly generation: number;
  /** Whether the statistics are written beside it: yes, unless told. */
  readonly statistics?: boolean;
}

/**
 * What `snapshot.json` says of a segment that is written, for which its statistics are written beside it. Its rows must
 * stand in the order of the table.
 */
export async function describeSegment(
  database: Database,
  { table, folder, file, generation, statistics = true }: DescribeSegmentOptions,
): Promise<SegmentDescription> {
  const path = join(folder, file);
  const sha256 = await fileSha256(path);
  if (statistics) await writeStatistics(database, { table, path, sha256 });
  const bounds = await readBounds(database, table, path);
  return { file, generation, ...bounds, sizeBytes: (await stat(path)).size, sha256 };
}

const rowsRow = z.object({ rows: z.bigint().transform(Number) });
const boundRow = z.object({ bound: z.string() });

async function readBounds(
  database: Database,
  table: TableName,
  path: string,
): Promise<Pick<SegmentDescription, "rows" | "first" | "last">> {
  const { bound } = tableDefinition(table);
  // Folder names like `a=b` above the file would else be read as columns.
  const from = `read_parquet(${sqlText(path)}, hive_partitioning = false, file_row_number = true)`;
  const [counted] = await database.rows(
    `select num_rows as rows from parquet_file_metadata(${sqlText(path)})`,
  );
  const { rows } = rowsRow.parse(counted);
  const ends = await database.rows(
    `select ${bound} as bound from ${from} where file_row_number in (0, ${rows - 1}) order by file_row_number`,
  );
  const bounds = ends.map((end) => boundRow.parse(end).bound);
  return { rows, first: bounds.at(0) ?? null, last: bounds.at(-1) ?? null };
}
