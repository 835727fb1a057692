import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { FailedError, OutOfSpaceError, systemErrorCode } from "../core/errors.ts";
import { defaultPolicy } from "../core/policy.ts";
import { type AudioPool, createAudioPool } from "./audio-pool.ts";
import type { AudioOutcome, AudioWant, CheckOutcome } from "./types.ts";

export interface AnalyseFilesOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly want: Pick<AudioWant, "truePeak" | "features" | "extras">;
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
}

export interface AnalysedFile {
  readonly path: string;
  readonly outcome: AudioOutcome;
}

/**
 * Verifies and measures files where they lie, with no archive: as strictly as when they are taken in. Results come in the
 * order of the files, as soon as they are there; a bad file is a result with its reason.
 */
export async function* analyseFiles(options: AnalyseFilesOptions): AsyncGenerator<AnalysedFile> {
  const spoolDir = makeSpoolFolder();
  try {
    yield* inOrder(options, async (pool, path, jobId) => {
      const found = findFile(path);
      return found.ok
        ? await pool.run(jobFor(found, jobId, spoolDir, options.want))
        : { ...found, fileSha256: null, sizeBytes: null };
    });
  } catch (error) {
    throw error instanceof OutOfSpaceError
      ? new OutOfSpaceError(error.message, { cause: error.cause, hint: ROOM })
      : error;
  } finally {
    rmSync(spoolDir, { recursive: true, force: true });
  }
}

const ROOM = "set TMPDIR to a folder that has room for a copy of the largest files, one for each worker";

function makeSpoolFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "deadwax-analyse-"));
  } catch (cause) {
    throw new FailedError(`no folder for copies can be made in "${tmpdir()}"`, { cause, hint: ROOM });
  }
}

/** Verifies files where they lie, as strictly as when they are taken in, and measures and copies nothing. */
export function checkFiles(
  options: Omit<AnalyseFilesOptions, "want">,
): AsyncGenerator<{ readonly path: string; readonly outcome: CheckOutcome }> {
  return inOrder(options, async (pool, path, jobId) => {
    const found = findFile(path);
    if (!found.ok) return found;
    return await pool.check({
      jobId,
      path: found.path,
      offsetBytes: 0,
      sizeBytes: found.sizeBytes,
      ext: extname(path).slice(1),
      expected: { durationMs: null },
      sampleDigest: false,
    });
  });
}

async function* inOrder<Outcome>(
  { files, workers, signal }: Omit<AnalyseFilesOptions, "want">,
  run: (pool: AudioPool, path: string, jobId: string) => Promise<Outcome>,
): AsyncGenerator<{ readonly path: string; readonly outcome: Outcome }> {
  const pool = createAudioPool({ workers, signal });
  const start = (index: number): Promise<Outcome> | null => {
    const path = files[index];
    return path === undefined ? null : run(pool, path, `file-${index}`);
  };
  // As many are under way as there are workers; one more waits, so that none is ever idle.
  const underWay = files.slice(0, workers + 1).map((_, index) => start(index));
  // A failure of a later file must not be unhandled while an earlier one is awaited.
  for (const run of underWay) run?.catch(() => undefined);
  try {
    for (const [index, path] of files.entries()) {
      const running = underWay[index];
      if (!running) return;
      const outcome = await running;
      const next = start(index + workers + 1);
      next?.catch(() => undefined);
      underWay.push(next);
      yield { path, outcome };
    }
  } finally {
    await pool.close();
  }
}

interface FoundFile {
  readonly ok: true;
  /** Without links. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** A name that somebody gave: a link is followed, and what is no file is not opened (a pipe would wait for ever). */
function findFile(
  path: string,
): FoundFile | { readonly ok: false; readonly reason: "unreadable"; readonly detail: string } {
  try {
    const real = realpathSync.native(path);
    const status = statSync(real);
    if (status.isFile()) return { ok: true, path: real, sizeBytes: status.size };
    return { ok: false, reason: "unreadable", detail: "it is no regular file" };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === null) throw error;
    const detail = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
    return { ok: false, reason: "unreadable", detail };
  }
}

function jobFor(
  { path, sizeBytes }: FoundFile,
  jobId: string,
  spoolDir: string,
  want: AnalyseFilesOptions["want"],
): Parameters<ReturnType<typeof createAudioPool>["run"]>[0] {
  return {
    jobId,
    source: { root: dirname(path), path: basename(path), pathB64: null, member: null, memberB64: null },
    limits: defaultPolicy().intake,
    spoolDir,
    want: { accessCopy: null, keepOriginal: false, ...want },
    expected: { sizeBytes, durationMs: null },
  };
}
