import { createHash, randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join, parse, resolve } from "node:path";
import { z } from "zod";
import type { Archive } from "../core/archive.ts";
import { ensureFolder } from "../core/atomic-file.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { Database } from "../core/database.ts";
import { explainSystemError, FailedError, throwIfAborted, UsageError } from "../core/errors.ts";
import type { Progress, Reporter } from "../core/reporter.ts";
import { type Accession, listAccessions } from "./accession/accession.ts";
import { labelFor } from "./accession/label.ts";
import {
  draftAccession,
  removeUnfinishedAccessions,
  SCRATCH_PREFIX,
  writeAccessionTable,
} from "./accession/write-accession.ts";
import { closeRegularFile, isUnchanged, openRegularFile, type RegularFile } from "./files/regular-file.ts";
import { SourceError } from "./files/source-error.ts";
import { loadPlays } from "./plays/load-plays.ts";
import { rangeChunks } from "./zip/zip-member.ts";

/** A count of some hundred million tracks; more is not a file that a person made. */
const MAX_PLAYS_BYTES = 17_179_869_184;
const SHOWN_REJECTS = 20;

export interface AddPlaysSourceOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  /** CSV or TSV with a header: docs/formats/accession.md, section "plays". */
  readonly file: string;
  readonly label?: string | undefined;
  /** Reads and checks the file, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
}

export interface PlaysSourceSummary {
  readonly dryRun: boolean;
  readonly source: string;
  readonly label: string;
  readonly root: string;
  /** The accession that was written; null in a dry run, and when the file is the one that was taken in last. */
  readonly accession: string | null;
  readonly isUnchanged: boolean;
  readonly rows: number;
  readonly rejected: number;
  /** The first of the bad lines. */
  readonly rejects: readonly { readonly line: number; readonly reason: string }[];
  readonly note: string | null;
}

/**
 * Takes a file of play counts in as one accession. Lines that cannot be used are counted and listed with their number;
 * the rest goes in. Throws `UsageError` when there is no such file, or its header does not say what the counts are of.
 */
export async function addPlaysSource(options: AddPlaysSourceOptions): Promise<PlaysSourceSummary> {
  const { archive, dryRun = false } = options;
  const opened = openPlays(options.file);
  try {
    if (!dryRun) await removeUnfinishedAccessions(archive);
    const accessions = await listAccessions(archive);
    const label = labelFor(accessions, "plays", opened.root, options.label, parse(opened.root).name);
    const source: Accession["source"] = { kind: "plays", name: `plays:${label}`, label, root: opened.root };
    const former = accessions.filter((accession) => accession.source.name === source.name).at(-1) ?? null;
    return await takeIn(options, opened.file, source, former);
  } finally {
    closeRegularFile(opened.file);
  }
}

async function takeIn(
  options: AddPlaysSourceOptions,
  file: RegularFile,
  source: Accession["source"],
  former: Accession | null,
): Promise<PlaysSourceSummary> {
  const { archive, reporter, signal, dryRun = false, clock = systemClock } = options;
  const started = clock.now();
  const spillFolder = join(archive.layout.scratch, `${SCRATCH_PREFIX}${randomBytes(6).toString("hex")}`);
  if (!dryRun) await ensureFolder(spillFolder);
  const database = await Database.open(dryRun ? {} : { spillFolder });
  const draft = dryRun ? null : await draftAccession(archive, clock, signal);
  const progress = reporter.progress(`reading ${source.label}`, "bytes", file.sizeBytes);
  try {
    const hash = createHash("sha256");
    const chunks = hashed(file, hash, progress);
    const { note } = await loadPlays(database, options.file, chunks, signal);
    const input = { sizeBytes: file.sizeBytes, sha256: hash.digest("hex") };
    if (!isUnchanged(file)) {
      throw new FailedError(`"${options.file}" changed while it was read`, {
        hint: "run the same command again",
      });
    }
    const found = await readResult(database);
    const isSame = former?.input?.sha256 === input.sha256;
    const summary = { dryRun, source: source.name, label: source.label, root: source.root, note, ...found };
    if (!draft || isSame) return { ...summary, accession: null, isUnchanged: isSame };
    if (found.rows === 0) {
      const [first] = found.rejects;
      throw new UsageError(
        `no line of "${options.file}" can be used${first ? `; line ${first.line}: ${first.reason}` : ""}`,
      );
    }
    for (const [table, name] of [
      ["play", "plays"],
      ["reject", "rejects"],
    ] as const) {
      const path = join(draft.folder, `${name}.parquet`);
      await writeAccessionTable(database, name, `select * from ${table} order by line`, path);
    }
    throwIfAborted(signal);
    const seen = found.rows + found.rejected;
    const none = { changed: 0, unchanged: 0, gone: 0, audio: 0, documents: 0 };
    const counts = { seen, added: seen, rejected: found.rejected, ...none };
    const previous = former?.id ?? null;
    const facts = { source, note, licence: null, previous, input, counts, started };
    const { id } = await draft.publish(facts, { plays: found.rows, rejects: found.rejected });
    return { ...summary, accession: id, isUnchanged: false };
  } catch (error) {
    if (error instanceof SourceError)
      throw new FailedError(`cannot read "${options.file}"`, { cause: error });
    throw explainSystemError(error, `taking in "${options.file}"`);
  } finally {
    progress.finish();
    database.close();
    await draft?.discard();
    await rm(spillFolder, { recursive: true, force: true });
  }
}

function openPlays(path: string): { readonly file: RegularFile; readonly root: string } {
  try {
    const root = realpathSync.native(resolve(path));
    const file = openRegularFile(dirname(root), Buffer.from(basename(root)));
    if (file.sizeBytes > MAX_PLAYS_BYTES) {
      closeRegularFile(file);
      throw new UsageError(`"${path}" is larger than ${MAX_PLAYS_BYTES} bytes`);
    }
    return { file, root };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot open the file "${path}"`, {
      cause: error,
      hint: "give a CSV or TSV file with the columns path (or isrc, or track_id) and plays",
    });
  }
}

async function* hashed(
  file: RegularFile,
  hash: ReturnType<typeof createHash>,
  progress: Progress,
): AsyncGenerator<Buffer> {
  for await (const chunk of rangeChunks(file.fd, 0, file.sizeBytes)) {
    hash.update(chunk);
    progress.advance(chunk.length);
    yield chunk;
  }
}

const numbersSchema = z.object({ rows: z.bigint(), rejected: z.bigint() });
const rejectSchema = z.object({ line: z.bigint().transform(Number), reason: z.string() });

async function readResult(
  database: Database,
): Promise<Pick<PlaysSourceSummary, "rows" | "rejected" | "rejects">> {
  const [row] = await database.rows(
    "select (select count(*) from play) as rows, (select count(*) from reject) as rejected",
  );
  const { rows, rejected } = numbersSchema.parse(row);
  const first = await database.rows(`select line, reason from reject order by line limit ${SHOWN_REJECTS}`);
  return {
    rows: Number(rows),
    rejected: Number(rejected),
    rejects: first.map((reject) => rejectSchema.parse(reject)),
  };
}
