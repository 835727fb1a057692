import { type CrashReason, createChildPool } from "../core/child-pool.ts";
import { explainSystemError, FailedError } from "../core/errors.ts";
import { programBeside } from "../core/run-thread.ts";
import { parseWorkerReply, type WorkerReply } from "./outcome-schema.ts";
import { removeSpool, spoolPaths } from "./spool-paths.ts";
import { timeLimitMs } from "./time-limit.ts";
import type { AudioFailure, AudioJob, AudioOutcome, CheckJob, CheckOutcome } from "./types.ts";
import type { WorkerJob } from "./worker-job.ts";

export interface AudioPoolOptions {
  /** Child processes, one file at a time each. */
  readonly workers: number;
  readonly signal?: AbortSignal | undefined;
  /** Told when a child died over a job: it is replaced by the next one. */
  readonly onRestart?: (jobId: string, detail: string) => void;
}

export interface AudioPool {
  /**
   * Processes a file in the first free child. Whatever is wrong with the file is in the outcome; throws
   * `OutOfSpaceError` or `FailedError` for trouble of the spool folder, `InterruptedError` when the pool is closed.
   */
  run(job: AudioJob): Promise<AudioOutcome>;
  /** Decodes a stored stream once more. */
  check(job: CheckJob): Promise<CheckOutcome>;
  /** Starts as many children, `workers` at most: FFmpeg is loaded before the first file comes. */
  prepare(children: number): void;
  close(): Promise<void>;
  processIds(): readonly number[];
}

type PoolReply =
  | WorkerReply
  | { readonly kind: "crash"; readonly reason: CrashReason; readonly detail: string };

/** V8 collects garbage and compiles on threads of its own: a worker is to take one core, and less CPU in all. */
const ONE_CORE = ["--single-threaded-gc", "--no-concurrent-recompilation"];

/** The pool of children in which all audio work runs. A job whose child dies is tried once more, then refused. */
export function createAudioPool(options: AudioPoolOptions): AudioPool {
  const { workers, signal, onRestart } = options;
  const pool = createChildPool<WorkerJob, PoolReply>({
    entry: programBeside("./worker", import.meta.url),
    workers,
    nodeOptions: ONE_CORE,
    signal,
    parseResult: parseWorkerReply,
    crashResult: (_job, reason, detail) => ({ kind: "crash", reason, detail }),
    timeoutMs: ({ job }) => timeLimitMs({ ...sizeOf(job), durationMs: job.expected.durationMs }),
  });

  const attempt = async (work: WorkerJob): Promise<PoolReply> => {
    const first = await pool.run(work);
    if (first.kind !== "crash") return first;
    onRestart?.(work.job.jobId, first.detail);
    // A child may also have been killed for want of memory; one that hung would hang again.
    if (first.reason === "timed-out") return first;
    const second = await pool.run(work);
    if (second.kind === "crash") onRestart?.(work.job.jobId, second.detail);
    return second;
  };

  return {
    async run(job) {
      const paths = spoolPaths(job);
      const reply = await attempt({ kind: "audio", job });
      if (reply.kind === "audio") return reply.outcome;
      removeSpool(paths);
      const refusal = refusalOf(reply, `writing to "${job.spoolDir}"`);
      return { ...refusal, fileSha256: null, sizeBytes: null };
    },
    async check(job) {
      const reply = await attempt({ kind: "check", job });
      return reply.kind === "check" ? reply.outcome : refusalOf(reply, `reading "${job.path}"`);
    },
    prepare: (children) => pool.prepare(children),
    close: () => pool.close(),
    processIds: () => pool.processIds(),
  };
}

interface Refusal {
  readonly ok: false;
  readonly reason: AudioFailure;
  readonly detail: string;
}

function refusalOf(reply: PoolReply, doing: string): Refusal {
  if (reply.kind === "crash") {
    return {
      ok: false,
      reason: reply.reason === "crashed" ? "engine-crashed" : "timed-out",
      detail: reply.detail,
    };
  }
  if (reply.kind === "trouble") throw troubleOf(reply, doing);
  throw new FailedError("a child process answered another question than it was asked");
}

function troubleOf({ code, message }: Extract<WorkerReply, { kind: "trouble" }>, doing: string): unknown {
  const error = Object.assign(new Error(message), { code });
  const explained = explainSystemError(error, doing);
  return explained === error
    ? new FailedError(`audio work cannot go on: ${message}`, { cause: error })
    : explained;
}

function sizeOf(job: AudioJob | CheckJob): { readonly sizeBytes: number } {
  return { sizeBytes: "spoolDir" in job ? job.expected.sizeBytes : job.sizeBytes };
}
