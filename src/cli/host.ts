import type { Readable } from "node:stream";
import type { OutputStream } from "./report/output.ts";

/** What a command sees of the process that it runs in: streams, environment, working folder, signals, time. */
export interface Host {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  /** Calls `listener` for each Ctrl-C or request to end, until the returned function is called. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** Ends the process at once. */
  readonly exitNow: (code: number) => void;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function processHost(): Host {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    workingFolder: process.cwd(),
    onInterrupt(listener) {
      for (const name of INTERRUPTS) process.on(name, listener);
      return () => {
        for (const name of INTERRUPTS) process.off(name, listener);
      };
    },
    exitNow: (code) => process.exit(code),
    nowMs: () => performance.now(),
  };
}
