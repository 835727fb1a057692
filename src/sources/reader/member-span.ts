import type { RegularFile } from "../files/regular-file.ts";
import type { ZipMember } from "../zip/zip-directory.ts";
import { memberChunks, memberDataOffset } from "../zip/zip-member.ts";
import { type ByteSpan, fileSpan, sparseSpan } from "./byte-span.ts";

/** Members up to this size are inflated whole; of longer ones the beginning and the end are kept. */
const WHOLE_BYTES = 16_777_216;
const HEAD_BYTES = 8_388_608;
const TAIL_BYTES = 1_048_576;
/** What is looked at before the rest of a member is inflated. */
const FIRST_BYTES = 65_536;

/**
 * A member as a span. Stored members are read in place. Deflated ones are inflated once, from end to end, with size and
 * CRC-32 checked; `isWanted` sees the first bytes and can save that for members that are not audio.
 */
export async function openMemberSpan(
  file: RegularFile,
  member: ZipMember,
  isWanted: (head: Buffer) => boolean,
): Promise<ByteSpan> {
  if (member.method === 0) {
    const startBytes = await memberDataOffset(file.fd, file.sizeBytes, member);
    return fileSpan(file.fd, startBytes, member.sizeBytes);
  }
  const isWhole = member.sizeBytes <= WHOLE_BYTES;
  const head = new Gatherer(isWhole ? member.sizeBytes : HEAD_BYTES);
  const tail = new Ring(isWhole ? 0 : TAIL_BYTES);
  let isJudged = false;
  for await (const chunk of memberChunks(file.fd, file.sizeBytes, member)) {
    head.add(chunk);
    tail.add(chunk);
    if (isJudged || head.length < Math.min(FIRST_BYTES, member.sizeBytes)) continue;
    isJudged = true;
    if (!isWanted(head.bytes())) break;
  }
  return sparseSpan(head.bytes(), tail.bytes(), member.sizeBytes);
}

/** The first bytes of a stream. Grows as they come: a declared size is no reason to take memory. */
class Gatherer {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const part = chunk.subarray(0, this.#maxBytes - this.length);
    if (part.length === 0) return;
    this.#parts.push(part);
    this.length += part.length;
  }

  bytes(): Buffer {
    const [first, ...more] = this.#parts;
    if (!first) return Buffer.alloc(0);
    if (more.length > 0) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? first;
  }
}

/** The last bytes of a stream. */
class Ring {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    if (this.#maxBytes === 0) return;
    this.#parts.push(chunk);
    this.#length += chunk.length;
    for (
      let first = this.#parts[0];
      first && this.#length - first.length >= this.#maxBytes;
      first = this.#parts[0]
    ) {
      this.#parts.shift();
      this.#length -= first.length;
    }
  }

  bytes(): Buffer {
    const all = Buffer.concat(this.#parts);
    return all.subarray(Math.max(0, all.length - this.#maxBytes));
  }
}
