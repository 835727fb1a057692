import { randomBytes } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Archive } from "../core/archive.ts";
import { ensureFolder } from "../core/atomic-file.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { Database } from "../core/database.ts";
import { explainSystemError, systemErrorCode, throwIfAborted, UsageError } from "../core/errors.ts";
import type { Reporter } from "../core/reporter.ts";
import { type Accession, type AccessionCounts, listAccessions } from "./accession/accession.ts";
import { labelFor } from "./accession/label.ts";
import { draftAccession, removeUnfinishedAccessions, SCRATCH_PREFIX } from "./accession/write-accession.ts";
import { ownedRows } from "./intake/package-files.ts";
import { readTodo } from "./intake/read-todo.ts";
import { rejectedByReason } from "./intake/rejected-by-reason.ts";
import { scanFolder } from "./intake/scan-folder.ts";
import { loadKnownState, readCounts, type StateCounts, settleState } from "./intake/state.ts";
import { OWNED_COLUMNS } from "./intake/tables.ts";
import { writeTables } from "./intake/write-tables.ts";
import { createReaderPool, type ReaderBounds } from "./reader/reader-pool.ts";

export interface AddAudioSourceOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly folders: readonly string[];
  /** For one folder that is new to the archive; its name unless told. */
  readonly label?: string | undefined;
  /** Child processes that look at files. */
  readonly workers: number;
  /** Lists and compares, reads nothing and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly bounds?: ReaderBounds | undefined;
}

/** What came of one folder. In a dry run `audio`, `rejected` and `documents` are not known and 0. */
export interface FolderIntake {
  readonly source: string;
  readonly label: string;
  readonly root: string;
  /** The accession that was written, or null when there was nothing new or in a dry run. */
  readonly accession: string | null;
  readonly counts: AccessionCounts;
  /** Files to read, and their size together. */
  readonly toRead: { readonly files: number; readonly sizeBytes: number };
  /** Files and members of this accession that are not audio or could not be read, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
}

export interface AudioSourceSummary {
  readonly dryRun: boolean;
  readonly folders: readonly FolderIntake[];
  /** Sums over the folders. */
  readonly counts: AccessionCounts;
}

/**
 * Takes the folders in: for each that has changed since the last time one accession, with what is new, changed and gone.
 * Files that cannot be read are listed with a reason and never end the run. Throws `UsageError` for folders that cannot
 * be taken in at all, before anything is written.
 */
export async function addAudioSource(options: AddAudioSourceOptions): Promise<AudioSourceSummary> {
  const { archive, folders, label, dryRun = false } = options;
  if (folders.length === 0) {
    throw new UsageError("no folder given", { hint: "deadwax source add audio FOLDER…" });
  }
  if (label !== undefined && folders.length > 1) {
    throw new UsageError("one label for several folders", {
      hint: "add them one by one, or leave the label out",
    });
  }
  const roots = [...new Set(folders.map((folder) => checkedRoot(archive, folder)))];
  if (!dryRun) await removeUnfinishedAccessions(archive);
  const done: FolderIntake[] = [];
  const accessions = await listAccessions(archive);
  const planned: { source: Accession["source"] }[] = [...accessions];
  for (const root of roots) {
    throwIfAborted(options.signal);
    const name = labelFor(planned, "audio", root, label);
    const source: Accession["source"] = { kind: "audio", name: `audio:${name}`, label: name, root };
    warnOfOverlap(options.reporter, planned, root);
    planned.push({ source });
    const former = accessions.filter((accession) => accession.source.name === source.name);
    done.push(await takeIn(options, source, former));
  }
  return { dryRun, folders: done, counts: sumOf(done.map(({ counts }) => counts)) };
}

