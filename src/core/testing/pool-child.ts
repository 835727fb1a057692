import { serveJobs } from "../child-worker.ts";

/** A child for the tests of the pool: each word makes it do another thing. */
serveJobs(async (job) => {
  if (job === "crash") process.kill(process.pid, "SIGSEGV");
  if (job === "throw") throw new Error("broken child");
  if (job === "hang") await new Promise(() => setInterval(() => {}, 1000));
  if (job === "nonsense") return 42;
  if (job === "options") return { answer: process.execArgv.join(" "), pid: process.pid };
  if (job === "heaps") return { answer: process.env.MALLOC_ARENA_MAX, pid: process.pid };
  return { answer: `${String(job)}!`, pid: process.pid };
});
