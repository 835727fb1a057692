import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { FailedError, InterruptedError } from "./errors.ts";
import { loaderOf } from "./run-thread.ts";

export type CrashReason = "crashed" | "timed-out";

export interface ChildPoolOptions<Job, Result> {
  /** The program of the children: it calls `serveJobs`. */
  readonly entry: URL;
  readonly workers: number;
  /** Options that the children's Node gets. */
  readonly nodeOptions?: readonly string[] | undefined;
  /** Turns what a child sent into a result: children run native code on hostile input, so nothing is taken on trust. */
  readonly parseResult: (message: unknown) => Result;
  /** The result of a job whose child died or did not answer in time. */
  readonly crashResult: (job: Job, reason: CrashReason, detail: string) => Result;
  readonly timeoutMs: (job: Job) => number;
  readonly signal?: AbortSignal | undefined;
}

export interface ChildPool<Job, Result> {
  /** Runs a job in the first free child. Rejects when the pool is closed or its signal fires. */
  run(job: Job): Promise<Result>;
  /** Starts as many children, as far as the pool may have them: they load their program before there is a job. */
  prepare(children: number): void;
  close(): Promise<void>;
  processIds(): readonly number[];
}

interface Ticket<Job, Result> {
  readonly job: Job;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Worker<Job, Result> {
  readonly child: ChildProcess;
  ticket: Ticket<Job, Result> | null;
  timer: NodeJS.Timeout | null;
  timedOut: boolean;
  stderrTail: string;
}

/**
 * A pool of child processes, each with one job at a time. Native codecs can crash and take their process with them:
 * then the job is answered with `crashResult`, and the next job gets a new child.
 */
export function createChildPool<Job, Result>(options: ChildPoolOptions<Job, Result>): ChildPool<Job, Result> {
  const waiting: Ticket<Job, Result>[] = [];
  const workers = new Set<Worker<Job, Result>>();
  let closed = false;

  const fill = (): void => {
    while (waiting.length > 0 && !closed) {
      const idle = [...workers].find((worker) => worker.ticket === null && worker.child.connected);
      const worker = idle ?? (workers.size < options.workers ? start() : null);
      const ticket = worker && waiting.shift();
      if (!worker || !ticket) return;
      assign(worker, ticket);
    }
  };

  const assign = (worker: Worker<Job, Result>, ticket: Ticket<Job, Result>): void => {
    worker.ticket = ticket;
    worker.timer = setTimeout(() => {
      worker.timedOut = true;
      worker.child.kill("SIGKILL");
    }, options.timeoutMs(ticket.job));
    worker.child.send({ job: ticket.job }, (error) => {
      if (error) worker.child.kill("SIGKILL");
    });
  };

  const settle = (worker: Worker<Job, Result>, answer: (ticket: Ticket<Job, Result>) => void): void => {
    const { ticket } = worker;
    if (worker.timer) clearTimeout(worker.timer);
    worker.ticket = null;
    worker.timer = null;
    if (ticket) answer(ticket);
  };

  const start = (): Worker<Job, Result> => {
    const child = forkEntry(options.entry, options.nodeOptions ?? []);
    const worker: Worker<Job, Result> = { child, ticket: null, timer: null, timedOut: false, stderrTail: "" };
    workers.add(worker);
    child.stderr?.on("data", (chunk: Buffer) => {
      worker.stderrTail = (worker.stderrTail + chunk.toString("utf8")).slice(-2000);
    });
    child.on("message", (message) => {
      settle(worker, (ticket) => {
        try {
          ticket.resolve(options.parseResult(message));
        } catch (cause) {
          ticket.reject(new FailedError("a child process sent something that is no result", { cause }));
        }
      });
      fill();
    });
    let gone = false;
    const onGone = (how: string): void => {
      if (gone) return;
      gone = true;
      workers.delete(worker);
      settle(worker, (ticket) => {
        if (closed) ticket.reject(new InterruptedError());
        else {
          const detail = `${how}${worker.stderrTail ? `: ${worker.stderrTail.trim().slice(-500)}` : ""}`;
          ticket.resolve(options.crashResult(ticket.job, worker.timedOut ? "timed-out" : "crashed", detail));
        }
      });
      fill();
    };
    child.on("error", (error) => onGone(error.message));
    child.on("exit", (code, signal) => onGone(signal ? `killed by ${signal}` : `exit code ${code}`));
    return worker;
  };

  const shutDown = (): void => {
    closed = true;
    for (const ticket of waiting.splice(0)) ticket.reject(new InterruptedError());
    for (const worker of workers) worker.child.kill("SIGKILL");
  };
  options.signal?.addEventListener("abort", shutDown, { once: true });

  return {
    run(job) {
      if (closed || options.signal?.aborted) return Promise.reject(new InterruptedError());
      return new Promise((resolve, reject) => {
        waiting.push({ job, resolve, reject });
        fill();
      });
    },
    prepare(children) {
      if (closed || options.signal?.aborted) return;
      while (workers.size < Math.min(children, options.workers)) start();
    },
    async close() {
      options.signal?.removeEventListener("abort", shutDown);
      const exits = [...workers].map(
        ({ child }) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null || child.signalCode !== null) resolve();
            else child.once("exit", () => resolve());
          }),
      );
      shutDown();
      await Promise.all(exits);
    },
    processIds: () => [...workers].flatMap(({ child }) => child.pid ?? []),
  };
}

/** With glibc, each thread of a child would keep what it has freed for itself: one heap for all of them is smaller. */
function forkEntry(entry: URL, nodeOptions: readonly string[]): ChildProcess {
  const path = fileURLToPath(entry);
  return fork(path, [], {
    execArgv: [...nodeOptions, ...loaderOf(entry)],
    env: { MALLOC_ARENA_MAX: "1", ...process.env },
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}
