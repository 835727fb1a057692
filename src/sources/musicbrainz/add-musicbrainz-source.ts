import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sqlTextList } from "../../core/database.ts";
import { programBeside } from "../../core/run-thread.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import type { DocumentFormat, MemberHead } from "../documents/document-format.ts";
import { type Parts, pathsOf, readDocuments } from "../documents/read-documents.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import type { FactTable } from "../facts/fact-tables.ts";
import type { MusicBrainzEntity } from "./document-rows.ts";
import { entityOf, musicBrainzFormat } from "./formats.ts";
import { MUSICBRAINZ_MAPPING } from "./mapping.ts";
import { redirectFormatOf, redirectQueries } from "./redirects.ts";

export interface AddMusicBrainzSourceOptions extends AddRecordSourceOptions {
  /** What plain files hold; of a dump, the one kind of document to read. */
  readonly entity?: MusicBrainzEntity | undefined;
  /** About how much text is parsed at a time. */
  readonly batchBytes?: number | undefined;
}

/** To be raised when documents become other rows: what an earlier version kept is then not used again. */
const ROWS_VERSION = 1;
/** Larger ones need more memory and gain nothing: row groups are smaller than the rows of one. */
const BATCH_BYTES = 33_554_432;
const CORE_LICENCE = "CC0-1.0";
/** Tags, genres, ratings and annotations: musicbrainz.org/doc/About/Data_License. */
const SUPPLEMENT_LICENCE = "CC-BY-NC-SA-3.0";

/**
 * Takes files of MusicBrainz in: dumps of documents (`.tar.xz` and other packings), documents of the web service, one a line, and
 * lists of merged MBIDs. Supplementary data go into a table of their own, with their own licence.
 */
export async function addMusicBrainzSource(
  options: AddMusicBrainzSourceOptions,
): Promise<RecordSourceSummary> {
  const content = JSON.stringify([ROWS_VERSION, options.entity ?? null, options.batchBytes ?? null]);
  return await addRecordSource(options, {
    kind: "musicbrainz",
    defaultLabel: "main",
    licence: CORE_LICENCE,
    licences: { supplements: SUPPLEMENT_LICENCE },
    mapping: MUSICBRAINZ_MAPPING,
    readsSample: true,
    version: createHash("sha256").update(content).digest("hex"),
    thread: programBeside("./batch-thread", import.meta.url),
    async read(intake) {
      const parts = await readDocuments(intake, (member) => formatOf(member, options.entity), {
        batchBytes: options.batchBytes ?? BATCH_BYTES,
        tables: ["tracks", "releases"],
      });
      await gather(intake, parts);
    },
  });
}

function formatOf(member: MemberHead, asked: MusicBrainzEntity | undefined): DocumentFormat | null {
  const redirects = redirectFormatOf(member, asked);
  if (redirects !== null) return redirects;
  const entity = entityOf(member, asked);
  return entity === null ? null : musicBrainzFormat(entity);
}

async function gather(intake: RecordIntake, parts: Parts): Promise<void> {
  const merge = await readFile(new URL("./merge-named.sql", import.meta.url), "utf8");
  for (const [table, key, scheme] of [
    ["artists", "artist_key", "mbid-artist"],
    ["labels", "label_key", "mbid-label"],
  ] as const) {
    const said = parts.get(table);
    if (said === undefined) continue;
    const named = { $key: key, $scheme: scheme, $parts: sqlTextList(pathsOf(said)) };
    addQuery(intake, table, table, fill(merge, named));
  }
  const supplements = parts.get("supplements");
  if (supplements !== undefined) {
    const from = `read_parquet(${sqlTextList(pathsOf(supplements))}, hive_partitioning = false)`;
    addQuery(intake, "supplements", "supplements", `select distinct * from ${from} order by all`);
  }
  const { queries, lost } = await redirectQueries(parts);
  for (const [index, query] of queries.entries()) {
    addQuery(intake, "redirects", `redirects-${index}`, query);
  }
  for (const table of lost) {
    const reason = `${table} without the table that its row numbers are of: read both from one dump`;
    intake.writer.reject({ line: null, offsetBytes: null, reason, sample: null });
  }
}

function addQuery(
  { database, scratch, writer }: RecordIntake,
  table: FactTable,
  name: string,
  query: string,
): void {
  writer.addLater(table, async () => {
    const path = join(scratch, `${name}.parquet`);
    await database.onConnection((own) => writeAccessionTable(own, table, completeQuery(table, query), path));
    return path;
  });
}

function fill(sql: string, values: Readonly<Record<string, string>>): string {
  return sql.replace(/\$(?:key|scheme|parts)/g, (name) => values[name] ?? name);
}
