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

/** More than any accession has: `seq` is its place in the order of all times this, and the number of the row. */
const SEQ_STEP = 2 ** 40;

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

/** Makes the table `record_accession` of these: a row with `seq` is of the accession whose `ord` is `record_ord(seq)`. */
export async function addRecordAccessions(
  database: Database,
  accessions: readonly OrderedAccession[],
): Promise<void> {
  await database.run(`create macro record_ord(seq) as seq // ${SEQ_STEP}::bigint`);
  await database.run("create table record_accession (ord bigint, accession varchar)");
  const rows = accessions.map(({ accession, ord }) => `(${ord}, ${sqlText(accession.id)})`);
  if (rows.length > 0) await database.run(`insert into record_accession values ${rows.join(", ")}`);
}

function readPart(table: RecordTable, path: string, { id, source }: Accession, ord: number): string {
  const columns = Object.entries(RECORD_COLUMNS[table]).map(
    ([name, type]) => `${sqlName(name)}::${type} as ${sqlName(name)}`,
  );
  const seq = `${ord}::bigint * ${SEQ_STEP} + file_row_number as seq`;
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
