import { parentPort, type TransferListItem, type Worker } from "node:worker_threads";
import { InterruptedError } from "./errors.ts";
import { startThread } from "./run-thread.ts";

/** Room for what dies young. */
const YOUNG_MB = 16;

interface Waiting {
  readonly job: unknown;
  readonly given: readonly TransferListItem[];
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/**
 * Threads that do one job after the other, so that what they have warmed up stays warm. The program calls `serveThreadJobs`. Jobs and
 * answers are copied, shared memory is shared.
 */
export class ThreadPool {
  readonly #entry: URL;
  readonly #input: unknown;
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #busy = new Map<Worker, Waiting>();

  /** Threads are started when there is work for them, at most `size`; each is given `input`. */
  constructor(entry: URL, size: number, input: unknown) {
    this.#entry = entry;
    this.#size = size;
    this.#input = input;
  }

  /** Memory that is `given` away is not copied. Rejects with what the program throws. */
  run(job: unknown, given: readonly TransferListItem[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, given, resolve, reject });
      this.#next();
    });
  }

  /** Ends all threads; jobs that are not done reject with `InterruptedError`. */
  async close(): Promise<void> {
    const workers = [...this.#idle, ...this.#busy.keys()];
    for (const { reject } of [...this.#busy.values(), ...this.#waiting]) reject(new InterruptedError());
    this.#busy.clear();
    this.#waiting.length = 0;
    this.#idle.length = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
    const waiting = worker && this.#waiting.shift();
    if (worker === undefined || waiting === undefined) return;
    this.#busy.set(worker, waiting);
    worker.postMessage(waiting.job, waiting.given);
  }

  #start(): Worker {
    const worker = startThread(this.#entry, this.#input, YOUNG_MB);
    const end = (settle: (waiting: Waiting) => void, isUsable: boolean): void => {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      if (waiting !== undefined) settle(waiting);
      if (waiting !== undefined && isUsable) this.#idle.push(worker);
      this.#next();
    };
    worker.on("message", (answer) => end(({ resolve }) => resolve(answer), true));
    worker.on("error", (error) => end(({ reject }) => reject(error), false));
    worker.on("exit", (code) => end(({ reject }) => reject(new Error(`a thread ended with ${code}`)), false));
    return worker;
  }
}

/** The thread's side of `ThreadPool`; memory that is `given` back is not copied. A job that throws ends the thread. */
export function serveThreadJobs(
  handler: (
    job: unknown,
  ) => Promise<{ readonly answer: unknown; readonly given?: readonly TransferListItem[] }>,
): void {
  parentPort?.on("message", async (job: unknown) => {
    const { answer, given = [] } = await handler(job);
    parentPort?.postMessage(answer, given);
  });
}
