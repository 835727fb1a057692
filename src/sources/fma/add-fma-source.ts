import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { sqlName, sqlTextList } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import { programBeside } from "../../core/run-thread.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import type { DocumentFormat, MemberHead } from "../documents/document-format.ts";
import { readDocuments } from "../documents/read-documents.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type FieldMapping,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { trackIdSql } from "../facts/track-id-sql.ts";
import type { ChosenColumns } from "./chosen-texts.ts";
import { readHeader, recordForm } from "./csv-header.ts";

export interface AddFmaSourceOptions extends Omit<AddRecordSourceOptions, "files"> {
  /** `fma_metadata`, unpacked. */
  readonly folder: string;
}

/** The columns that are read of each file. */
const COLUMNS = {
  "tracks.csv": [
    ...["track_id", "track.title", "track.number", "track.duration", "track.listens", "track.language_code"],
    ...["track.license", "track.composer", "track.lyricist", "track.genres", "album.id", "album.title"],
    ...["album.type", "album.date_released", "artist.id", "artist.name"],
  ],
  "raw_tracks.csv": [
    ...["track_id", "track_title", "track_number", "track_disc_number", "track_duration", "track_listens"],
    ...[
      "track_language_code",
      "track_explicit",
      "track_composer",
      "track_lyricist",
      "track_genres",
      "track_url",
    ],
    ...["license_url", "license_title", "album_id", "album_title", "artist_id", "artist_name"],
  ],
  "raw_albums.csv": ["album_id", "album_type", "album_date_released"],
  "genres.csv": ["genre_id", "title"],
  "raw_genres.csv": ["genre_id", "genre_title"],
} as const;

/** To be raised when other texts are kept: what an earlier version kept is then not used again. */
const TEXTS_VERSION = 1;
const BATCH_BYTES = 4_194_304;

type FileName = keyof typeof COLUMNS;
const FILE_NAMES = [
  "tracks.csv",
  "raw_tracks.csv",
  "raw_albums.csv",
  "genres.csv",
  "raw_genres.csv",
] as const;

const MAPPING: readonly FieldMapping[] = [
  { from: "track_id", to: "tracks.key, identifiers fma-track" },
  { from: "track.title, number, language_code, composer, lyricist", to: "tracks" },
  { from: "track.duration (seconds)", to: "tracks.duration_ms" },
  { from: "track.listens", to: "tracks.plays" },
  { from: "track.genres, by genres.csv", to: "tracks.genres" },
  { from: "raw_tracks license_url, else track.license", to: "tracks.licence" },
  { from: "raw_tracks track_disc_number, track_explicit, track_url", to: "tracks" },
  { from: "album.id, title, type, date_released", to: "releases" },
  { from: "artist.id, name", to: "artists" },
];

/** Takes the metadata of FMA, a data set for music analysis, in. Throws `UsageError` when the files of it are not there. */
export async function addFmaSource(options: AddFmaSourceOptions): Promise<RecordSourceSummary> {
  const { folder, ...rest } = options;
  const names = FILE_NAMES.filter((name) => existsSync(join(folder, name)));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory() || !hasTracks(names)) {
    throw new UsageError(`"${folder}" has neither tracks.csv nor raw_tracks.csv`, {
      hint: "unpack fma_metadata.zip and give its folder",
    });
  }
  const files = names.map((name) => join(folder, name));
  return await addRecordSource(
    { ...rest, files },
    {
      kind: "fma",
      defaultLabel: "main",
      licence: "CC-BY-4.0",
      mapping: MAPPING,
      readsSample: true,
      version: String(TEXTS_VERSION),
      thread: programBeside("./batch-thread", import.meta.url),
      read: (intake) => readFma(intake, names),
    },
  );
}

function hasTracks(names: readonly FileName[]): boolean {
  return names.includes("tracks.csv") || names.includes("raw_tracks.csv");
}

async function readFma(intake: RecordIntake, names: readonly FileName[]): Promise<void> {
  const { database, sourceName, scratch, writer } = intake;
  const parts = await readDocuments(intake, formatOf, BATCH_BYTES);
  // What follows sorts: rows that wait for their turn are held anyway.
  await database.run("set threads = 2");
  for (const name of FILE_NAMES) await database.run(textTable(name, parts.get(name) ?? []));
  if (!names.includes("genres.csv")) {
    await database.run("insert into csv_genres select genre_id, genre_title from csv_raw_genres");
  }
  const id = trackIdSql(sourceName, "key");
  await database.run(`create macro fact_track_id(key) as ${id}; ${await sql("prepare")}`);
  await database.run(await sql(names.includes("tracks.csv") ? "from-tracks" : "from-raw-tracks"));
  for (const table of ["tracks", "releases", "artists"] as const) {
    const query = completeQuery(table, await sql(table));
    writer.addLater(table, async (connection) => {
      const path = join(scratch, `${table}.part.parquet`);
      await writeAccessionTable(connection, table, query, path);
      return path;
    });
  }
}

/** The texts of a file that the SQL asks for; without rows where there is no such file. */
function textTable(name: FileName, parts: readonly string[]): string {
  const table = `csv_${name.replace(".csv", "")}`;
  const columns = COLUMNS[name].map((column) => `${sqlName(column)} varchar`).join(", ");
  return parts.length === 0
    ? `create table ${table} (${columns})`
    : `create view ${table} as from read_parquet(${sqlTextList(parts)}, hive_partitioning = false)`;
}

function formatOf({ file, head }: MemberHead): DocumentFormat | null {
  const name = FILE_NAMES.find((known) => known === file);
  if (name === undefined) return null;
  const { columns, lines } = readHeader(head, file);
  const missing = COLUMNS[name].filter((column) => !columns.includes(column));
  if (missing.length > 0 || new Set(columns).size !== columns.length) {
    throw new UsageError(`"${file}" has no column "${missing.join('", "')}", or one twice`, {
      hint: "another version of the data set? The columns of fma_metadata.zip of 2017 are read",
    });
  }
  return {
    name,
    input: { part: name, columns, chosen: COLUMNS[name] } satisfies ChosenColumns,
    records: recordForm(lines),
  };
}

function sql(name: string): Promise<string> {
  return readFile(new URL(`./${name}.sql`, import.meta.url), "utf8");
}
