import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { z } from "zod";

const PROGRAM = join(import.meta.dirname, "..", "dist", "cli", "main.js");

/** Runs the program before the viewer's eyes; returns its exit code. */
export function showDeadwax(words: readonly string[], paintCommand: (line: string) => string): number {
  console.log(paintCommand(`$ deadwax ${words.map(shellWord).join(" ")}`));
  return spawnSync(process.execPath, [PROGRAM, ...words], { stdio: "inherit" }).status ?? 1;
}

const recordSchema = z.looseObject({ type: z.string() });

/** Runs the program for what it has to tell: its JSON lines. */
export function askDeadwax(words: readonly string[]): readonly z.infer<typeof recordSchema>[] {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...words, "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`deadwax ${words.join(" ")} ended with ${status}: ${stdout.slice(-500)}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => recordSchema.parse(JSON.parse(line)));
}

function shellWord(word: string): string {
  const shown = word.startsWith("/") ? shorter(word) : word;
  return /^[\w@%+=:,./~-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}

/** A path as it is read from the working folder, when that is shorter. */
export function shorter(path: string): string {
  const short = relative(process.cwd(), path);
  return short !== "" && short.length < path.length ? short : path;
}
