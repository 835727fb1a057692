import { threadId, workerData } from "node:worker_threads";
import { serveThreadJobs } from "../thread-pool.ts";

interface Job {
  readonly number?: number;
  readonly fault?: string;
  readonly isEndless?: boolean;
}

serveThreadJobs(async (job) => {
  const { number = 0, fault, isEndless } = job as Job;
  if (fault !== undefined) throw new Error(fault);
  if (isEndless === true) await new Promise(() => {});
  return { number: 2 * number, input: workerData, thread: threadId };
});
