import { hashOfWord } from "../../formats/index-file/index.ts";

/** Shorter words are not looked for with a typo, and of longer ones nobody remembers the middle. */
const MIN_TYPO_UNITS = 3;
const MAX_TYPO_UNITS = 24;

/** True when one insertion, deletion, replacement or swap of neighbours makes `a` into `b`, or they are equal. */
export function isWithinOneEdit(a: string, b: string): boolean {
  const [left, right] = [Array.from(a), Array.from(b)];
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let [leftEnd, rightEnd] = [left.length, right.length];
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
  }
  const [leftRest, rightRest] = [leftEnd - start, rightEnd - start];
  if (leftRest <= 1 && rightRest <= 1) return true;
  const isPair = leftRest === 2 && rightRest === 2;
  return isPair && left[start] === right[start + 1] && left[start + 1] === right[start];
}

export function canHaveTypo(word: string): boolean {
  return word.length >= MIN_TYPO_UNITS && word.length <= MAX_TYPO_UNITS;
}

/**
 * The 32-bit hashes of a word and of the word without each of its characters. Two words within one edit share one of
 * them: so a word with a typo is found by exact look-ups, in any alphabet and at any place.
 */
export function typoHashes(word: string): Set<number> {
  const characters = Array.from(word);
  const hashes = new Set([hashOfWord(word)]);
  for (let at = 0; at < characters.length; at += 1)
    hashes.add(hashOfWord(characters.toSpliced(at, 1).join("")));
  return hashes;
}
