import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Archive, compactSeconds, Database, type TableRow, type TableSchema } from "../../core/index.ts";
import { trackIdOf, trackIdToBigInt } from "../../formats/identifiers/index.ts";
import type { SourceKind } from "../../sources/accession/accession.ts";

/** A file of a made-up accession; what is not given has a plain value. */
export interface TestFile {
  readonly path: string;
  readonly member?: string;
  readonly status?: "audio" | "gone" | "rejected" | "document";
  readonly tags?: readonly (readonly [key: string, value: string])[];
  readonly sizeBytes?: number;
  readonly durationMs?: number;
  /** The package that owns the file by a list of dpkg whose scope is the root. */
  readonly package?: string;
  /** Another id than the path's own, to make two files collide. */
  readonly trackId?: bigint;
}

export interface TestDocument {
  readonly path: string;
  readonly scopePath: string;
  readonly text: string;
  readonly package?: string;
}

export interface TestPlays {
  readonly kind: "path" | "isrc" | "track_id" | "mbid-recording";
  readonly value: string;
  readonly plays: number;
  /** The day to which the counts run. */
  readonly until?: string;
}

const files: TableSchema = {
  track_id: "UBIGINT",
  status: "VARCHAR",
  reason: "VARCHAR",
  detail: "VARCHAR",
  path: "VARCHAR",
  path_b64: "VARCHAR",
  member: "VARCHAR",
  member_b64: "VARCHAR",
  size_bytes: "BIGINT",
  mtime_ns: "BIGINT",
  inode: "UBIGINT",
  container: "VARCHAR",
  codec: "VARCHAR",
  sample_rate_hz: "INTEGER",
  channels: "INTEGER",
  bits_per_sample: "INTEGER",
  duration_ms: "BIGINT",
  duration_exact: "BOOLEAN",
  bitrate_kbps: "DOUBLE",
};
const tags: TableSchema = {
  track_id: "UBIGINT",
  ordinal: "INTEGER",
  key: "VARCHAR",
  value: "VARCHAR",
  native: "VARCHAR",
};
const documents: TableSchema = {
  path: "VARCHAR",
  path_b64: "VARCHAR",
  scope_path: "VARCHAR",
  scope_path_b64: "VARCHAR",
  package: "VARCHAR",
  sha256: "VARCHAR",
  text: "VARCHAR",
};
const packageFiles: TableSchema = {
  track_id: "UBIGINT",
  package: "VARCHAR",
  scope_path: "VARCHAR",
  scope_path_b64: "VARCHAR",
};
const measures: TableSchema = {
  track_id: "UBIGINT",
  size_bytes: "BIGINT",
  danceability: "DOUBLE",
  energy: "DOUBLE",
  loudness_db: "DOUBLE",
  tempo_bpm: "DOUBLE",
  key: "INTEGER",
  mode: "INTEGER",
  tool: "VARCHAR",
};
const gains: TableSchema = {
  gain_db: "DOUBLE",
  peak: "DOUBLE",
  first_block_bin: "INTEGER",
  block_counts: "VARCHAR[]",
};
const plays: TableSchema = {
  match_kind: "VARCHAR",
  match_value: "VARCHAR",
  plays: "BIGINT",
  until: "VARCHAR",
};

/** The id of a file of the source `audio:<label>`. */
export function testTrackId(label: string, path: string, member?: string): bigint {
  const id = trackIdToBigInt(trackIdOf(`audio:${label}`, member === undefined ? path : `${path}\0${member}`));
  if (!id.ok) throw new Error(id.reason);
  return id.value;
}

/** Writes an accession of a folder of music as the intake does; `day` orders accessions. */
export async function writeAudioAccession(
  archive: Archive,
  options: {
    readonly label: string;
    readonly day: number;
    readonly root?: string;
    readonly files: readonly TestFile[];
    readonly documents?: readonly TestDocument[];
  },
): Promise<string> {
  const { label } = options;
  const fileRows = options.files.map((file) => fileRow(label, file));
  const tagRows = options.files.flatMap((file) =>
    (file.tags ?? []).map(([key, value], ordinal) => ({
      track_id: idOf(label, file),
      ordinal,
      key,
      value,
      native: `vorbis:${key}`,
    })),
  );
  const documentFiles = (options.documents ?? []).map(({ path }) =>
    fileRow(label, { path, status: "document" }),
  );
  const packageRows = options.files.flatMap((file) =>
    file.package === undefined
      ? []
      : [{ track_id: idOf(label, file), package: file.package, scope_path: "" }],
  );
  const documentRows = (options.documents ?? []).map((document) => ({
    path: document.path,
    scope_path: document.scopePath,
    package: document.package ?? null,
    sha256: sha256(document.text),
    text: document.text,
  }));
  return await writeAccession(archive, "audio", label, options.day, options.root ?? `/music/${label}`, [
    rowTable("files.parquet", files, [...fileRows, ...documentFiles]),
    rowTable("tags.parquet", tags, tagRows),
    rowTable("documents.parquet", documents, documentRows),
    rowTable("package_files.parquet", packageFiles, packageRows),
  ]);
}

