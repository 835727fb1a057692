import { createHash, type Hash } from "node:crypto";
import { realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { closeRegularFile, isUnchanged, openRegularFile, type RegularFile } from "../files/regular-file.ts";
import { rangeChunks } from "../zip/zip-member.ts";
import { type Compression, sniffCompression } from "./compression.ts";
import { type Member, members } from "./tar-members.ts";
import { unpacked } from "./unpack.ts";

const HEAD_BYTES = 1_048_576;

/** A file that facts are read from: plain or packed, a tar or not. Who opens it closes it. */
export interface Input {
  readonly path: string;
  readonly sizeBytes: number;
  readonly compression: Compression;
  /** Size, time and hash of the beginning: what tells the file from another in the same place. */
  readonly identity: string;
  /** Its unpacked members, read from the start; `onBytes` is told of packed bytes as they are read. */
  members(onBytes: (bytes: number) => void): AsyncIterable<Member>;
  /** SHA-256 of the file: of what `members` read, and of the rest, which is read now. */
  sha256(): Promise<string>;
  isUnchanged(): boolean;
  close(): void;
}

/** Opens a regular file. Throws `UsageError` when there is none. */
export async function openInput(path: string): Promise<Input> {
  const { file, root } = openFile(path);
  const head = await firstBytes(file, HEAD_BYTES);
  const compression = sniffCompression(head);
  const headHash = createHash("sha256").update(head).digest("hex");
  let hash: Hash = createHash("sha256");
  let hashedBytes = 0;
  return {
    path: root,
    sizeBytes: file.sizeBytes,
    compression,
    identity: `${file.sizeBytes}-${file.mtimeNs}-${headHash}`,
    members(onBytes) {
      hash = createHash("sha256");
      hashedBytes = 0;
      const chunks = read(file, 0, (chunk) => {
        hash.update(chunk);
        hashedBytes += chunk.length;
        onBytes(chunk.length);
      });
      return members(unpacked(chunks, compression));
    },
    async sha256() {
      for await (const chunk of rangeChunks(file.fd, hashedBytes, file.sizeBytes)) hash.update(chunk);
      hashedBytes = file.sizeBytes;
      return hash.copy().digest("hex");
    },
    isUnchanged: () => isUnchanged(file),
    close: () => closeRegularFile(file),
  };
}

function openFile(path: string): { readonly file: RegularFile; readonly root: string } {
  try {
    const root = realpathSync.native(resolve(path));
    return { root, file: openRegularFile(dirname(root), Buffer.from(basename(root))) };
  } catch (cause) {
    throw new UsageError(`cannot open the file "${path}"`, { cause, hint: "give a file that is there" });
  }
}

async function firstBytes(file: RegularFile, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of rangeChunks(file.fd, 0, Math.min(count, file.sizeBytes))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* read(
  file: RegularFile,
  start: number,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of rangeChunks(file.fd, start, file.sizeBytes)) {
    onChunk(chunk);
    yield chunk;
  }
}
