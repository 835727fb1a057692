import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, FailedError, IntegrityError, parseJson, systemErrorCode } from "../core/index.ts";

/** The tables of a snapshot, each the file `<name>.parquet`: see `docs/formats/snapshot.md`. */
export const SNAPSHOT_TABLES = [
  "track",
  "album",
  "artist",
  "track_artist",
  "track_genre",
  "artist_genre",
  "identifier",
  "feature",
  "listen",
  "holding",
  "label",
  "tag",
  "document",
  "package_file",
] as const;

export type SnapshotTable = (typeof SNAPSHOT_TABLES)[number];

const SNAPSHOT_ID = /^s-[0-9a-f]{12}$/;
const MAX_JSON_BYTES = 64 << 20;
const MAX_POINTER_BYTES = 256;

const count = z.int().nonnegative();

/** What a person should look at: facts that the catalogue holds but does not use. */
const flaggedSchema = z.strictObject({
  /** Identifiers that are malformed, by scheme. */
  malformedIdentifiers: z.record(z.string(), count),
  titlesFromFileNames: count,
  tracksWithoutArtist: count,
  /** Files left out because another file has the same 64-bit id, and names that share one. */
  idCollisions: count,
  plays: z.strictObject({ rows: count, matched: count, ambiguous: count, unmatched: count }),
});

export type Flagged = z.infer<typeof flaggedSchema>;

export const snapshotTablesSchema = z.record(
  z.enum(SNAPSHOT_TABLES),
  z.strictObject({ rows: count, sizeBytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
);

const snapshotSchema = z.strictObject({
  format: z.literal("deadwax-snapshot/1"),
  id: z.string().regex(SNAPSHOT_ID),
  builder: z.string(),
  program: z.string(),
  created: z.string(),
  accessions: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      source: z.string(),
      root: z.string(),
      started: z.string(),
    }),
  ),
  tables: snapshotTablesSchema,
  flagged: flaggedSchema,
});

export type SnapshotDescription = z.infer<typeof snapshotSchema>;

/** One immutable build of the catalogue. */
export interface Snapshot extends SnapshotDescription {
  readonly folder: string;
  /** The Parquet file of a table. */
  table(name: SnapshotTable): string;
}

const tableRowsSchema = z.record(z.enum(SNAPSHOT_TABLES), count);

export type TableRows = z.infer<typeof tableRowsSchema>;

export function rowsByTable({ tables }: SnapshotDescription): TableRows {
  return tableRowsSchema.parse(Object.fromEntries(SNAPSHOT_TABLES.map((name) => [name, tables[name].rows])));
}

/** The snapshot that `catalogue/CURRENT` names. Throws `FailedError` with a hint when nothing was built yet. */
export async function currentSnapshot(archive: Archive): Promise<Snapshot> {
  const id = await currentSnapshotId(archive);
  if (id === null) {
    throw new FailedError("there is no catalogue yet", { hint: "build it: deadwax catalogue build" });
  }
  const snapshot = await readSnapshot(archive, id);
  if (!snapshot) {
    throw new IntegrityError(`the snapshot "${id}" that catalogue/CURRENT names is missing`, {
      hint: "build it again: deadwax catalogue build",
    });
  }
  return snapshot;
}

/** What `catalogue/CURRENT` says, or null when there is none or it holds something else. */
export async function currentSnapshotId(archive: Archive): Promise<string | null> {
  const text = await readIfThere(join(archive.layout.catalogue, "CURRENT"));
  if (text === null || text.length > MAX_POINTER_BYTES) return null;
  const id = text.toString("utf8").trim();
  return SNAPSHOT_ID.test(id) ? id : null;
}

/** The snapshot `id`, or null when there is none. Throws `IntegrityError` when its description is not valid. */
export async function readSnapshot(archive: Archive, id: string): Promise<Snapshot | null> {
  const folder = join(archive.layout.catalogue, id);
  const bytes = await readIfThere(join(folder, "snapshot.json"));
  if (bytes === null) return null;
  const json = parseJson(bytes, MAX_JSON_BYTES);
  const parsed = json.ok ? snapshotSchema.safeParse(json.value) : null;
  if (!parsed?.success || parsed.data.id !== id) {
    const reason = json.ok ? (parsed?.error && z.prettifyError(parsed.error)) || "another id" : json.reason;
    throw new IntegrityError(`"${join(folder, "snapshot.json")}" is not valid: ${reason}`, {
      hint: `delete the folder "${folder}" and build it again: deadwax catalogue build`,
    });
  }
  return { ...parsed.data, folder, table: (name) => join(folder, `${name}.parquet`) };
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
