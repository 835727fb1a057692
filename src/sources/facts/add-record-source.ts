import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Archive } from "../../core/archive.ts";
import { ensureFolder } from "../../core/atomic-file.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { explainSystemError, throwIfAborted, UsageError } from "../../core/errors.ts";
import { LateDatabase } from "../../core/late-database.ts";
import type { Progress, Reporter } from "../../core/reporter.ts";
import { ThreadPool } from "../../core/thread-pool.ts";
import {
  type Accession,
  type AccessionRecord,
  listAccessions,
  type SourceKind,
} from "../accession/accession.ts";
import { checkLabel } from "../accession/label.ts";
import { draftAccession, removeUnfinishedAccessions, SCRATCH_PREFIX } from "../accession/write-accession.ts";
import { FactWriter, type Reject } from "./fact-writer.ts";
import { keptFolder } from "./kept-folder.ts";
import { openRecordInput, type RecordInput } from "./record-input.ts";

const SHOWN_REJECTS = 20;
/** That turn batches of the input into rows. */
export const INTAKE_THREADS = 2;

/** What such a thread is started with. */
export interface IntakeThreadInput {
  readonly sourceName: string;
}

export interface AddRecordSourceOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly files: readonly string[];
  /** Names the source together with its kind: files of another day are a new accession of the same source. */
  readonly label?: string | undefined;
  /** Reads and checks everything, and leaves nothing in the archive. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

/** What an adapter works with. */
export interface RecordIntake {
  readonly inputs: readonly RecordInput[];
  readonly writer: FactWriter;
  readonly database: LateDatabase;
  /** With the program of the adapter; null where it has none. */
  readonly threads: ThreadPool | null;
  /** A folder for what is needed on the way; removed afterwards. */
  readonly scratch: string;
  /** A folder that stays when the run is cut off, and is found again by the next run over the same files. */
  readonly kept: string;
  /** A few rows will do, and the input need not be read to its end. */
  readonly isDryRun: boolean;
  readonly sourceName: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

export interface RecordSourceSummary {
  readonly dryRun: boolean;
  readonly source: string;
  readonly label: string;
  /** Null in a dry run, and when the files are those that were taken in last. */
  readonly accession: string | null;
  readonly isUnchanged: boolean;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly Reject[];
  /** In a dry run the first ten rows of each table. */
  readonly sample: Readonly<Record<string, readonly Record<string, unknown>[]>>;
  /** True when `rows` are only those of the beginning of the files. */
  readonly isSample: boolean;
  /** In a dry run of an adapter that can tell. */
  readonly mapping: readonly FieldMapping[];
}

/** A field of the input, and the column that it fills. */
export interface FieldMapping {
  readonly from: string;
  readonly to: string;
}

export interface RecordAdapter {
  readonly kind: SourceKind;
  readonly defaultLabel: string;
  /** Licence of the facts, where their publisher states one. */
  readonly licence: string | null;
  readonly licences?: Readonly<Record<string, string>>;
  readonly note?: string | null;
  /** A dry run reads the beginning of the files only. */
  readonly readsSample?: boolean;
  /** Which field of the input goes where, for a dry run. */
  readonly mapping?: readonly FieldMapping[];
  /** The program of threads that turn batches of the input into rows, which calls `serveBatches`. */
  readonly thread?: URL;
  /** One unless told: several of one statement put rows that wait for their turn into ever new memory. */
  readonly databaseThreads?: number;
  /** What the result depends on beside the files: when it changes, nothing that was kept is used again. */
  readonly version?: string;
  read(intake: RecordIntake): Promise<void>;
}

/**
 * Takes files of a catalogue in as one accession. What cannot be used is counted and sampled into `rejects`, and the
 * rest goes in. Throws `UsageError` when a file is not there, or when none of it can be used.
 */
export async function addRecordSource(
  options: AddRecordSourceOptions,
  adapter: RecordAdapter,
): Promise<RecordSourceSummary> {
  const { archive, label = adapter.defaultLabel } = options;
  checkLabel(label);
  const inputs: RecordInput[] = [];
  const name = `${adapter.kind}:${label}`;
  let threads: ThreadPool | null = null;
  try {
    for (const file of options.files) inputs.push(openRecordInput(file));
    const [first] = inputs;
    if (first === undefined) throw new UsageError("no file was given", { hint: "name at least one file" });
    // They load what they need while all else is made ready.
    const told = { sourceName: name } satisfies IntakeThreadInput;
    if (adapter.thread !== undefined) threads = new ThreadPool(adapter.thread, INTAKE_THREADS, told);
    if (options.dryRun !== true) await removeUnfinishedAccessions(archive);
    const root = inputs.length === 1 ? first.path : dirname(first.path);
    const former =
      (await listAccessions(archive)).filter(({ source }) => source.name === name).at(-1) ?? null;
    return await takeIn(options, adapter, inputs, threads, { kind: adapter.kind, name, label, root }, former);
  } finally {
    await threads?.close();
    for (const input of inputs) input.close();
  }
}

async function takeIn(
  options: AddRecordSourceOptions,
  adapter: RecordAdapter,
  inputs: readonly RecordInput[],
  threads: ThreadPool | null,
  source: Accession["source"],
  former: Accession | null,
): Promise<RecordSourceSummary> {
  const { archive, reporter, signal, dryRun = false, clock = systemClock } = options;
  const started = clock.now();
  const scratch = join(archive.layout.scratch, `${SCRATCH_PREFIX}${randomBytes(6).toString("hex")}`);
  await ensureFolder(scratch);
  const kept = await keptFolder(archive, source, inputs, adapter.version ?? "", dryRun ? scratch : null);
  // What can run at the same time has a connection of its own.
  const database = new LateDatabase({ threads: adapter.databaseThreads ?? 1, spillFolder: scratch });
  const writer = new FactWriter(database, scratch, source.name);
  const draft = dryRun ? null : await draftAccession(archive, clock, signal);
  const totalBytes = inputs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = reporter.progress(`reading ${source.label}`, "bytes", totalBytes);
  try {
    const base = { inputs, writer, database, threads, scratch, kept: kept.folder, sourceName: source.name };
    await adapter.read({ ...base, isDryRun: dryRun, progress, signal });
    throwIfAborted(signal);
    const hashed = [];
    for (const input of dryRun ? [] : inputs) {
      hashed.push({ name: input.name, sizeBytes: input.sizeBytes, sha256: await input.sha256(progress) });
    }
    const folder = draft?.folder ?? scratch;
    const tables = await writer.finish(folder);
    const { rejects: _sampled, ...ofFacts } = tables;
    const facts = Object.fromEntries(Object.entries(ofFacts).map(([table, { rows }]) => [table, rows]));
    const summary = {
      dryRun,
      source: source.name,
      label: source.label,
      rows: facts,
      rejected: writer.rejected,
      rejects: writer.rejects.slice(0, SHOWN_REJECTS),
      isSample: dryRun && adapter.readsSample === true,
      mapping: dryRun ? (adapter.mapping ?? []) : [],
      sample: dryRun ? await sampleOf(database, folder, Object.keys(facts)) : {},
    };
    const isSame = sameInputs(former, hashed);
    if (isSame) await kept.remove();
    if (!draft || isSame) return { ...summary, accession: null, isUnchanged: isSame };
    const total = Object.values(facts).reduce((sum, count) => sum + count, 0);
    if (total === 0) throw nothingOf(options.files, writer.rejects);
    throwIfAborted(signal);
    const [only, ...others] = hashed;
    const record = await draft.publish(
      {
        source,
        note: adapter.note ?? null,
        licence: adapter.licence,
        ...(adapter.licences === undefined ? {} : { licences: adapter.licences }),
        previous: former?.id ?? null,
        input:
          only === undefined || others.length > 0 ? null : { sizeBytes: only.sizeBytes, sha256: only.sha256 },
        inputs: hashed,
        counts: {
          seen: total,
          added: total,
          changed: 0,
          unchanged: 0,
          gone: 0,
          audio: 0,
          rejected: writer.rejected,
          documents: 0,
        },
        started,
      },
      tables,
    );
    await kept.remove();
    return { ...summary, accession: record.id, isUnchanged: false };
  } catch (error) {
    throw explainSystemError(error, `taking in "${options.files[0] ?? ""}"`);
  } finally {
    progress.finish();
    await writer.close();
    await database.close();
    await draft?.discard();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The same files, by content, in whatever order. */
function sameInputs(former: Accession | null, hashed: NonNullable<AccessionRecord["inputs"]>): boolean {
  const hashes = (inputs: AccessionRecord["inputs"]): string =>
    (inputs ?? [])
      .map(({ sha256 }) => sha256)
      .sort()
      .join();
  return former !== null && former.inputs !== undefined && hashes(former.inputs) === hashes(hashed);
}

function nothingOf(files: readonly string[], rejects: readonly Reject[]): UsageError {
  const [first] = rejects;
  const where = first?.line == null ? "" : `line ${first.line}: `;
  return new UsageError(
    `nothing of "${files.join('", "')}" can be used${first ? `; ${where}${first.reason}` : ""}`,
  );
}

async function sampleOf(
  late: LateDatabase,
  folder: string,
  tables: readonly string[],
): Promise<Record<string, Record<string, unknown>[]>> {
  const database = await late.open();
  const sample: Record<string, Record<string, unknown>[]> = {};
  for (const table of tables) {
    const path = join(folder, `${table}.parquet`);
    sample[table] = await database.rows("select * from read_parquet($path) limit 10", { path });
  }
  return sample;
}
