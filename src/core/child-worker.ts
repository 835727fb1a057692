const parentPid = process.ppid;

/**
 * The child's side of a `ChildPool`: answers one job after the other until the parent goes away.
 * The handler returns its result as a value; one that throws ends the process, which the pool reports as a crash.
 */
export function serveJobs(handler: (job: unknown) => unknown): void {
  // Ctrl-C reaches the whole process group: the parent decides what happens to a child's work.
  process.on("SIGINT", () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    void (async () => {
      const job =
        typeof message === "object" && message !== null && "job" in message ? message.job : undefined;
      const result = await handler(job);
      process.send?.(result);
    })();
  });
}

/** True when the parent has died: long synchronous work asks now and then, and stops. */
export function parentIsGone(): boolean {
  return process.ppid !== parentPid;
}