async function takeIn(
  options: AddAudioSourceOptions,
  source: Accession["source"],
  former: readonly Accession[],
): Promise<FolderIntake> {
  const { archive, reporter, signal, dryRun = false, workers, clock = systemClock } = options;
  const started = clock.now();
  const spillFolder = join(archive.layout.scratch, `${SCRATCH_PREFIX}${randomBytes(6).toString("hex")}`);
  if (!dryRun) await ensureFolder(spillFolder);
  const database = await Database.open(dryRun ? {} : { spillFolder });
  const draft = dryRun ? null : await draftAccession(archive, clock, signal);
  const intake = { source: source.name, label: source.label, root: source.root };
  try {
    await loadKnownState(database, former);
    const scanned = await scanFolder({
      database,
      source: source.name,
      root: source.root,
      archiveRoot: archive.layout.root,
      reporter,
      signal,
    });
    const { plan } = scanned;
    const toRead = { files: plan.todo, sizeBytes: plan.bytes_to_read };
    if (!draft) return { ...intake, accession: null, counts: countsOf(plan), toRead, rejectedByReason: {} };
    const pool = createReaderPool({
      workers,
      limits: archive.config.policy.intake,
      signal,
      bounds: options.bounds,
    });
    const progress = reporter.progress(`reading ${source.label}`, "items", plan.todo);
    try {
      const jobs = workers * 2;
      await readTodo({ database, source: source.name, root: source.root, pool, jobs, progress, signal });
    } finally {
      progress.finish();
      await pool.close();
    }
    await settleState(database);
    const settled = await readCounts(database);
    const counts = countsOf(settled);
    const rejected = await rejectedByReason(database);
    const result = { ...intake, counts, toRead, rejectedByReason: rejected };
    if (settled.file_rows === 0) return { ...result, accession: null };
    await database.insert("owned", OWNED_COLUMNS, ownedRows(source.root, scanned.packageLists));
    const rows = await writeTables(database, draft.folder);
    throwIfAborted(signal);
    const previous = former.at(-1)?.id ?? null;
    const facts = { source, note: null, licence: null, previous, input: null, counts, started };
    const { id } = await draft.publish(facts, rows);
    return { ...result, accession: id };
  } catch (error) {
    throw explainSystemError(error, `taking in "${source.root}"`);
  } finally {
    database.close();
    await draft?.discard();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

/** The folder's real path. Throws `UsageError` when it is none, or the archive itself. */
function checkedRoot(archive: Archive, folder: string): string {
  let root: string;
  try {
    root = realpathSync.native(resolve(folder));
    if (!statSync(root).isDirectory()) throw new UsageError(`"${folder}" is a file, not a folder`);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = systemErrorCode(error) ?? "unknown error";
    const what = code === "ENOENT" ? "there is no folder" : "cannot open the folder";
    throw new UsageError(`${what} "${folder}"${code === "ENOENT" ? "" : ` (${code})`}`, {
      cause: error,
      hint: "check the path, and whether the disk is mounted",
    });
  }
  const archiveRoot = realpathSync.native(archive.layout.root);
  if (root === archiveRoot || root.startsWith(`${archiveRoot}/`)) {
    throw new UsageError(`"${folder}" is inside the archive`, {
      hint: "add folders of music from elsewhere",
    });
  }
  return root;
}

/** The same files under two sources are two sets of tracks: allowed, but hardly meant. */
function warnOfOverlap(
  reporter: Reporter,
  known: readonly { readonly source: Accession["source"] }[],
  root: string,
): void {
  const others = new Set(
    known.filter(({ source }) => source.kind === "audio").map(({ source }) => source.root),
  );
  for (const other of others) {
    const isInside = root.startsWith(`${other}/`) || other.startsWith(`${root}/`);
    if (isInside)
      reporter.warn(`"${root}" and the source "${other}" share files: those are taken in as tracks of both`);
  }
}

function countsOf(state: StateCounts): AccessionCounts {
  const { seen, added, changed, gone, audio, rejected, documents } = state;
  return { seen, added, changed, unchanged: seen - added - changed, gone, audio, rejected, documents };
}

function sumOf(all: readonly AccessionCounts[]): AccessionCounts {
  const sum = (field: keyof AccessionCounts): number =>
    all.reduce((total, counts) => total + counts[field], 0);
  return {
    seen: sum("seen"),
    added: sum("added"),
    changed: sum("changed"),
    unchanged: sum("unchanged"),
    gone: sum("gone"),
    audio: sum("audio"),
    rejected: sum("rejected"),
    documents: sum("documents"),
  };
}
