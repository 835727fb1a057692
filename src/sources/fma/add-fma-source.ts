import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Database } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import { writeAccessionTable } from "../accession/write-accession.ts";
import {
  type AddRecordSourceOptions,
  addRecordSource,
  type FieldMapping,
  type RecordIntake,
  type RecordSourceSummary,
} from "../facts/add-record-source.ts";
import { completeQuery } from "../facts/complete-query.ts";
import { trackIdSql } from "../facts/track-id-sql.ts";
import { loadCsv } from "./csv-table.ts";

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
      // There are some hundred thousand tracks and never more.
      databaseThreads: 2,
      read: async (intake) => {
        // This thread hashes while the database reads; the hashes are asked for in the end.
        const hashing = Promise.all(
          intake.isDryRun ? [] : intake.inputs.map((input) => input.sha256(intake.progress)),
        );
        // Whoever awaits it hears of the failure; until then it is not "unhandled".
        hashing.catch(() => {});
        try {
          await readFma(intake, names);
        } finally {
          await hashing;
        }
      },
    },
  );
}

function hasTracks(names: readonly FileName[]): boolean {
  return names.includes("tracks.csv") || names.includes("raw_tracks.csv");
}

async function readFma(intake: RecordIntake, names: readonly FileName[]): Promise<void> {
  const { sourceName } = intake;
  const database = await intake.database.open();
  for (const name of FILE_NAMES) {
    const input = intake.inputs.find(({ path }) => basename(path) === name);
    if (input) await loadCsv(intake, input, tableOf(name), COLUMNS[name]);
    else await emptyTable(database, name);
  }
  if (!names.includes("genres.csv")) {
    await database.run("insert into csv_genres select genre_id, genre_title from csv_raw_genres");
  }
  const id = trackIdSql(sourceName, "key");
  await database.run(`create macro fact_track_id(key) as ${id}; ${await sql("prepare")}`);
  await database.run(await sql(names.includes("tracks.csv") ? "from-tracks" : "from-raw-tracks"));
  const second = await database.connect();
  try {
    const lanes = [
      write(intake, "tracks", database),
      write(intake, "releases", second).then(() => write(intake, "artists", second)),
    ];
    // Neither is left running when the other fails.
    await Promise.allSettled(lanes);
    await Promise.all(lanes);
  } finally {
    second.close();
  }
  for (const table of ["tracks", "releases", "artists"] as const) {
    intake.writer.addWhole(table, partOf(intake, table));
  }
}

type Table = "tracks" | "releases" | "artists";

async function write(intake: RecordIntake, table: Table, database: Database): Promise<void> {
  const query = completeQuery(table, await sql(table));
  await writeAccessionTable(database, table, query, partOf(intake, table));
}

function partOf({ scratch }: RecordIntake, table: Table): string {
  return join(scratch, `${table}.part.parquet`);
}

function tableOf(name: FileName): string {
  return `csv_${name.replace(".csv", "")}`;
}

async function emptyTable(database: Database, name: FileName): Promise<void> {
  const columns = COLUMNS[name].map((column) => `"${column}" varchar`).join(", ");
  await database.run(`create table ${tableOf(name)} (${columns})`);
}

function sql(name: string): Promise<string> {
  return readFile(new URL(`./${name}.sql`, import.meta.url), "utf8");
}
