import { createHash } from "node:crypto";

const MASK = 0xffff_ffff_ffff_ffffn;
const FIRST_MULTIPLIER = 0x9e37_79b9_7f4a_7c15n;
const SECOND_MULTIPLIER = 0xbf58_476d_1ce4_e5b9n;

/**
 * Spreads a 64-bit number evenly over 64 bits; a bijection, so two numbers never meet. `key_of_number` of `mixers.sql`
 * gives the same.
 */
export function keyOfNumber(number: bigint): bigint {
  const once = (number * FIRST_MULTIPLIER) & MASK;
  return ((once ^ (once >> 32n)) * SECOND_MULTIPLIER) & MASK;
}

/** The first 8 bytes of the MD5 of the UTF-8, little-endian. `key_of_text` of `mixers.sql` gives the same. */
export function keyOfText(text: string): bigint {
  return createHash("md5").update(text, "utf8").digest().readBigUInt64LE(0);
}

/** The text under which an identifier is looked up. */
export function identifierText(entity: string, scheme: string, value: string): string {
  return `${entity}\t${scheme}\t${value}`;
}

/** FNV-1a over UTF-16 code units, 32 bits: for words, where equal hashes are told apart by the words themselves. */
export function hashOfWord(word: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < word.length; at += 1) {
    hash = Math.imul(hash ^ word.charCodeAt(at), 0x0100_0193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
