import { readSync } from "node:fs";
import type { Run } from "./batches.ts";

const NEWLINE = 0x0a;

/** Of lines that follow one another in runs. */
export function bytesOfRuns(runs: readonly Pick<Run, "sizeBytes">[]): number {
  return runs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/**
 * Reads the lines of a batch from the open file where they stand, one run after the other, each line with its newline, also the last of the
 * file. Throws `RangeError` when the file is shorter than it was.
 */
export function readRuns(
  fd: number,
  runs: readonly Pick<Run, "offsetBytes" | "sizeBytes">[],
  into: Uint8Array,
): void {
  let start = 0;
  for (const { offsetBytes, sizeBytes } of runs) {
    for (let done = 0; done < sizeBytes; ) {
      const read = readSync(fd, into, start + done, sizeBytes - done, offsetBytes + done);
      done += read;
      if (read > 0) continue;
      if (done !== sizeBytes - 1) throw new RangeError("the file became shorter while it was read");
      into[start + done] = NEWLINE;
      done += 1;
    }
    start += sizeBytes;
  }
}
