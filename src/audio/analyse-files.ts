import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
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
  const spoolDir = mkdtempSync(join(tmpdir(), "deadwax-analyse-"));
  try {
    yield* inOrder(options, (pool, path, jobId) => pool.run(jobFor(path, jobId, spoolDir, options.want)));
  } finally {
    rmSync(spoolDir, { recursive: true, force: true });
  }
}

/** Verifies files where they lie, as strictly as when they are taken in, and measures and copies nothing. */
export function checkFiles(
  options: Omit<AnalyseFilesOptions, "want">,
): AsyncGenerator<{ readonly path: string; readonly outcome: CheckOutcome }> {
  return inOrder(options, (pool, path, jobId) =>
    pool.check({
      jobId,
      path,
      offsetBytes: 0,
      sizeBytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0,
      ext: extname(path).slice(1),
      expected: { durationMs: null },
      sampleDigest: false,
    }),
  );
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

function jobFor(
  path: string,
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
    expected: { sizeBytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0, durationMs: null },
  };
}
