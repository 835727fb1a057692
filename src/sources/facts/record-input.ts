import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { FailedError, UsageError } from "../../core/errors.ts";
import type { Progress } from "../../core/reporter.ts";
import { closeRegularFile, isUnchanged, openRegularFile, type RegularFile } from "../files/regular-file.ts";
import { rangeChunks } from "../zip/zip-member.ts";

const IDENTITY_BYTES = 1_048_576;
const PIECE_BYTES = 1_048_576;

/** One file that facts are read from. Who opens it closes it. */
export interface RecordInput {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** The open file, for threads that read it too. */
  readonly fd: number;
  /** Size, time and hash of the beginning: what tells the file from another in its place. */
  identity(): Promise<string>;
  /** Its first bytes, fewer when the file is short. */
  head(bytes: number): Promise<Buffer>;
  /** The bytes as they stand in the file, once; the hash is known when all have gone by. */
  bytes(progress: Progress): AsyncGenerator<Buffer>;
  /** The same in memory that is used again: a piece is good until the next is asked for. */
  passingBytes(progress: Progress): AsyncGenerator<Buffer>;
  /** Throws `FailedError` when the file is not what it was when it was opened. */
  checkUnchanged(): void;
  /** SHA-256 of the whole file; reads what has not been read. Throws `FailedError` when the file has changed. */
  sha256(progress: Progress): Promise<string>;
  close(): void;
}

/** Throws `UsageError` when there is no such file. */
export function openRecordInput(path: string): RecordInput {
  const { file, root } = openFile(path);
  const hash = createHash("sha256");
  let readBytes = 0;
  let digest: string | null = null;
  const head = async (count: number): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of rangeChunks(file.fd, 0, Math.min(count, file.sizeBytes))) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  async function* read(progress: Progress, memory: Buffer | null): AsyncGenerator<Buffer> {
    for await (const chunk of rangeChunks(file.fd, readBytes, file.sizeBytes, memory)) {
      readBytes += chunk.length;
      hash.update(chunk);
      progress.advance(chunk.length);
      yield chunk;
    }
  }
  const passingBytes = (progress: Progress): AsyncGenerator<Buffer> =>
    read(progress, Buffer.allocUnsafe(PIECE_BYTES));
  const checkUnchanged = (): void => {
    if (isUnchanged(file)) return;
    throw new FailedError(`"${path}" changed while it was read`, { hint: "run the same command again" });
  };
  return {
    path: root,
    name: basename(root),
    sizeBytes: file.sizeBytes,
    fd: file.fd,
    head,
    async identity() {
      const beginning = createHash("sha256")
        .update(await head(IDENTITY_BYTES))
        .digest("hex");
      return `${file.sizeBytes}-${file.mtimeNs}-${beginning}`;
    },
    bytes: (progress) => read(progress, null),
    passingBytes,
    checkUnchanged,
    async sha256(progress) {
      for await (const _chunk of passingBytes(progress));
      checkUnchanged();
      digest ??= hash.digest("hex");
      return digest;
    },
    close: () => closeRegularFile(file),
  };
}

function openFile(path: string): { readonly file: RegularFile; readonly root: string } {
  try {
    const root = realpathSync.native(resolve(path));
    return { file: openRegularFile(dirname(root), Buffer.from(basename(root))), root };
  } catch (cause) {
    throw new UsageError(`cannot open the file "${path}"`, { cause, hint: "check the path" });
  }
}
