import { closeSync, constants, fstatSync, lstatSync, openSync, realpathSync } from "node:fs";
import { systemErrorCode } from "../../core/errors.ts";
import { pathText } from "./path-text.ts";
import { SourceError } from "./source-error.ts";

/** What tells a file from the file that it was before. */
export interface FileState {
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
}

/** An open file of a source. Who opens it closes it. */
export interface RegularFile extends FileState {
  readonly fd: number;
  readonly device: bigint;
  readonly fullPath: Buffer;
}

// O_NONBLOCK: a name that has become a FIFO since it was listed must not block the run for ever.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const SLASH = Buffer.from("/");

/**
 * Opens the regular file `path` (bytes, relative) of the source at `root`, or throws `SourceError`.
 * The calls are synchronous: they run in child processes that have nothing else to do.
 */
export function openRegularFile(root: string, path: Uint8Array): RegularFile {
  const fullPath = resolveInside(root, path);
  let fd: number;
  try {
    fd = openSync(fullPath, OPEN_FLAGS);
  } catch (error) {
    throw openingError(error, path);
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) throw new SourceError("not-a-file", `${quoted(path)} is no regular file`);
    return {
      fd,
      fullPath,
      sizeBytes: Number(stat.size),
      mtimeNs: stat.mtimeNs,
      inode: stat.ino,
      device: stat.dev,
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** True when the open file, and the name it was opened by, are what they were. */
export function isUnchanged(file: RegularFile): boolean {
  try {
    const open = fstatSync(file.fd, { bigint: true });
    const named = lstatSync(file.fullPath, { bigint: true });
    return (
      Number(open.size) === file.sizeBytes &&
      open.mtimeNs === file.mtimeNs &&
      named.ino === file.inode &&
      named.dev === file.device
    );
  } catch {
    return false;
  }
}

export function closeRegularFile(file: RegularFile): void {
  closeSync(file.fd);
}

/** The error of a system call on a file of a source, as a `SourceError`. */
export function openingError(error: unknown, path: Uint8Array): SourceError {
  const code = systemErrorCode(error);
  const name = quoted(path);
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new SourceError("gone", `${name} is no longer there`, { cause: error });
  }
  if (code === "ELOOP") {
    return new SourceError("outside", `${name} has become a link`, { cause: error });
  }
  return new SourceError("unreadable", `cannot read ${name}${code === null ? "" : ` (${code})`}`, {
    cause: error,
  });
}

function resolveInside(root: string, path: Uint8Array): Buffer {
  if (unsafeBytesReason(path) !== null) {
    throw new SourceError("outside", `${quoted(path)} is no path inside a source`);
  }
  const fullPath = Buffer.concat([Buffer.from(root), SLASH, path]);
  const folder = fullPath.subarray(0, fullPath.lastIndexOf(SLASH));
  try {
    const real = realpathSync.native(folder, "buffer");
    const realRoot = realpathSync.native(root, "buffer");
    const prefix = withSlash(realRoot);
    if (!real.equals(realRoot) && !real.subarray(0, prefix.length).equals(prefix))
      throw new SourceError("outside", `${quoted(path)} leads out of the source's folder`);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw openingError(error, path);
  }
  return fullPath;
}

/** Says why these bytes are no path inside a folder, or null when they are. */
export function unsafeBytesReason(path: Uint8Array): string | null {
  if (path.length === 0) return "empty name";
  if (path.includes(0)) return "name with a NUL";
  const text = Buffer.from(path).toString("latin1");
  if (text.startsWith("/")) return "absolute path";
  for (const segment of text.split("/")) {
    if (segment === "") return "name with an empty part";
    if (segment === "." || segment === "..") return `name with a "${segment}" part`;
  }
  return null;
}

function withSlash(path: Buffer): Buffer {
  return path.at(-1) === 0x2f ? path : Buffer.concat([path, SLASH]);
}

function quoted(path: Uint8Array): string {
  return `"${pathText(path).text}"`;
}
