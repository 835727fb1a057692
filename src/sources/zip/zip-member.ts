import { read } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { crc32, createInflateRaw } from "node:zlib";
import { SourceError } from "../files/source-error.ts";
import type { ZipMember } from "./zip-directory.ts";

const readAsync = promisify(read);
const CHUNK_BYTES = 262_144;
const LOCAL_HEADER_BYTES = 30; // APPNOTE 6.3.10, 4.3.7
const LOCAL_HEADER_SIGNATURE = 0x04034b50;

/** Where the (still compressed) bytes of a member start. Throws `SourceError` when its local header is not there. */
export async function memberDataOffset(fd: number, zipBytes: number, member: ZipMember): Promise<number> {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  const { bytesRead } = await readAsync(fd, header, 0, header.length, member.headerOffsetBytes);
  if (bytesRead < header.length || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE) {
    throw new SourceError("member-damaged", "a member has no header where the directory says");
  }
  const offsetBytes =
    member.headerOffsetBytes + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (offsetBytes + member.compressedBytes > zipBytes) {
    throw new SourceError("member-damaged", "a member runs past the end of its container");
  }
  return offsetBytes;
}

/**
 * The content of a member, piece by piece. Never yields more than the declared size; throws `SourceError`
 * (`member-damaged`) when the content is longer, shorter or has another CRC-32 than declared.
 */
export async function* memberChunks(fd: number, zipBytes: number, member: ZipMember): AsyncGenerator<Buffer> {
  const startBytes = await memberDataOffset(fd, zipBytes, member);
  const raw = rangeChunks(fd, startBytes, startBytes + member.compressedBytes);
  const content = member.method === 0 ? raw : inflated(raw);
  let sizeBytes = 0;
  let crc = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    if (sizeBytes > member.sizeBytes) {
      throw new SourceError("member-damaged", "a member inflates to more than it declares");
    }
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (sizeBytes !== member.sizeBytes) {
    throw new SourceError("member-damaged", `a member has ${sizeBytes} of ${member.sizeBytes} bytes`);
  }
  if (crc !== member.crc32) {
    throw new SourceError("member-damaged", "the CRC-32 of a member does not match");
  }
}

/**
 * The bytes [start, end) of an open file. Where memory is given, all pieces are put into it: each is good until the next is asked for.
 * Throws `SourceError` when the file ends before.
 */
export async function* rangeChunks(
  fd: number,
  startBytes: number,
  endBytes: number,
  memory: Buffer | null = null,
): AsyncGenerator<Buffer> {
  for (let position = startBytes; position < endBytes; ) {
    const most = Math.min(memory?.length ?? CHUNK_BYTES, endBytes - position);
    const buffer = memory?.subarray(0, most) ?? Buffer.allocUnsafe(most);
    const { bytesRead } = await readAsync(fd, buffer, 0, buffer.length, position);
    if (bytesRead === 0)
      throw new SourceError("changed-while-read", "the file became shorter while it was read");
    position += bytesRead;
    yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
  }
}

async function* inflated(raw: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  pipeline(Readable.from(raw), inflate, () => {});
  try {
    for await (const chunk of inflate) yield chunk;
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError("member-damaged", "a member cannot be inflated", { cause: error });
  }
}
