import { join } from "node:path";
import { fileSha256 } from "../core/file-sha256.ts";
import { type Database, IntegrityError, sqlText, systemErrorCode } from "../core/index.ts";
import type { Accession } from "../sources/accession/accession.ts";

interface FactTable {
  readonly file: string;
  readonly into: string;
  readonly columns: string;
  /** Whether the table keeps the folder that paths are relative to. */
  readonly hasRoot: boolean;
  /** Columns that not every accession has, with their types. */
  readonly optional?: readonly string[];
}

const FACT_TABLES: readonly FactTable[] = [
  {
    file: "files.parquet",
    into: "fact_file",
    hasRoot: true,
    columns:
      "track_id, status, path, path_b64, member, member_b64, size_bytes, mtime_ns, container, codec, " +
      "sample_rate_hz, channels, bits_per_sample, duration_ms, duration_exact, bitrate_kbps",
  },
  { file: "tags.parquet", into: "fact_tag", hasRoot: false, columns: "track_id, ordinal, key, value" },
  {
    file: "documents.parquet",
    into: "fact_document",
    hasRoot: true,
    columns: "path, path_b64, scope_path, scope_path_b64, package, sha256, text",
  },
  {
    file: "package_files.parquet",
    into: "fact_package_file",
    hasRoot: false,
    columns: "track_id, package, scope_path, scope_path_b64",
  },
  {
    file: "plays.parquet",
    into: "fact_plays",
    hasRoot: false,
    columns: "match_kind, match_value, plays, until",
    optional: ["until varchar"],
  },
  {
    file: "measures.parquet",
    into: "fact_measure",
    hasRoot: false,
    columns:
      "track_id, size_bytes, danceability, energy, loudness_db, tempo_bpm, key, mode, tool, gain_db, peak, first_block_bin, block_counts",
    optional: ["gain_db double", "peak double", "first_block_bin integer", "block_counts integer[]"],
  },
];

/**
 * Loads the facts of one accession, all or those of some files, as number `ord`, after comparing its files with the hashes in `accession.json`.
 * Throws `IntegrityError` when a file is not what it was.
 */
export async function loadFacts(
  database: Database,
  accession: Accession,
  ord: number,
  files?: readonly string[],
): Promise<void> {
  for (const table of FACT_TABLES) {
    const expected = accession.tables[table.file];
    if (!expected || (files && !files.includes(table.file))) continue;
    const path = join(accession.folder, table.file);
    await verifyFactFile(accession, table.file);
    const fixed = [String(ord), sqlText(accession.id), sqlText(accession.source.name)];
    if (table.hasRoot) fixed.push(sqlText(accession.source.root));
    // Folder names like `a=b` above the file would else be read as columns.
    const file = `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
    const optional = table.optional?.map((column) => column.replace(/^(\S+) (.*)$/, "null::$2 as $1"));
    const from = optional
      ? `(select ${optional.join(", ")} where false union all by name select * from ${file})`
      : file;
    try {
      await database.run(
        `insert into ${table.into} select ${fixed.join(", ")}, ${table.columns} from ${from}`,
      );
    } catch (cause) {
      throw damaged(accession, table.file, "it cannot be read", cause);
    }
  }
}

/** Throws `IntegrityError` when a table of an accession is not what it was. */
export async function verifyFactFile(accession: Accession, file: string): Promise<void> {
  if ((await sha256IfThere(join(accession.folder, file))) !== accession.tables[file]?.sha256) {
    throw damaged(accession, file, "its SHA-256 is not the recorded one");
  }
}

async function sha256IfThere(path: string): Promise<string | null> {
  try {
    return await fileSha256(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function damaged(accession: Accession, file: string, reason: string, cause?: unknown): IntegrityError {
  return new IntegrityError(`"${file}" of the accession "${accession.id}" is damaged: ${reason}`, {
    cause,
    hint: "restore the folder of this accession from a copy of the archive",
  });
}
