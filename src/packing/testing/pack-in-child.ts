import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Archive } from "../../core/index.ts";

/** The program of a child that packs, and what Node needs to run it. */
export const PACK_AND_DIE: readonly string[] = programOf("pack-and-die.ts");

function programOf(file: string): readonly string[] {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return ["--import", tsx, fileURLToPath(new URL(file, import.meta.url))];
}

export interface Ended {
  /** File operations of a child that lived to the end. */
  readonly operations: number;
  readonly wasKilled: boolean;
}

/** Packs in a child that kills itself before its file operation `number`; 0 lets it live. */
export async function packInChild(archive: Archive, number: number, workers?: number): Promise<Ended> {
  const given = [archive.layout.root, String(number), ...(workers === undefined ? [] : [String(workers)])];
  return await runChild([...PACK_AND_DIE, ...given]);
}

/** Finds duplicates in such a child. */
export async function compareInChild(archive: Archive, number: number): Promise<Ended> {
  return await runChild([...programOf("compare-and-die.ts"), archive.layout.root, String(number)]);
}

async function runChild(given: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, given, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const wasKilled = signal === "SIGKILL";
      if (code === 0 || wasKilled) resolve({ operations: Number(stdout), wasKilled });
      else reject(new Error(`exit code ${code}`));
    });
  });
}
