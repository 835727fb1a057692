import { CommanderError } from "commander";
import {
  DeadwaxError,
  EXIT,
  type ExitCode,
  explainSystemError,
  FailedError,
  InterruptedError,
  systemErrorCode,
  UsageError,
} from "../core/errors.ts";
import type { Output } from "./report/output.ts";
import { printable } from "./report/printable.ts";

/** How a run ended that did not succeed: everything that a person or a program is told about it. */
export interface Failure {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly hint: string | null;
  /** What lies behind it, outermost first. */
  readonly causes: readonly string[];
}

const MAX_CAUSES = 5;

/** Turns whatever was thrown into what is told. A command that only `tells` keeps nothing to go on from. */
export function failureFrom(error: unknown, interrupted: boolean, kind: "does" | "tells" = "does"): Failure {
  const known = explain(error, interrupted);
  const causes: string[] = [];
  // What broke while everything was being stopped explains nothing.
  const origin = known.exitCode === EXIT.interrupted ? null : known.cause;
  for (let cause = origin; cause instanceof Error && causes.length < MAX_CAUSES; cause = cause.cause) {
    if (cause.message !== known.message) causes.push(cause.message);
  }
  return {
    code: known.code,
    exitCode: known.exitCode,
    message: known.message,
    hint:
      kind === "tells" && known.exitCode === EXIT.interrupted
        ? "run the same command again: it begins anew"
        : (known.hint ?? null),
    causes,
  };
}

function explain(error: unknown, interrupted: boolean): DeadwaxError {
  if (error instanceof DeadwaxError) return error;
  if (error instanceof CommanderError) return usageErrorFrom(error);
  // What breaks while everything is being stopped is the stopping, not a fault.
  if (interrupted) return new InterruptedError(undefined, { cause: error });
  const explained = explainSystemError(error, "running");
  if (explained instanceof DeadwaxError) return explained;
  if (systemErrorCode(error) === "ENOENT" && error instanceof Error) {
    return new FailedError(error.message, { cause: error, hint: "check the path" });
  }
  return new FailedError(error instanceof Error ? error.message : String(error), {
    cause: error,
    hint: "this is a fault of the program: report it with the command and what DEADWAX_DEBUG=1 prints",
  });
}

/** commander writes `error: unknown command 'pcak'` and, on a line of its own, `(Did you mean pack?)`. */
function usageErrorFrom(error: CommanderError): UsageError {
  const [message = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const hint = suggestion?.replace(/^\((.*)\)$/, "$1").replace(/^Did/, "did");
  return new UsageError(message, { hint: hint ?? "see --help" });
}

/** Prints a failure for a person: what happened, then what to do next. */
export function printFailure(output: Output, failure: Failure): void {
  const isInterrupt = failure.exitCode === EXIT.interrupted;
  const word = isInterrupt ? output.paint("yellow", "stopped:") : output.paint("red", "error:");
  output.line(`${word} ${printable(failure.message)}`);
  for (const cause of failure.causes) output.line(output.paint("dim", `  because: ${printable(cause)}`));
  if (failure.hint) output.line(`${output.paint("cyan", "  next:")} ${printable(failure.hint)}`);
}
