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

/** No term has more bytes: words are cut long before. */
const MAX_TERM_BYTES = 1024;

/** Reads a block of at most `TERMS_BLOCK` terms; throws `MalformedIndexError` for what cannot be one. */
export function decodeTermsBlock(bytes: Buffer): TermEntry[] {
  const entries: TermEntry[] = [];
  walkTermsBlock(bytes, (term, documentCount, offset, length) => {
    entries.push({ term: term.toString("utf8"), documentCount, offset, length });
    return false;
  });
  return entries;
}

/** Reads one term of a block, by its place in it; null when there are fewer. */
export function decodeTermAt(bytes: Buffer, place: number): TermEntry | null {
  let entry: TermEntry | null = null;
  walkTermsBlock(bytes, (term, documentCount, offset, length, at) => {
    if (at === place) entry = { term: term.toString("utf8"), documentCount, offset, length };
    return at === place;
  });
  return entry;
}

/** Calls `visit` with each term, whose bytes are valid during the call, until it returns true. */
function walkTermsBlock(
  bytes: Buffer,
  visit: (term: Buffer, documentCount: number, offset: number, length: number, at: number) => boolean,
): void {
  const reader = new ByteReader(bytes);
  const term = Buffer.allocUnsafe(MAX_TERM_BYTES);
  let offset = reader.varint();
  let termBytes = 0;
  for (let at = 0; !reader.isAtEnd; at += 1) {
    if (at === TERMS_BLOCK) throw new MalformedIndexError("a block has too many terms");
    const shared = reader.varint();
    const rest = reader.take(reader.varint());
    if (shared > termBytes) throw new MalformedIndexError("a term shares more than there is");
    if (shared + rest.length > MAX_TERM_BYTES) throw new MalformedIndexError("a term is too long");
    term.set(rest, shared);
    termBytes = shared + rest.length;
    const documentCount = reader.varint();
    const length = reader.varint();
    if (visit(term.subarray(0, termBytes), documentCount, offset, length, at)) return;
    offset += length;
  }
}

function sharedBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a[count] === b[count]) count += 1;
  return count;
}
