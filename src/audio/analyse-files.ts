import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { defaultPolicy } from "../core/policy.ts";
import { createAudioPool } from "./audio-pool.ts";
import type { AudioOutcome, AudioWant } from "./types.ts";

export interface AnalyseFilesOptions {
  /** Absolute paths. */
  readonly files: readonly string[];
  readonly want: Pick<AudioWant, "truePeak" | "features">;
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
  const { files, want, workers, signal } = options;
  const spoolDir = mkdtempSync(join(tmpdir(), "deadwax-analyse-"));
  const pool = createAudioPool({ workers, signal });
  const start = (index: number): Promise<AudioOutcome> | null => {
    const path = files[index];
    return path === undefined ? null : pool.run(jobFor(path, `file-${index}`, spoolDir, want));
  };
  // As many are under way as there are workers; one more waits, so that none is ever idle.
  const underWay = files.slice(0, workers + 1).map((_, index) => start(index));
  // A failure of a later file must not be unhandled while an earlier one is awaited.
  for (const run of underWay) run?.catch(() => undefined);
  try {
    for (const [index, path] of files.entries()) {
      const outcome = await underWay[index];
      if (!outcome) return;
      const next = start(index + workers + 1);
      next?.catch(() => undefined);
      underWay.push(next);
      yield { path, outcome };
    }
  } finally {
    await pool.close();
    rmSync(spoolDir, { recursive: true, force: true });
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
