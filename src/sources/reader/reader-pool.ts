import { createChildPool } from "../../core/child-pool.ts";
import { programBeside } from "../../core/run-thread.ts";
import type { IntakeLimits } from "../zip/zip-directory.ts";
import { guardMemory } from "./memory-guard.ts";
import { parseReadResult, type ReadItem, type ReadJob, type ReadOutcome } from "./read-job.ts";

/** How long the children may take, and how much memory. */
export interface ReaderBounds {
  /** For a job of many files, besides what its bytes cost. */
  readonly jobTimeoutMs: number;
  /** For one file, after the job that it was in has failed. */
  readonly fileTimeoutMs: number;
  readonly maxChildBytes: number;
}

export const READER_BOUNDS: ReaderBounds = {
  jobTimeoutMs: 60_000,
  fileTimeoutMs: 20_000,
  maxChildBytes: 1_073_741_824,
};

/** Slowest rate at which a member is thought to inflate: a job gets as much more time as its bytes may need. */
const SLOWEST_BYTES_PER_MS = 5000;

export interface ReaderPool {
  /** Looks at every item: one outcome each, in order. `sizeBytes` is what may have to be inflated. */
  read(items: readonly ReadItem[], sizeBytes: number): Promise<readonly ReadOutcome[]>;
  close(): Promise<void>;
}

interface TimedJob extends ReadJob {
  readonly timeoutMs: number;
}

interface Crash {
  readonly crash: string;
}

/**
 * Child processes that look at files. A file that makes its child crash, hang or eat memory costs that child, not the
 * run: its job is done again file by file, the bad one once more without the tag reader, and then it is rejected.
 */
export function createReaderPool(options: {
  readonly workers: number;
  readonly limits: IntakeLimits;
  readonly signal?: AbortSignal | undefined;
  readonly bounds?: ReaderBounds | undefined;
  /** The program of the children, for tests. */
  readonly entry?: URL;
}): ReaderPool {
  const { limits, workers, signal, bounds = READER_BOUNDS } = options;
  const pool = createChildPool<TimedJob, readonly ReadOutcome[] | Crash>({
    entry: options.entry ?? programBeside("./reader-child", import.meta.url),
    workers,
    parseResult: parseReadResult,
    crashResult: (_, reason, detail) => ({ crash: reason === "timed-out" ? "takes too long" : detail }),
    timeoutMs: (job) => job.timeoutMs,
    signal,
  });
  const guard = guardMemory(() => pool.processIds(), bounds.maxChildBytes);

  const run = async (
    items: readonly ReadItem[],
    withTags: boolean,
    timeoutMs: number,
  ): Promise<readonly ReadOutcome[] | Crash> => {
    const answer = await pool.run({ items, limits, withTags, timeoutMs });
    if ("crash" in answer || answer.length === items.length) return answer;
    return { crash: "the reader answered for other files" };
  };

  const readAlone = async (item: ReadItem, extraMs: number): Promise<ReadOutcome> => {
    const timeoutMs = bounds.fileTimeoutMs + extraMs;
    const first = await run([item], true, timeoutMs);
    if (!("crash" in first) && first[0]) return first[0];
    const second = await run([item], false, timeoutMs);
    const detail = "crash" in first ? first.crash : "no answer";
    if ("crash" in second || !second[0])
      return { kind: "rejected", state: null, reason: "reader-failed", detail };
    const outcome = second[0];
    return outcome.kind === "audio" ? { ...outcome, reason: "tags-unreadable", detail } : outcome;
  };

  return {
    async read(items, sizeBytes) {
      const extraMs = Math.ceil(sizeBytes / SLOWEST_BYTES_PER_MS);
      const answer = await run(items, true, bounds.jobTimeoutMs + extraMs);
      if (!("crash" in answer)) return answer;
      const outcomes: ReadOutcome[] = [];
      for (const item of items) outcomes.push(await readAlone(item, extraMs));
      return outcomes;
    },
    async close() {
      guard.stop();
      await pool.close();
    },
  };
}
