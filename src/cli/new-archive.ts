import { readdir } from "node:fs/promises";
import { type Archive, initArchive } from "../core/archive.ts";
import { ensureFolder } from "../core/atomic-file.ts";
import { systemErrorCode, UsageError } from "../core/errors.ts";
import { archiveLayout } from "../core/layout.ts";
import type { Policy } from "../core/policy.ts";
import type { CommandContext } from "./context.ts";

/** Makes the archive at `root`, or opens the one that is there, and runs `work` as its only writer. */
export async function withNewArchive<T>(
  context: CommandContext,
  root: string,
  policy: Policy | undefined,
  work: (archive: Archive, created: boolean) => Promise<T>,
): Promise<T> {
  const layout = archiveLayout(root);
  const isMissing = (await namesIn(root)) === null;
  // The lock stands in the folder, so that two runs at once do not make two keys.
  if (isMissing) await ensureFolder(root);
  return await context.writing({ layout }, async () => {
    const { archive, created } = await initArchive(root, { clock: context.clock, ...(policy && { policy }) });
    return await work(archive, created);
  });
}

/** Whether `root` is still to become an archive. Throws `UsageError` when other things are in it. */
export async function isStillToBeMade(root: string): Promise<boolean> {
  const names = (await namesIn(root)) ?? [];
  if (names.includes("deadwax.json")) return false;
  if (names.length === 0) return true;
  throw new UsageError(`"${root}" is not empty and is no archive`, { hint: "choose a new or empty folder" });
}

async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    if (systemErrorCode(error) === "ENOTDIR") throw new UsageError(`"${folder}" is a file, not a folder`);
    throw error;
  }
}
