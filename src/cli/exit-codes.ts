import { EXIT, type ExitCode } from "../core/errors.ts";

/** What each exit code means, for help texts and the documentation. A code that is not listed means failure. */
export const EXIT_MEANINGS: ReadonlyMap<ExitCode, string> = new Map([
  [EXIT.ok, "done"],
  [EXIT.failed, "failed"],
  [EXIT.usage, "the command line, or a file that you wrote, cannot be meant like that"],
  [EXIT.someItemsFailed, "done, but some items failed; they are listed"],
  [EXIT.archiveNotFound, "no archive there"],
  [EXIT.archiveLocked, "another command is writing to the archive"],
  [EXIT.integrity, "stored bytes are not what they were"],
  [EXIT.refusedForRights, "no recorded right to do this"],
  [EXIT.outOfSpace, "no space left"],
  [EXIT.interrupted, "interrupted; run the same command again to go on"],
]);

/** Codes that every command may end with. */
export const COMMON_EXIT_CODES: readonly ExitCode[] = [EXIT.ok, EXIT.failed, EXIT.usage];
