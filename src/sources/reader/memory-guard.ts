import { readFileSync } from "node:fs";

const INTERVAL_MS = 250;
/** Linux counts a process's memory in pages; 4 KiB is the least that they have. */
const PAGE_BYTES = 4096;

/**
 * Kills children whose resident memory passes `maxBytes`; the pool reports them as crashed. Where there is no /proc it
 * does nothing, and the time limit of the pool is what is left.
 */
export function guardMemory(processIds: () => readonly number[], maxBytes: number): { stop(): void } {
  const timer = setInterval(() => {
    for (const pid of processIds()) {
      if (residentBytes(pid) > maxBytes) killIfThere(pid);
    }
  }, INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** proc(5), /proc/pid/statm, second field; 0 when it cannot be told. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1] ?? 0) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself meanwhile.
  }
}
