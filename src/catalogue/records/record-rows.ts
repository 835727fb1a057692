import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type Database, sqlText, type TableRow } from "../../core/index.ts";
import { countOf } from "../count-of.ts";
import { foldText } from "../fold-text.ts";
import { parsePartialDate } from "../partial-date.ts";
import { parseCode } from "./parse-code.ts";
import { addRecordViews, type OrderedAccession } from "./record-facts.ts";

export const RECORD_STEPS = 3;

export interface RecordRowsOptions {
  /** Whose rows are computed: the newest row of a key among them speaks. */
  readonly accessions: readonly OrderedAccession[];
  /** All accessions of records, for what was first. */
  readonly all: readonly OrderedAccession[];
  readonly scope: RecordScope;
  readonly onStep: (what: string) => void;
}

/** What counts beside the records that are computed: nothing in a full build. */
export interface RecordScope {
  /** Makes `live_record`, those of `told_record` whose rows are computed from what they say, and `known_fold`, names that are folded already. */
  addLive(database: Database): Promise<void>;
  /** Makes `former_credit` and `former_label`, once the names of the records are folded. */
  addFormer(database: Database): Promise<void>;
  /** Makes `speaking_artists`, `spelling_credit`, `spelling_label` and `release_tracks`, once those are folded too. */
  addScope(database: Database): Promise<void>;
}

export const FULL_SCOPE: RecordScope = {
  addLive: (database) => database.runFile(sqlFile("full-live.sql")),
  addFormer: (database) => database.runFile(sqlFile("full-former.sql")),
  addScope: (database) => database.runFile(sqlFile("full-scope.sql")),
};

/** Fills the tables `row_…` with what the records of catalogues say. */
export async function computeRecordRows(database: Database, options: RecordRowsOptions): Promise<void> {
  const { accessions, all, scope, onStep } = options;
  await database.runFile(sqlFile("record-schema.sql"));
  await addRecordViews(database, accessions);
  await addFirstAccessions(database, all);
  await addNewestTracks(database);
  await database.runFile(sqlFile("1-live.sql"));
  await scope.addLive(database);
  await database.runFile(sqlFile("credits.sql"));
  onStep("newest records");
  await foldTexts(database, "record_fold", sqlFile("distinct-record-texts.sql"));
  await database.run("insert into record_fold from known_fold");
  await database.runFile(sqlFile("named-records.sql"));
  await scope.addFormer(database);
  await foldTexts(database, "former_fold", sqlFile("distinct-former-texts.sql"));
  await database.run("insert into record_fold from former_fold");
  await scope.addScope(database);
  await database.runFile(sqlFile("codes.sql"));
  await deriveCodes(database);
  await database.runFile(sqlFile("features.sql"));
  onStep("names, dates, codes of records");
  for (const step of ["2-artists.sql", "3-albums.sql", "4-tracks.sql", "5-identifiers.sql"]) {
    await database.runFile(sqlFile(step));
  }
  onStep("rows of records");
}

async function addFirstAccessions(database: Database, all: readonly OrderedAccession[]): Promise<void> {
  await database.run("create table first_accession (source varchar, accession varchar)");
  const first = new Map<string, string>();
  for (const { accession } of all) {
    if (!first.has(accession.source.name)) first.set(accession.source.name, accession.id);
  }
  const rows = [...first].map(([source, id]) => `(${sqlText(source)}, ${sqlText(id)})`);
  if (rows.length > 0) await database.run(`insert into first_accession values ${rows.join(", ")}`);
}

const OLDER_RECORDS =
  "select ((select count(*) from record_tracks) - (select count(track_id) from newest_at))::integer as count";

/** Makes `newest_tracks`, of each track the newest record: where no track has two, all records, without a look-up. */
async function addNewestTracks(database: Database): Promise<void> {
  await database.run(
    "create table newest_at as select track_id, max(seq) as seq from record_tracks group by track_id",
  );
  const older = await countOf(database, OLDER_RECORDS);
  const look = older === 0 ? "" : "join newest_at using (track_id, seq)";
  await database.run(`create view newest_tracks as select r.* from record_tracks r ${look}`);
}

const textRow = z.object({ text: z.string() });
const codeRow = z.object({ scheme: z.string(), raw: z.string() });

/** What SQL cannot say, once for each distinct text. */
async function deriveCodes(database: Database): Promise<void> {
  await database.insert(
    "record_date",
    { text: "VARCHAR", date: "VARCHAR", precision: "VARCHAR" },
    dateRows(database),
  );
  await database.insert(
    "parsed_code",
    { scheme: "VARCHAR", raw: "VARCHAR", value: "VARCHAR", reason: "VARCHAR" },
    codeRows(database),
  );
}

/** What SQL cannot fold of the texts that the query in `file` gives, as table `name`. */
export async function foldTexts(database: Database, name: string, file: URL): Promise<void> {
  const texts = await readFile(file, "utf8");
  await database.insert(name, { text: "VARCHAR", folded: "VARCHAR" }, foldedRows(database, texts));
}

async function* foldedRows(database: Database, sql: string): AsyncGenerator<TableRow> {
  for await (const chunk of database.chunks(sql)) {
    for (const text of chunk.values(0)) {
      if (typeof text === "string") yield { text, folded: foldText(text) };
    }
  }
}

async function* dateRows(database: Database): AsyncGenerator<TableRow> {
  const sql =
    "select distinct clean(release_date) as text from (select release_date from told_record union all select release_date from live_release) where release_date <> ''";
  for await (const row of database.stream(sql)) {
    const { text } = textRow.parse(row);
    const parsed = parsePartialDate(text);
    if (parsed) yield { text, date: parsed.date, precision: parsed.precision };
  }
}

async function* codeRows(database: Database): AsyncGenerator<TableRow> {
  const sql = "select distinct scheme, raw from record_code where not is_canonical(scheme, raw)";
  for await (const row of database.stream(sql)) {
    const { scheme, raw } = codeRow.parse(row);
    const parsed = parseCode(scheme, raw);
    yield parsed.ok
      ? { scheme, raw, value: parsed.value, reason: null }
      : { scheme, raw, value: null, reason: parsed.reason };
  }
}

function sqlFile(name: string): URL {
  return new URL(`./${name}`, import.meta.url);
}
