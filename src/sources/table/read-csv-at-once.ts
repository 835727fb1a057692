import type { RecordIntake } from "../facts/add-record-source.ts";
import type { Delimiter } from "../plays/csv-records.ts";
import type { Mapping } from "./mapping.ts";
import { refusedRows } from "./refused-rows.ts";
import { csvRelation, type OnFault, REJECTS_TABLE } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";
import { handOver, writeReleases, writeTables } from "./write-tables.ts";

const NEWLINE = 0x0a;

export interface CsvSource {
  readonly path: string;
  /** The bytes at `path`, once: they go by while the database reads them. */
  readonly bytes: AsyncIterable<Buffer>;
  readonly mapping: Mapping;
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
  /** Rows after which the work is parted; 0 where it is not. */
  readonly cutRow: number;
}

/**
 * Takes a CSV file in by one pass of the database that skips what is bad, and looks for the places of the bad rows only when
 * there are any. False, and nothing was taken, when the file has to be read with care. Throws what the database throws.
 */
export async function readCsvAtOnce(intake: RecordIntake, source: CsvSource): Promise<boolean> {
  const { database, writer } = intake;
  const { path, mapping, columns, delimiter, cutRow } = source;
  const wide = (onFault: OnFault, stretch = ""): string => {
    const rows = csvRelation(path, delimiter, columns, onFault);
    return wideQuery(mapping, columns, `(select * from ${rows}${stretch})`, "null::bigint");
  };
  const counting = countLines(source.bytes);
  // Whoever awaits it hears of the failure; until then it is not "unhandled".
  counting.catch(() => {});
  let rows: number;
  let lines: number;
  try {
    // What comes after the cut is found by going through what is before it: that pass sees every fault.
    const tracks =
      cutRow === 0
        ? ([onlyAccepted(wide("store"))] as const)
        : ([
            onlyAccepted(wide("skip", ` limit ${cutRow}`)),
            onlyAccepted(wide("store", ` offset ${cutRow}`)),
          ] as const);
    rows = await writeTables(intake, mapping, { tracks, releases: wide("skip") });
  } finally {
    lines = await counting;
  }
  const [rejected] = await database.rows(`select count(*) as errors from ${REJECTS_TABLE}`);
  const isWhole = Number(rejected?.errors ?? 0) === 0;
  // Values that hold line feeds, and blank lines, make more lines than rows.
  const areAccepted = (isWhole && rows === lines - 1) || rows === (await countRows(intake, source));
  if (!isWhole || !areAccepted) {
    const refused = await refusedRows(database, source, !areAccepted);
    if (refused === null) return false;
    writer.rejectAll(refused.count, refused.rejects);
  }
  // The first were of all rows, as nearly always none is refused: reasons need every column.
  if (!areAccepted) await writeReleases(intake, mapping, onlyAccepted(wide("skip")));
  handOver(intake, mapping, cutRow === 0 ? 1 : 2);
  return true;
}

function onlyAccepted(rows: string): string {
  return `from (${rows}) where reason is null`;
}

/** Rows that the database can read; those with text of another encoding are among them, as no text is looked at. */
async function countRows({ database }: RecordIntake, source: CsvSource): Promise<number> {
  const all = csvRelation(source.path, source.delimiter, source.columns, "skip");
  const [counted] = await database.rows(`select count(*) as rows from ${all}`);
  return Number(counted?.rows ?? 0);
}

/** Line feeds, and one more where the last line has none. */
async function countLines(chunks: AsyncIterable<Buffer>): Promise<number> {
  let lines = 0;
  let last: number = NEWLINE;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    last = chunk.at(-1) ?? last;
  }
  return last === NEWLINE ? lines : lines + 1;
}
