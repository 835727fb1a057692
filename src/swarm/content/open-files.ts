import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { FailedError, systemErrorCode } from "../../core/index.ts";

interface Entry {
  readonly handle: Promise<FileHandle>;
  users: number;
}

/**
 * Files that are open for reading, the ones used least lately closed first, so that ten thousand torrents need no more handles
 * than one. A file that is being read is never closed under its reader.
 */
export class OpenFiles {
  private readonly most: number;
  private readonly entries = new Map<string, Entry>();

  constructor(most = 128) {
    this.most = most;
  }

  /** Runs `use` with the file. Throws `FailedError` unless it is a plain file of exactly `sizeBytes`. */
  async with<T>(path: string, sizeBytes: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
    const known = this.entries.get(path);
    const entry = known ?? { handle: openExactly(path, sizeBytes), users: 0 };
    // The last place in a Map is the one used last.
    this.entries.delete(path);
    this.entries.set(path, entry);
    entry.users += 1;
    try {
      return await use(await entry.handle);
    } catch (error) {
      if (this.entries.get(path) === entry) this.entries.delete(path);
      if (entry.users === 1) await closeQuietly(entry);
      throw error;
    } finally {
      entry.users -= 1;
      await this.closeTooMany();
    }
  }

  async close(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(entries.map(closeQuietly));
  }

  private async closeTooMany(): Promise<void> {
    for (const [path, entry] of this.entries) {
      if (this.entries.size <= this.most) return;
      if (entry.users > 0) continue;
      this.entries.delete(path);
      await closeQuietly(entry);
    }
  }
}

async function openExactly(path: string, sizeBytes: number): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw new FailedError(`"${path}" cannot be read (${systemErrorCode(error) ?? "unknown error"})`, {
      cause: error,
    });
  }
  const status = await file.stat();
  if (status.isFile() && status.size === sizeBytes) return file;
  await file.close();
  throw new FailedError(`"${path}" is not a file of ${sizeBytes} bytes`);
}

async function closeQuietly(entry: Entry): Promise<void> {
  await entry.handle.then((file) => file.close()).catch(() => {});
}
