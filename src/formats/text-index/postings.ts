import { ByteReader, ByteWriter, MalformedIndexError } from "./varint.ts";

/** Documents in a block of a postings list; lists that are longer have a table of blocks in front. */
export const POSTINGS_BLOCK = 256;

/**
 * Encodes ascending document numbers as differences (the first one from -1, so no difference is 0). More than a block of
 * them: first, for each block, the difference of its last document to that of the block before and its length in bytes.
 */
export function encodePostings(documents: Uint32Array, into: ByteWriter): void {
  const scratch = new ByteWriter(Math.max(64, documents.length * 2));
  if (documents.length <= POSTINGS_BLOCK) {
    writeDifferences(documents, -1, into);
    return;
  }
  let previous = -1;
  for (let start = 0; start < documents.length; start += POSTINGS_BLOCK) {
    const block = documents.subarray(start, start + POSTINGS_BLOCK);
    const before = scratch.length;
    const last = writeDifferences(block, previous, scratch);
    into.varint(last - previous);
    into.varint(scratch.length - before);
    previous = last;
  }
  into.append(scratch.bytes);
}

function writeDifferences(documents: Uint32Array, start: number, into: ByteWriter): number {
  let previous = start;
  for (const document of documents) {
    into.varint(document - previous);
    previous = document;
  }
  return previous;
}

/** Blocks of a list: the last document of each, and where its bytes end, counted from the start of the first block. */
export interface PostingsTable {
  readonly lastDocuments: Uint32Array;
  readonly ends: Uint32Array;
  /** Bytes of the table itself. */
  readonly tableBytes: number;
}

/** Reads the table in front of a list of `count` documents (more than a block of them). */
export function decodePostingsTable(bytes: Buffer, count: number, documentCount: number): PostingsTable {
  const blocks = Math.ceil(count / POSTINGS_BLOCK);
  const reader = new ByteReader(bytes);
  const lastDocuments = new Uint32Array(blocks);
  const ends = new Uint32Array(blocks);
  let document = -1;
  let end = 0;
  for (let block = 0; block < blocks; block += 1) {
    document += reader.varint();
    end += reader.varint();
    if (document >= documentCount || end > 0xffff_ffff)
      throw new MalformedIndexError("a block is out of place");
    lastDocuments[block] = document;
    ends[block] = end;
  }
  return { lastDocuments, ends, tableBytes: reader.offset };
}

/** Decodes `count` documents that follow `previous` (-1 at the start of a list). */
export function decodeDocuments(
  bytes: Buffer,
  count: number,
  previous: number,
  documentCount: number,
): Uint32Array {
  const documents = new Uint32Array(count);
  let document = previous;
  let offset = 0;
  for (let at = 0; at < count; at += 1) {
    let value = 0;
    let shift = 0;
    for (;;) {
      const byte = bytes[offset];
      if (byte === undefined || shift > 28) throw new MalformedIndexError("a list of documents is malformed");
      offset += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
      shift += 7;
    }
    document += value;
    if (value === 0 || document >= documentCount) {
      throw new MalformedIndexError("a list of documents is out of order");
    }
    documents[at] = document;
  }
  return documents;
}

/** A whole list, whichever form it has. */
export function decodePostings(bytes: Buffer, count: number, documentCount: number): Uint32Array {
  if (count <= POSTINGS_BLOCK) return decodeDocuments(bytes, count, -1, documentCount);
  const { tableBytes } = decodePostingsTable(bytes, count, documentCount);
  return decodeDocuments(bytes.subarray(tableBytes), count, -1, documentCount);
}
