/** Exit codes of the command line; a code not listed here means failure. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  someItemsFailed: 3,
  archiveNotFound: 10,
  archiveLocked: 11,
  integrity: 12,
  refusedForRights: 13,
  outOfSpace: 14,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface ErrorDetails {
  /** What the person can do next: a command, or a thing to change. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Root of every error that ends a run: what happened, to what, and what to do next. */
export class DeadwaxError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(code: string, exitCode: ExitCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.exitCode = exitCode;
    this.hint = details.hint;
  }
}

/** The run cannot go on, for a reason that has no code of its own. */
export class FailedError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("failed", EXIT.failed, message, details);
  }
}

/** The command line, or a file that a person wrote, says something that cannot be meant. */
export class UsageError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("usage", EXIT.usage, message, details);
  }
}

export class ArchiveNotFoundError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("archive-not-found", EXIT.archiveNotFound, message, details);
  }
}

export class ArchiveLockedError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("archive-locked", EXIT.archiveLocked, message, details);
  }
}

/** Stored bytes are not what they were when they were written. */
export class IntegrityError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("integrity", EXIT.integrity, message, details);
  }
}

/** The gate said no: there is no recorded right to do this. */
export class RightsRefusedError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("refused-for-rights", EXIT.refusedForRights, message, details);
  }
}

export class OutOfSpaceError extends DeadwaxError {
  constructor(message: string, details: ErrorDetails = {}) {
    super("out-of-space", EXIT.outOfSpace, message, details);
  }
}

export class InterruptedError extends DeadwaxError {
  constructor(message = "interrupted", details: ErrorDetails = {}) {
    super("interrupted", EXIT.interrupted, message, {
      hint: "run the same command again: it goes on from what is sealed on disk",
      ...details,
    });
  }
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC` …), or null. */
export function systemErrorCode(error: unknown): string | null {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return null;
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Turns a system error into the error a person can act on; other errors pass through unchanged. */
export function explainSystemError(error: unknown, doing: string): unknown {
  if (error instanceof DeadwaxError) return error;
  switch (systemErrorCode(error) ?? databaseErrorCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return new OutOfSpaceError(`no space left while ${doing}`, {
        cause: error,
        hint: "free some space and run the same command again: nothing that was sealed is lost",
      });
    case "EACCES":
    case "EPERM":
      return new FailedError(`permission denied while ${doing}`, {
        cause: error,
        hint: "check who owns the folder and its permissions",
      });
    case "ENOTDIR":
    case "EISDIR":
    case "ELOOP":
      return new FailedError(
        `a file stands where a folder should be, or the other way round, while ${doing}`,
        {
          cause: error,
          hint: "look at what is at that path, and move it out of the way",
        },
      );
    case "EROFS":
      return new FailedError(`read-only file system while ${doing}`, { cause: error });
    default:
      return error;
  }
}

/** DuckDB says what the system said in the text of its errors only. */
function databaseErrorCode(error: unknown): string | null {
  return /: No space left on device|: Disk quota exceeded/.test(errorMessage(error)) ? "ENOSPC" : null;
}

/** Throws `InterruptedError` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError();
}
