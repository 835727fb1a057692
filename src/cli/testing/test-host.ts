import { PassThrough } from "node:stream";
import type { Host } from "../host.ts";

export interface TestHost extends Host {
  /** What was written so far, once. */
  readonly readStdout: () => string;
  readonly readStderr: () => string;
  /** The JSON lines on standard output so far. */
  readonly readRecords: () => Record<string, unknown>[];
  /** A Ctrl-C. */
  readonly interrupt: () => void;
  readonly exits: number[];
}

export interface TestHostOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingFolder?: string;
  /** Streams are terminals of this many columns. */
  readonly terminalColumns?: number;
  /** Lines that the person types. */
  readonly typed?: string;
}

/** A process that lives in the test's own: streams in memory, signals by call. */
export function testHost(options: TestHostOptions = {}): TestHost {
  const isTTY = options.terminalColumns !== undefined;
  const terminal = { isTTY, columns: options.terminalColumns };
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(options.typed ?? "");
  const stdout = Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), terminal);
  const stderr = Object.assign(new PassThrough({ highWaterMark: 1 << 24 }), terminal);
  const listeners = new Set<() => void>();
  const exits: number[] = [];
  let nowMs = 0;
  const readStdout = (): string => String(stdout.read() ?? "");
  return {
    stdin,
    stdout,
    stderr,
    environment: options.environment ?? {},
    workingFolder: options.workingFolder ?? "/nowhere",
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exitNow: (code) => exits.push(code),
    nowMs: () => {
      nowMs += 1;
      return nowMs;
    },
    readStdout,
    readStderr: () => String(stderr.read() ?? ""),
    readRecords: () =>
      readStdout()
        .split("\n")
        .filter((line) => line !== "")
        .map((line): Record<string, unknown> => JSON.parse(line)),
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    exits,
  };
}
