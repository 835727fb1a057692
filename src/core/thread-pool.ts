import { parentPort, type Worker } from "node:worker_threads";
import { InterruptedError } from "./errors.ts";
import { startThread } from "./run-thread.ts";

/** Room for what dies young. */
const YOUNG_MB = 16;

interface Waiting {
  readonly job: unknown;
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

  /** Starts `size` threads, each of which is given `input`; those that fail are replaced when there is work. */
  constructor(entry: URL, size: number, input: unknown) {
    this.#entry = entry;
    this.#size = size;
    this.#input = input;
    for (let count = 0; count < size; count += 1) this.#idle.push(this.#start());
  }

  /** Rejects with what the program throws. */
  run(job: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
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
    const isFull = this.#busy.size + this.#idle.length >= this.#size;
    const worker = this.#idle.pop() ?? (isFull ? undefined : this.#start());
    const waiting = worker && this.#waiting.shift();
    if (worker === undefined || waiting === undefined) return;
    this.#busy.set(worker, waiting);
    worker.postMessage(waiting.job);
  }

  #start(): Worker {
    const worker = startThread(this.#entry, this.#input, YOUNG_MB);
    const settle = (how: (waiting: Waiting) => void): void => {
      const waiting = this.#busy.get(worker);
      this.#busy.delete(worker);
      if (waiting !== undefined) how(waiting);
    };
    const isOver = (error: unknown): void => {
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      settle(({ reject }) => reject(error));
      this.#next();
    };
    worker.on("message", (answer) => {
      settle(({ resolve }) => resolve(answer));
      this.#idle.push(worker);
      this.#next();
    });
    worker.on("error", isOver);
    worker.on("exit", (code) => isOver(new Error(`a thread ended with ${code}`)));
    return worker;
  }
}

/** The thread's side of `ThreadPool`. A job that throws ends the thread. */
export function serveThreadJobs(handler: (job: unknown) => Promise<unknown>): void {
  parentPort?.on("message", async (job: unknown) => {
    parentPort?.postMessage(await handler(job));
  });
}
