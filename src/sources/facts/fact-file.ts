import { ROW_GROUP_ROWS } from "../../core/row-groups.ts";
import { DEADWAX_VERSION } from "../../core/version.ts";
import type { Pack } from "../../core/zstd.ts";
import { RowFile } from "../../formats/parquet/rows/row-file.ts";
import { ACCESSION_FORMAT } from "../accession/accession-format.ts";
import { FACT_TABLES, type FactTable } from "./fact-tables.ts";

/**
 * An empty file of a table of facts, to be filled with rows as they are to stay. `pack` is zstd. `keeps` is as in `RowFileOptions`: that of
 * tracks keeps their ids.
 */
export function factFile(
  table: FactTable,
  pack: Pack,
  keeps: string | null | undefined = table === "tracks" ? "track_id" : undefined,
): RowFile {
  return new RowFile({
    columns: FACT_TABLES[table],
    metadata: { format: ACCESSION_FORMAT, table },
    program: `deadwax ${DEADWAX_VERSION}`,
    pack,
    rowGroupRows: ROW_GROUP_ROWS,
    ...(keeps === undefined ? {} : { keeps }),
  });
}
