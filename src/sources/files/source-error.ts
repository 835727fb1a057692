import { DeadwaxError, type ErrorDetails, EXIT } from "../../core/errors.ts";

/** Why a file of a source could not be read: a closed set, so that a caller can decide what it means. */
export type SourceTrouble =
  /** There is no such file any more. */
  | "gone"
  /** It is not what it was when it was opened, or grew or shrank while it was read. */
  | "changed-while-read"
  | "unreadable"
  /** The path leads out of the source's folder, or through a link. */
  | "outside"
  | "not-a-file"
  | "too-large"
  /** The container has no such member any more. */
  | "member-gone"
  /** The container, or this member of it, is refused: damaged, encrypted, a bomb. */
  | "member-refused"
  /** The member does not inflate to what the container says of it. */
  | "member-damaged";

/** One file of a source cannot be read, or not to its end. The run itself can go on with the next. */
export class SourceError extends DeadwaxError {
  readonly trouble: SourceTrouble;

  constructor(trouble: SourceTrouble, message: string, details: ErrorDetails = {}) {
    super(`source-${trouble}`, EXIT.failed, message, details);
    this.trouble = trouble;
  }
}
