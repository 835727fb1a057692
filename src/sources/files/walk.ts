import { type BigIntStats, type Dir, lstatSync } from "node:fs";
import { opendir } from "node:fs/promises";
import { DeadwaxError, systemErrorCode, throwIfAborted } from "../../core/errors.ts";
import { judgeLink } from "./link.ts";
import type { FileState } from "./regular-file.ts";

/** Why a name in the folder is not read; found without opening it. */
export type WalkRefusal =
  | "unreadable"
  | "unreadable-folder"
  | "folder-seen-already"
  | "folder-link"
  | "link-duplicate"
  | "link-outside"
  | "link-broken"
  | "link-loop"
  | "special-file"
  | "archive-folder";

export type WalkEntry =
  | { readonly kind: "file"; readonly path: Buffer; readonly state: FileState }
  | {
      readonly kind: "refused";
      readonly path: Buffer;
      readonly state: FileState | null;
      readonly reason: WalkRefusal;
      readonly detail: string;
      /** For links inside the root: the path that the link leads to, relative to the root. */
      readonly target?: Buffer;
    };

export interface WalkOptions {
  /** An absolute path without links in it. */
  readonly root: string;
  /** A folder that is left out: the archive itself, when it is below the root. */
  readonly leaveOut?: string;
  readonly signal?: AbortSignal | undefined;
}

const SLASH = Buffer.from("/");

/**
 * Every name below a folder that is not a folder, once, in no order that means anything; folders only when they are not
 * entered. Links to folders are never followed. Throws when the root itself cannot be listed.
 * Names are bytes throughout. Only the folders still to be entered are held in memory.
 */
export async function* walkFolder(options: WalkOptions): AsyncGenerator<WalkEntry> {
  const root = Buffer.from(options.root);
  const leaveOut = options.leaveOut === undefined ? null : Buffer.from(options.leaveOut);
  const entered = new Set<string>();
  const pending: Buffer[] = [];
  yield* listFolder(Buffer.alloc(0), await opendir(root, LIST_OPTIONS));
  for (let folder = pending.pop(); folder; folder = pending.pop()) {
    let listing: Dir;
    try {
      listing = await opendir(Buffer.concat([root, SLASH, folder]), LIST_OPTIONS);
    } catch (error) {
      yield unreadableFolder(folder, error);
      continue;
    }
    yield* listFolder(folder, listing);
  }

  async function* listFolder(folder: Buffer, listing: Dir): AsyncGenerator<WalkEntry> {
    const prefix = folder.length === 0 ? folder : Buffer.concat([folder, SLASH]);
    try {
      for await (const entry of listing) {
        throwIfAborted(options.signal);
        const path = Buffer.concat([prefix, Buffer.from(entry.name, "latin1")]);
        const found = lookAt(path);
        if (found) yield found;
      }
    } catch (error) {
      const isOurs = error instanceof DeadwaxError || systemErrorCode(error) === null;
      if (isOurs || folder.length === 0) throw error;
      yield unreadableFolder(folder, error);
    }
  }

  function lookAt(path: Buffer): WalkEntry | null {
    const fullPath = Buffer.concat([root, SLASH, path]);
    let stat: BigIntStats;
    try {
      stat = lstatSync(fullPath, { bigint: true });
    } catch (error) {
      const code = systemErrorCode(error);
      // Deleted between the listing and now: it is not there, and that is no trouble.
      if (code === "ENOENT") return null;
      return { kind: "refused", path, state: null, reason: "unreadable", detail: code ?? "unknown error" };
    }
    const state: FileState = { sizeBytes: Number(stat.size), mtimeNs: stat.mtimeNs, inode: stat.ino };
    if (stat.isFile()) return { kind: "file", path, state };
    if (stat.isSymbolicLink()) return { kind: "refused", path, state, ...judgeLink(root, fullPath) };
    if (!stat.isDirectory()) {
      return { kind: "refused", path, state, reason: "special-file", detail: "a device, pipe or socket" };
    }
    if (leaveOut?.equals(fullPath)) {
      return { kind: "refused", path, state: null, reason: "archive-folder", detail: "the archive itself" };
    }
    // The same folder twice without a link: mounted in two places, perhaps inside itself.
    const identity = `${stat.dev}:${stat.ino}`;
    if (entered.has(identity)) {
      const detail = "the same folder as another one here";
      return { kind: "refused", path, state: null, reason: "folder-seen-already", detail };
    }
    entered.add(identity);
    pending.push(path);
    return null;
  }
}

// Latin-1 is one character per byte: the only encoding in which Node gives every name back unharmed.
const LIST_OPTIONS = { encoding: "latin1", bufferSize: 512 } as const;

function unreadableFolder(path: Buffer, error: unknown): WalkEntry {
  const detail = systemErrorCode(error) ?? "unknown error";
  return { kind: "refused", path, state: null, reason: "unreadable-folder", detail };
}
