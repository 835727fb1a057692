import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import { systemErrorCode } from "./errors.ts";

const POINTER_FILE = "CURRENT";
const MAX_POINTER_BYTES = 256;

/** What `CURRENT` in a folder says, or null when there is none or it holds something that is no id. */
export async function readPointer(folder: string, id: RegExp): Promise<string | null> {
  const bytes = await readIfThere(join(folder, POINTER_FILE));
  if (bytes === null || bytes.length > MAX_POINTER_BYTES) return null;
  const text = bytes.toString("utf8").trim();
  return id.test(text) ? text : null;
}

/** Makes `id` the current one of a folder: an id and a line feed, replaced as a whole. */
export async function writePointer(folder: string, id: string): Promise<void> {
  await writeFileAtomic(join(folder, POINTER_FILE), `${id}\n`);
}

/** The bytes of a small file, or null when there is no such file. */
export async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return null;
    throw error;
  }
}
