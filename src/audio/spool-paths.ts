import { rmSync } from "node:fs";
import { join } from "node:path";

const JOB_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The files that a job may have in its spool folder. */
export interface SpoolPaths {
  readonly original: string;
  readonly accessCopy: string;
  /** Scratch. */
  readonly fingerprint: string;
}

/** Throws `RangeError` for a job id that would name files elsewhere. */
export function spoolPaths(job: { readonly spoolDir: string; readonly jobId: string }): SpoolPaths {
  if (!JOB_ID.test(job.jobId)) {
    throw new RangeError("a job id is 1 to 64 letters, digits, hyphens and underscores");
  }
  return {
    original: join(job.spoolDir, `${job.jobId}.original`),
    accessCopy: join(job.spoolDir, `${job.jobId}.opus`),
    fingerprint: join(job.spoolDir, `${job.jobId}.fingerprint`),
  };
}

/** Removes what a job has in the spool folder, except for the files `kept`. */
export function removeSpool(paths: SpoolPaths, kept: readonly string[] = []): void {
  for (const path of [paths.original, paths.accessCopy, paths.fingerprint]) {
    if (!kept.includes(path)) rmSync(path, { force: true });
  }
}
