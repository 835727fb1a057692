import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { FailedError, systemErrorCode } from "../core/index.ts";

const ENGINE = "node-av";

const packageSchema = z.object({ name: z.string(), version: z.string() });

/**
 * Version of the package that decodes and encodes, read without loading it: native code stays in the child processes.
 * What it holds (FFmpeg, libopus) stands beside each measure in a track's JSON.
 */
export function audioTools(): Readonly<Record<string, string>> {
  let folder = dirname(createRequire(import.meta.url).resolve(`${ENGINE}/lib`));
  while (folder !== dirname(folder)) {
    const found = readPackage(join(folder, "package.json"));
    if (found?.name === ENGINE) return { [ENGINE]: found.version };
    folder = dirname(folder);
  }
  throw new FailedError(`the package "${ENGINE}" is not whole`, { hint: "install it again: npm ci" });
}

function readPackage(path: string): z.infer<typeof packageSchema> | null {
  try {
    const parsed = packageSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
