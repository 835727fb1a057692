import { type Database, sqlName, sqlText } from "../../core/index.ts";
import type { Accession } from "../../sources/accession/accession.ts";
import { FACT_TABLES } from "../../sources/facts/fact-tables.ts";

/** The tables of facts that catalogues write and the build reads. */
const RECORD_COLUMNS = {
  tracks: FACT_TABLES.tracks,
  releases: FACT_TABLES.releases,
  artists: FACT_TABLES.artists,
  labels: FACT_TABLES.labels,
  redirects: { scheme: "VARCHAR", from_value: "VARCHAR", to_value: "VARCHAR" },
} as const;

type RecordTable = keyof typeof RECORD_COLUMNS;

const RECORD_TABLES = [
  "tracks",
  "releases",
  "artists",
  "labels",
  "redirects",
] as const satisfies readonly RecordTable[];

/** An accession with its place in the order of all, oldest first. */
export interface OrderedAccession {
  readonly accession: Accession;
  readonly ord: number;
}

/** Whether an accession holds records of a catalogue. */
export function hasRecords(accession: Accession): boolean {
  return RECORD_TABLES.some((table) => accession.table(table) !== null);
}

/**
 * Makes the views `<prefix><table>` over the record facts of some accessions, with `accession`, `source` and `seq`, which
 * counts the rows of all accessions, oldest first. The files are not verified here.
 */
export async function addRecordViews(
  database: Database,
  accessions: readonly OrderedAccession[],
  prefix = "record_",
): Promise<void> {
  for (const table of RECORD_TABLES) {
    const parts = accessions.flatMap(({ accession, ord }) => {
      const path = accession.table(table);
      return path === null ? [] : [readPart(table, path, accession, ord)];
    });
    const query = parts.length > 0 ? parts.join(" union all ") : emptyPart(table);
    await database.run(`create view ${sqlName(prefix + table)} as ${query}`);
  }
}

function readPart(table: RecordTable, path: string, { id, source }: Accession, ord: number): string {
  const columns = Object.entries(RECORD_COLUMNS[table]).map(
    ([name, type]) => `${sqlName(name)}::${type} as ${sqlName(name)}`,
  );
  const seq = `${ord}::bigint * 1099511627776 + file_row_number as seq`;
  // Folder names like `a=b` above the file would else be read as columns.
  const from = `read_parquet(${sqlText(path)}, hive_partitioning = false, file_row_number = true)`;
  return `select ${sqlText(id)} as accession, ${sqlText(source.name)} as source, ${seq}, ${columns.join(", ")} from ${from}`;
}

function emptyPart(table: RecordTable): string {
  const columns = Object.entries(RECORD_COLUMNS[table]).map(
    ([name, type]) => `null::${type} as ${sqlName(name)}`,
  );
  return `select ''::varchar as accession, ''::varchar as source, 0::bigint as seq, ${columns.join(", ")} where false`;
}
