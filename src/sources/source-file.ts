import { errorMessage } from "../core/errors.ts";
import { pathBytes } from "./files/path-text.ts";
import { closeRegularFile, isUnchanged, openRegularFile, type RegularFile } from "./files/regular-file.ts";
import { SourceError } from "./files/source-error.ts";
import { cachedZipDirectory } from "./zip/directory-cache.ts";
import type { IntakeLimits } from "./zip/zip-directory.ts";
import { memberChunks, rangeChunks } from "./zip/zip-member.ts";

export { SourceError, type SourceTrouble } from "./files/source-error.ts";
export type { IntakeLimits } from "./zip/zip-directory.ts";

/** Where a track's bytes are: a file below `root`, or a member of a container there. */
export interface SourceLocator {
  readonly root: string;
  readonly path: string;
  /** The exact bytes of `path` when its text does not give them. */
  readonly pathB64: string | null;
  readonly member: string | null;
  readonly memberB64: string | null;
}

export interface OpenSource {
  /** Of the file, or of the member as its container declares it; `chunks` gives exactly so many bytes or throws. */
  readonly sizeBytes: number;
  /** Of the file, or of the container. */
  readonly mtimeNs: bigint;
  /** The bytes from the start, once. Throws `SourceError` when the file changes meanwhile, also after the last byte. */
  readonly chunks: AsyncIterable<Buffer>;
  /** True when the file, and the name it was opened by, are still what they were. */
  recheck(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Opens a file of a source for one reading, in this process or in a child. Throws `SourceError`; follows no link and
 * never leaves `root`.
 */
export async function openSource(locator: SourceLocator, limits: IntakeLimits): Promise<OpenSource> {
  const path = pathBytes(locator.path, locator.pathB64);
  const file = openRegularFile(locator.root, path);
  try {
    if (file.sizeBytes > limits.maxFileBytes) {
      throw new SourceError("too-large", `${file.sizeBytes} bytes, ${limits.maxFileBytes} allowed`);
    }
    if (locator.member === null) return opened(file, file.sizeBytes, wholeFile(file));
    const name = pathBytes(locator.member, locator.memberB64);
    const member = await findMember(file, name, limits);
    const chunks = memberChunks(file.fd, file.sizeBytes, member);
    return opened(file, member.sizeBytes, watched(file, chunks));
  } catch (error) {
    closeRegularFile(file);
    throw asSourceError(error);
  }
}

function opened(file: RegularFile, sizeBytes: number, chunks: AsyncIterable<Buffer>): OpenSource {
  let isOpen = true;
  return {
    sizeBytes,
    mtimeNs: file.mtimeNs,
    chunks,
    recheck: async () => isOpen && isUnchanged(file),
    close: async () => {
      if (isOpen) closeRegularFile(file);
      isOpen = false;
    },
  };
}

function wholeFile(file: RegularFile): AsyncGenerator<Buffer> {
  return watched(file, rangeChunks(file.fd, 0, file.sizeBytes));
}

async function* watched(file: RegularFile, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    throw asSourceError(error);
  }
  if (!isUnchanged(file)) {
    throw new SourceError("changed-while-read", "the file changed while it was read");
  }
}

async function findMember(file: RegularFile, name: Buffer, limits: IntakeLimits) {
  const directory = await cachedZipDirectory(file, limits);
  if (!directory.ok) throw new SourceError("member-refused", `${directory.reason}: ${directory.detail}`);
  const member = directory.find(name);
  if (member) return member;
  const refused = directory.refused.find((entry) => entry.name.equals(name));
  if (refused) throw new SourceError("member-refused", `${refused.reason}: ${refused.detail}`);
  throw new SourceError("member-gone", "the container has no such member");
}

function asSourceError(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  return new SourceError("unreadable", `cannot be read: ${errorMessage(error)}`, { cause: error });
}
