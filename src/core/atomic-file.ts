import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { eachOf } from "./each-of.ts";
import { explainSystemError, systemErrorCode } from "./errors.ts";

/** Files that start with this are unfinished; nothing reads them and a later run removes them. */
export const TEMPORARY_PREFIX = ".tmp-";

export interface WriteOptions {
  /** Permission bits; 0o644 unless told. */
  readonly mode?: number;
}

/** A name beside `path`, for a file that `publishFile` will rename to `path`. */
export function temporaryPathFor(path: string): string {
  return join(dirname(path), `${TEMPORARY_PREFIX}${randomBytes(6).toString("hex")}-${basename(path)}`);
}

/** Writes the whole file under a temporary name, syncs it, renames it to `path` and syncs the folder. */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temporary = temporaryPathFor(path);
  try {
    const file = await open(temporary, "wx", options.mode ?? 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainSystemError(error, `writing "${path}"`);
  }
}

/** Syncs a finished temporary file (written by a library, say) and renames it to `path`. */
export async function publishFile(temporary: string, path: string): Promise<void> {
  try {
    await syncFile(temporary);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw explainSystemError(error, `publishing "${path}"`);
  }
}

/** Publishes a folder whose files are all written: syncs each, then renames the folder. Fails if `path` exists. */
export async function publishFolder(
  temporary: string,
  path: string,
  fileNames: readonly string[],
): Promise<void> {
  try {
    await eachOf(fileNames, (fileName) => syncFile(join(temporary, fileName)));
    const folders = new Set(fileNames.map((fileName) => dirname(join(temporary, fileName))));
    for (const folder of new Set([...folders, temporary])) await syncFolder(folder);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    throw explainSystemError(error, `publishing "${path}"`);
  }
}

/** A second name for the same bytes where the file system can, else false. */
export async function tryHardLink(existing: string, path: string): Promise<boolean> {
  try {
    await link(existing, path);
    return true;
  } catch {
    return false;
  }
}

/** Makes a folder and those above it that are missing. */
export async function ensureFolder(path: string, mode = 0o755): Promise<void> {
  try {
    await makeFolder(path, mode);
  } catch (error) {
    throw explainSystemError(error, `making the folder "${path}"`);
  }
}

/** Upwards one by one: Node's own recursive `mkdir` never ends below a folder that takes no entries, such as /proc. */
async function makeFolder(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== "ENOENT" || parent === path || (await exists(parent))) throw error;
    await makeFolder(parent, mode);
    await mkdir(path, { mode });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

export async function syncFolder(path: string): Promise<void> {
  await syncFile(path);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
