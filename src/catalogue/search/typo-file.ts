import { join } from "node:path";
import type { TermEntry } from "../../formats/text-index/index.ts";
import type { KeyFile } from "../look-up/key-file.ts";
import { type KeyChunk, writeKeyFile } from "../look-up/key-file-writer.ts";
import { canHaveTypo, isWithinOneEdit, typoHashes } from "./one-edit.ts";
import { TermFile } from "./term-file.ts";
import { TEXT_FILES } from "./text-files.ts";

/** Entries that are sorted in memory at once, 8 bytes each. */
const ENTRIES_IN_MEMORY = 8_000_000;
/** Terms that share a hash and are looked at; the commonest typos have fewer by far. */
const MAX_CANDIDATES = 2000;
const HASHES = 2 ** 32;

/** Writes for each term of the dictionary its typo hashes: keys of hash (32 high bits) and ordinal (32 low bits). */
export async function writeTypoFile(options: {
  readonly folder: string;
  readonly source: Uint8Array;
}): Promise<void> {
  const { folder, source } = options;
  const terms = new TermFile(join(folder, TEXT_FILES.terms), source);
  try {
    await writeKeyFile({
      path: join(folder, TEXT_FILES.typos),
      payloadBytes: 0,
      source,
      chunks: sortedParts(terms),
    });
  } finally {
    terms.close();
  }
}

/** Part by part of the space of hashes, so that memory stays bounded: each part reads the dictionary once. */
function* sortedParts(terms: TermFile): Generator<KeyChunk> {
  let entries = 0;
  for (const { term } of terms.entries({ start: 0, end: terms.count })) {
    if (canHaveTypo(term)) entries += term.length + 1;
  }
  const parts = Math.max(1, Math.ceil(entries / ENTRIES_IN_MEMORY));
  const room = Math.ceil((entries / parts) * 1.25) + 1000;
  for (let part = 0; part < parts; part += 1) {
    const [from, end] = [Math.floor((HASHES * part) / parts), Math.floor((HASHES * (part + 1)) / parts)];
    const keys = new BigUint64Array(room);
    const words = new Uint32Array(keys.buffer);
    let count = 0;
    let ordinal = 0;
    for (const { term } of terms.entries({ start: 0, end: terms.count })) {
      for (const hash of canHaveTypo(term) ? typoHashes(term) : []) {
        if (hash < from || hash >= end) continue;
        if (count === room) throw new RangeError("the hashes of words are not spread evenly");
        words[2 * count] = ordinal;
        words[2 * count + 1] = hash;
        count += 1;
      }
      ordinal += 1;
    }
    yield { keys: keys.subarray(0, count).sort() };
  }
}

/** The terms within one edit of `word`, itself excluded; most documents first. */
export function termsWithTypo(typos: KeyFile, terms: TermFile, word: string, limit: number): TermEntry[] {
  if (!canHaveTypo(word) && word.length !== 2) return [];
  const ordinals = new Set<number>();
  for (const hash of typoHashes(word)) {
    const key = BigInt(hash) << 32n;
    for (const match of typos.findRange(key, key + (1n << 32n), MAX_CANDIDATES)) {
      ordinals.add(Number(match.key & 0xffff_ffffn));
    }
  }
  return [...ordinals]
    .sort((a, b) => a - b)
    .map((ordinal) => terms.entry(ordinal))
    .filter(({ term }) => term !== word && isWithinOneEdit(term, word))
    .sort((a, b) => b.documentCount - a.documentCount)
    .slice(0, limit);
}
