import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { z } from "zod";
import { ArchiveLockedError, explainSystemError, systemErrorCode } from "./errors.ts";
import type { ArchiveLayout } from "./layout.ts";

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string(),
  /** Start time of the process in clock ticks since boot (proc(5), field 22), so that a reused pid is told apart. */
  processStart: z.string(),
  command: z.string(),
  since: z.string(),
  token: z.string(),
});
type Holder = z.infer<typeof holderSchema>;

const MAX_ATTEMPTS = 5;

/**
 * Runs `work` as the only writer of the archive. The lock file names its holder; a lock whose process is dead is taken
 * over. Throws `ArchiveLockedError` naming the holder otherwise.
 */
export async function withArchiveLock<T>(
  layout: ArchiveLayout,
  command: string,
  work: () => Promise<T>,
): Promise<T> {
  const holder = await acquire(layout.lockFile, command);
  try {
    return await work();
  } finally {
    await release(layout.lockFile, holder);
  }
}

/** Who holds the lock now, or null. A lock left by a dead process counts as null. */
export async function lockHolder(layout: ArchiveLayout): Promise<string | null> {
  const holder = await readHolder(layout.lockFile);
  return holder && (await isAlive(holder)) ? describe(holder) : null;
}

async function acquire(lockFile: string, command: string): Promise<Holder> {
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    processStart: (await processStart(process.pid)) ?? "",
    command,
    since: new Date().toISOString(),
    token: randomBytes(8).toString("hex"),
  };
  const candidate = `${lockFile}.${mine.token}`;
  try {
    await writeFile(candidate, `${JSON.stringify(mine)}\n`, { flag: "wx" });
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      // link() fails when the name exists: an atomic compare-and-swap on every POSIX file system.
      if (await linkIfAbsent(candidate, lockFile)) return mine;
      const holder = await readHolder(lockFile);
      if (holder && (await isAlive(holder))) throw lockedBy(holder);
      await removeStale(lockFile, holder);
    }
    throw new ArchiveLockedError(`cannot take the lock "${lockFile}"`, {
      hint: "another program keeps making it anew; try again",
    });
  } catch (error) {
    throw explainSystemError(error, `locking the archive ("${lockFile}")`);
  } finally {
    await rm(candidate, { force: true });
  }
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes a dead holder's lock, unless another process has replaced it meanwhile. */
async function removeStale(lockFile: string, dead: Holder | null): Promise<void> {
  // A second lock around the removal: two processes that saw the same dead holder must not remove each other's new lock.
  const guard = `${lockFile}.takeover`;
  const guardHolder = await readHolder(guard);
  if (guardHolder && !(await isAlive(guardHolder))) await rm(guard, { force: true });
  const me: Holder = {
    pid: process.pid,
    host: hostname(),
    processStart: (await processStart(process.pid)) ?? "",
    command: "takeover",
    since: "",
    token: "",
  };
  try {
    await writeFile(guard, JSON.stringify(me), { flag: "wx" });
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return;
    throw error;
  }
  try {
    const current = await readHolder(lockFile);
    if (current?.token === dead?.token) await rm(lockFile, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function release(lockFile: string, mine: Holder): Promise<void> {
  const current = await readHolder(lockFile);
  if (current?.token === mine.token) await rm(lockFile, { force: true });
}

async function readHolder(lockFile: string): Promise<Holder | null> {
  try {
    const parsed = holderSchema.safeParse(JSON.parse(await readFile(lockFile, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  // Another machine's process cannot be seen from here: it counts as alive until a person removes the lock.
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
  const start = await processStart(holder.pid);
  return start === null || holder.processStart === "" || start === holder.processStart;
}

async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The command name stands in parentheses and may hold spaces: count fields after the last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function describe(holder: Holder): string {
  return `"${holder.command}" (process ${holder.pid} on ${holder.host}, since ${holder.since})`;
}

function lockedBy(holder: Holder): ArchiveLockedError {
  return new ArchiveLockedError(`the archive is in use by ${describe(holder)}`, {
    hint: "wait until it has ended; if that machine is gone for good, delete the file .lock in the archive",
  });
}
