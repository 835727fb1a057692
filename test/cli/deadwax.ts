import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const PROJECT = resolve(import.meta.dirname, "../..");
const PROGRAM = join(PROJECT, "dist/cli/main.js");

export interface CommandRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly workingFolder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Killed after this long: a hang is a failure, not a wait. */
  readonly limitMs?: number;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly done: Promise<CommandRun>;
}

/** Starts the built program, without a terminal and without input. */
export function startDeadwax(words: readonly string[], options: RunOptions = {}): RunningCommand {
  requireFreshBuild();
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: options.workingFolder ?? PROJECT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), options.limitMs ?? 120_000);
  const done = new Promise<CommandRun>((resolveRun, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolveRun({ code, signal, stdout, stderr });
    });
  });
  return { child, done };
}

export function deadwax(words: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
  return startDeadwax(words, options).done;
}

const recordSchema = z.looseObject({ type: z.string() });
export type JsonRecord = z.infer<typeof recordSchema>;

/** The JSON lines of a run; throws when one of them is none. */
export function recordsOf(run: Pick<CommandRun, "stdout">): readonly JsonRecord[] {
  return run.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => recordSchema.parse(JSON.parse(line)));
}

/** The last JSON line, which has to be the summary. */
export function summaryOf(run: Pick<CommandRun, "stdout">): JsonRecord {
  const last = recordsOf(run).at(-1);
  if (last?.type !== "summary") throw new Error(`no summary at the end: ${run.stdout.slice(-500)}`);
  return last;
}

let checked = false;

/** The tests of the built program must not pass or fail for what an older source said. */
function requireFreshBuild(): void {
  if (checked) return;
  const builtMs = existsSync(PROGRAM) ? statSync(join(PROJECT, "dist/cli/run-command-line.js")).mtimeMs : 0;
  const source = join(PROJECT, "src");
  for (const name of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".test.ts") || !/\.(ts|sql)$/.test(name)) continue;
    if (statSync(join(source, name)).mtimeMs > builtMs) {
      throw new Error(`"src/${name}" is newer than the built program: run "npm run build" first`);
    }
  }
  checked = true;
}
