import { threadId, workerData } from "node:worker_threads";
import { serveThreadJobs } from "../thread-pool.ts";

interface Job {
  readonly number?: number;
  readonly fault?: string;
  readonly memory?: ArrayBuffer;
  readonly isEndless?: boolean;
}

serveThreadJobs(async (job) => {
  const { number = 0, fault, memory, isEndless } = job as Job;
  if (fault !== undefined) throw new Error(fault);
  if (isEndless === true) await new Promise(() => {});
  if (memory !== undefined) {
    new Uint8Array(memory)[3] = 7;
    return { answer: memory, given: [memory] };
  }
  return { answer: { number: 2 * number, input: workerData, thread: threadId } };
});