export async function writePlaysAccession(
  archive: Archive,
  options: { readonly label: string; readonly day: number; readonly rows: readonly TestPlays[] },
): Promise<string> {
  const rows = options.rows.map((row) => ({
    match_kind: row.kind,
    match_value: row.value,
    plays: row.plays,
    until: row.until ?? null,
  }));
  return await writeAccession(archive, "plays", options.label, options.day, `/counts/${options.label}.csv`, [
    rowTable("plays.parquet", plays, rows),
  ]);
}

/** What packing measured of a file. */
export interface TestMeasure {
  readonly trackId: bigint;
  readonly sizeBytes?: number;
  readonly gainDb: number | null;
  readonly peak: number | null;
  /** Gating blocks in tenths of an LU from bin `first` above -70 LUFS. */
  readonly blocks: { readonly first: number; readonly counts: readonly number[] } | null;
}

/** Measures as `source add measures` writes them, or, without `gains`, as it did before it knew of ReplayGain. */
export async function writeMeasuresAccession(
  archive: Archive,
  options: { readonly day: number; readonly rows: readonly TestMeasure[]; readonly gains?: boolean },
): Promise<string> {
  const rows = options.rows.map(({ trackId, sizeBytes = 1000, gainDb, peak, blocks }) => ({
    track_id: trackId,
    size_bytes: sizeBytes,
    energy: 0.25,
    tool: "test 1",
    ...(options.gains === false
      ? {}
      : {
          gain_db: gainDb,
          peak,
          first_block_bin: blocks?.first ?? null,
          block_counts: blocks?.counts.map(String) ?? null,
        }),
  }));
  const schema = { ...measures, ...(options.gains === false ? {} : gains) };
  const columns = options.gains === false ? "*" : "* replace (block_counts::integer[] as block_counts)";
  const table = rowTable("measures.parquet", schema, rows, columns);
  return await writeAccession(archive, "measures", "shards", options.day, "/shards", [table]);
}

function fileRow(label: string, file: TestFile): TableRow {
  const { status = "audio" } = file;
  const audio = status === "audio";
  return {
    track_id: idOf(label, file),
    status,
    reason: audio ? null : "for a test",
    path: file.path,
    member: file.member ?? null,
    size_bytes: file.sizeBytes ?? 1000,
    mtime_ns: 1_700_000_000_000_000_000n,
    inode: 1n,
    container: audio ? "ogg" : null,
    codec: audio ? "vorbis" : null,
    sample_rate_hz: audio ? 44_100 : null,
    channels: audio ? 2 : null,
    duration_ms: audio ? (file.durationMs ?? 180_000) : null,
    duration_exact: true,
    bitrate_kbps: audio ? 160 : null,
  };
}

function idOf(label: string, file: TestFile): bigint {
  return file.trackId ?? testTrackId(label, file.path, file.member);
}

/** A table of facts that a test writes; `content` tells accessions of one day apart. */
export interface TestTable {
  readonly file: string;
  readonly rows: number;
  readonly content: string;
  write(database: Database, path: string): Promise<void>;
}

function rowTable(file: string, schema: TableSchema, rows: readonly TableRow[], columns = "*"): TestTable {
  const name = file.replace(".parquet", "");
  return {
    file,
    rows: rows.length,
    content: JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
    async write(database, path) {
      await database.insert(name, schema, rows);
      await database.writeParquet(`select ${columns} from ${name}`, path);
    },
  };
}

export async function writeAccession(
  archive: Archive,
  kind: SourceKind,
  label: string,
  day: number,
  root: string,
  contents: readonly TestTable[],
): Promise<string> {
  const started = new Date(Date.UTC(2026, 0, day));
  const hash = sha256(JSON.stringify(contents.map(({ file, content }) => [file, content])));
  const id = `${kind}-${label}-${compactSeconds(started)}-${hash.slice(0, 6)}`;
  const folder = join(archive.layout.sources, id);
  mkdirSync(folder, { recursive: true });
  const database = await Database.open({ threads: 1 });
  const tables: Record<string, unknown> = {};
  for (const table of contents) {
    const path = join(folder, table.file);
    await table.write(database, path);
    tables[table.file] = {
      rows: table.rows,
      sizeBytes: statSync(path).size,
      sha256: sha256(readFileSync(path)),
    };
  }
  database.close();
  const counts = {
    seen: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    gone: 0,
    audio: 0,
    rejected: 0,
    documents: 0,
  };
  const accession = {
    format: "deadwax-accession/1",
    id,
    source: { kind, name: `${kind}:${label}`, label, root },
    started: started.toISOString().replace(".000", ""),
    finished: started.toISOString().replace(".000", ""),
    note: null,
    licence: null,
    program: "deadwax 0.0.0",
    previous: null,
    input: null,
    counts,
    tables,
  };
  writeFileSync(join(folder, "accession.json"), `${JSON.stringify(accession, null, 2)}\n`);
  return id;
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
