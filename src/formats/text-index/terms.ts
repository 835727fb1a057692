import { ByteReader, type ByteWriter, MalformedIndexError } from "./varint.ts";

/** Terms in a block of the dictionary. */
export const TERMS_BLOCK = 64;

export interface TermEntry {
  readonly term: string;
  /** In how many documents it stands. */
  readonly documentCount: number;
  /** Its postings, in the body of the postings file. */
  readonly offset: number;
  readonly length: number;
}

/** Orders terms by their UTF-8 bytes, looking at UTF-16 code units: surrogates stand for what comes last. */
export function compareTerms(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return utf8Order(left) - utf8Order(right);
  }
  return a.length - b.length;
}

function utf8Order(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/**
 * Writes a block: the offset of its first postings, then for each term the bytes it shares with the one before, the
 * other bytes, its number of documents and the length of its postings, which follow each other without a gap.
 */
export function encodeTermsBlock(entries: readonly TermEntry[], into: ByteWriter): void {
  into.varint(entries[0]?.offset ?? 0);
  let previous: Buffer = Buffer.alloc(0);
  for (const { term, documentCount, length } of entries) {
    const bytes = Buffer.from(term, "utf8");
    const shared = sharedBytes(previous, bytes);
    into.varint(shared);
    into.varint(bytes.length - shared);
    into.append(bytes.subarray(shared));
    into.varint(documentCount);
    into.varint(length);
    previous = bytes;
  }
}

/** Reads a block of at most `TERMS_BLOCK` terms; throws `MalformedIndexError` for what cannot be one. */
export function decodeTermsBlock(bytes: Buffer): TermEntry[] {
  const reader = new ByteReader(bytes);
  let offset = reader.varint();
  let previous: Buffer = Buffer.alloc(0);
  const entries: TermEntry[] = [];
  while (!reader.isAtEnd) {
    if (entries.length === TERMS_BLOCK) throw new MalformedIndexError("a block has too many terms");
    const shared = reader.varint();
    if (shared > previous.length) throw new MalformedIndexError("a term shares more than there is");
    const rest = reader.take(reader.varint());
    const term = Buffer.concat([previous.subarray(0, shared), rest]);
    const documentCount = reader.varint();
    const length = reader.varint();
    entries.push({ term: term.toString("utf8"), documentCount, offset, length });
    offset += length;
    previous = term;
  }
  return entries;
}

function sharedBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count += 1;
  return count;
}
