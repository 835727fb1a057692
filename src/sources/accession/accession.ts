import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Archive } from "../../core/archive.ts";
import { TEMPORARY_PREFIX } from "../../core/atomic-file.ts";
import { parseJson } from "../../core/canonical-json.ts";
import { errorMessage, FailedError, systemErrorCode } from "../../core/errors.ts";
import { ACCESSION_FORMAT } from "./accession-format.ts";

const MAX_JSON_BYTES = 1 << 20;
const count = z.int().min(0);

const tableSchema = z.object({
  rows: count,
  sizeBytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What kinds of source there are: folders of music, counts of plays, what packing measured, and catalogues, whose facts are records. */
export const SOURCE_KINDS = [
  "audio",
  "plays",
  "measures",
  "musicbrainz",
  "listenbrainz",
  "discogs",
  "fma",
  "internet-archive",
  "table",
  "ern",
  "twin",
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

const ACCESSION_ID = new RegExp(
  `^(${SOURCE_KINDS.join("|")})-[A-Za-z0-9][A-Za-z0-9._-]*-\\d{8}T\\d{6}Z-[0-9a-f]{6}$`,
);

export const accessionSchema = z.object({
  format: z.literal(ACCESSION_FORMAT),
  /** Also the name of its folder. */
  id: z.string().regex(ACCESSION_ID),
  source: z.object({
    kind: z.enum(SOURCE_KINDS),
    /** `audio:<label>`: with the key in the source it makes the track id. */
    name: z.string(),
    label: z.string(),
    /** Absolute path of the folder, or of the file with the counts. */
    root: z.string(),
  }),
  started: z.iso.datetime(),
  finished: z.iso.datetime(),
  note: z.string().nullable(),
  /** Licence of the facts themselves, when the source states one. */
  licence: z.string().nullable(),
  /** Licences of single tables that are not `licence`. */
  licences: z.record(z.string(), z.string()).optional(),
  program: z.string(),
  /** The accession of the same source before this one. */
  previous: z.string().nullable(),
  /** The file that the facts were read from, where it is one file. */
  input: z.object({ sizeBytes: count, sha256: tableSchema.shape.sha256 }).nullable(),
  /** The same for each of several files, in the order in which they were read. */
  inputs: z
    .array(z.object({ name: z.string(), sizeBytes: count, sha256: tableSchema.shape.sha256 }))
    .optional(),
  counts: z.object({
    /** Names found: `added + changed + unchanged`. */
    seen: count,
    added: count,
    changed: count,
    unchanged: count,
    /** Names, and members of containers, that were there before. */
    gone: count,
    /** Tracks, refused files and members, and rights documents in this accession. */
    audio: count,
    rejected: count,
    documents: count,
  }),
  tables: z.record(z.string().regex(/^[a-z_]+\.parquet$/), tableSchema),
});

export type AccessionRecord = z.infer<typeof accessionSchema>;
export type AccessionCounts = AccessionRecord["counts"];

/** One intake from a source, as it stands on disk. */
export interface Accession extends AccessionRecord {
  readonly folder: string;
  /** The path of a table (`files`, `tags`, `documents`, `package_files`, `plays`, `measures`, `rejects`), or null. */
  table(name: string): string | null;
}

/** All accessions of the archive, oldest first: an accession always after the one that it follows. */
export async function listAccessions(archive: Archive): Promise<Accession[]> {
  const { sources } = archive.layout;
  const names = await folderNames(sources);
  const accessions = await Promise.all(names.map((name) => readAccession(join(sources, name), name)));
  return inOrder(accessions);
}

async function folderNames(sources: string): Promise<string[]> {
  try {
    const entries = await readdir(sources, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(TEMPORARY_PREFIX))
      .map((entry) => entry.name);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}

async function readAccession(folder: string, name: string): Promise<Accession> {
  const file = join(folder, "accession.json");
  const damaged = (reason: string, cause?: unknown): FailedError =>
    new FailedError(`"${file}" is damaged: ${reason}`, {
      cause,
      hint: "restore the folder from your backup: its facts are not to be had again from elsewhere",
    });
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw damaged(errorMessage(error), error);
  }
  const json = parseJson(bytes, MAX_JSON_BYTES);
  if (!json.ok) throw damaged(json.reason);
  const parsed = accessionSchema.safeParse(json.value);
  if (!parsed.success) throw damaged(z.prettifyError(parsed.error));
  if (parsed.data.id !== name) throw damaged(`it says that it is ${parsed.data.id}`);
  const record = parsed.data;
  return {
    ...record,
    folder,
    table: (table) => (`${table}.parquet` in record.tables ? join(folder, `${table}.parquet`) : null),
  };
}

/** By time; a clock that was set back does not put an accession before the one it follows. */
function inOrder(accessions: readonly Accession[]): Accession[] {
  const byTime = [...accessions].sort((a, b) => compareText(a.started, b.started) || compareText(a.id, b.id));
  const waiting = new Map(byTime.map((accession) => [accession.id, accession]));
  const ordered: Accession[] = [];
  const place = (accession: Accession): void => {
    // Out of `waiting` first: a ring of accessions, which only damage makes, ends here.
    if (!waiting.delete(accession.id)) return;
    const previous = accession.previous === null ? undefined : waiting.get(accession.previous);
    if (previous) place(previous);
    ordered.push(accession);
  };
  for (const accession of byTime) place(accession);
  return ordered;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
