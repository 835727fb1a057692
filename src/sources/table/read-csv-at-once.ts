import type { RecordIntake } from "../facts/add-record-source.ts";
import type { Delimiter } from "../plays/csv-records.ts";
import type { Mapping } from "./mapping.ts";
import { refusedRows } from "./refused-rows.ts";
import { csvRelation, type OnFault, REJECTS_TABLE } from "./table-file.ts";
import { wideQuery } from "./wide-query.ts";
import { handOver, type TableRows, writeReleases, writeTables } from "./write-tables.ts";

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
  const { mapping, cutRow } = source;
  const looking = lookThrough(source.bytes);
  // Whoever awaits it hears of the failure; until then it is not "unhandled".
  looking.catch(() => {});
  let rows: number;
  let seen: Seen;
  try {
    rows = await writeTables(intake, mapping, tableRows(source, "store", false));
  } finally {
    seen = await looking;
  }
  // To look for a NUL in each text of each row takes a twentieth, and hardly a file has one.
  if (seen.hasNul) rows = await writeTables(intake, mapping, tableRows(source, "skip", true));
  const [rejected] = await database.rows(`select count(*) as errors from ${REJECTS_TABLE}`);
  const isWhole = Number(rejected?.errors ?? 0) === 0;
  // Values that hold line feeds, and blank lines, make more lines than rows.
  const areAccepted = (isWhole && rows === seen.lines - 1) || rows === (await countRows(intake, source));
  if (!isWhole || !areAccepted) {
    const refused = await refusedRows(database, source, !areAccepted);
    if (refused === null) return false;
    writer.rejectAll(refused.count, refused.rejects);
  }
  // The first were of all rows, as nearly always none is refused: reasons need every column.
  if (!areAccepted) await writeReleases(intake, mapping, onlyAccepted(wideRows(source, "skip", true)));
  handOver(intake, mapping, cutRow === 0 ? 1 : 2);
  return true;
}

/** Tracks of the rows that are accepted, parted where the source says, and releases of all. */
function tableRows(source: CsvSource, onFault: OnFault, mayHaveNul: boolean): TableRows {
  const { cutRow } = source;
  const releases = wideRows(source, "skip", mayHaveNul);
  const tracks = (fault: OnFault, stretch = ""): string =>
    onlyAccepted(wideRows(source, fault, mayHaveNul, stretch));
  if (cutRow === 0) return { tracks: [tracks(onFault)], releases };
  // What comes after the cut is found by going through what is before it: that pass sees every fault.
  return { tracks: [tracks("skip", `limit ${cutRow}`), tracks(onFault, `offset ${cutRow}`)], releases };
}

function wideRows(
  { path, mapping, columns, delimiter }: CsvSource,
  onFault: OnFault,
  mayHaveNul: boolean,
  stretch = "",
): string {
  const rows = `(select * from ${csvRelation(path, delimiter, columns, onFault)} ${stretch})`;
  return wideQuery(mapping, columns, rows, "null::bigint", mayHaveNul);
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

interface Seen {
  /** Line feeds, and one more where the last line has none. */
  readonly lines: number;
  readonly hasNul: boolean;
}

async function lookThrough(chunks: AsyncIterable<Buffer>): Promise<Seen> {
  let lines = 0;
  let last: number = NEWLINE;
  let hasNul = false;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines += 1;
    last = chunk.at(-1) ?? last;
    hasNul ||= chunk.includes(0);
  }
  return { lines: last === NEWLINE ? lines : lines + 1, hasNul };
}
