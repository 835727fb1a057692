import type { TermEntry } from "../../formats/text-index/index.ts";
import type { TextIndex } from "./text-index.ts";
import { termsWithTypo } from "./typo-file.ts";
import { pairsOf, splitWords, type Word } from "./words.ts";

/** One thing that a document must have: any of some terms. */
export interface Slot {
  /** The terms of the dictionary that will do; null when they are too many to list. */
  readonly entries: readonly TermEntry[] | null;
  /** Documents that have one of them, counted once for each term. */
  readonly documents: number;
  /** Whether a term will do. */
  readonly accepts: (term: string) => boolean;
}

/** Terms of a slot that are listed at most. */
const MAX_LISTED_TERMS = 4096;
const MAX_TYPO_TERMS = 200;
/** A typo spoils at most so many neighbouring pairs of a run. */
const SPOILED_PAIRS = 3;

/** What is asked for, word by word; the last one may be unfinished. */
export interface Question {
  readonly words: readonly Word[];
  readonly isLastUnfinished: boolean;
}

export function parseQuestion(text: string): Question {
  return { words: splitWords(text), isLastUnfinished: !/\s$/u.test(text) };
}

/** Every word as it is written. */
export function exactSlots(index: TextIndex, { words }: Question): Slot[] {
  return words.flatMap((word) => wordSlots(index, word));
}

/** Every word as it is written, the last one as the start of a word. */
export function prefixSlots(index: TextIndex, { words }: Question): Slot[] {
  const last = words.at(-1);
  if (!last) return [];
  const before = words.slice(0, -1).flatMap((word) => wordSlots(index, word));
  return [...before, ...unfinishedSlots(index, last)];
}

/** One question for each word that may have a typo, the other words as they are. */
export function* typoSlots(index: TextIndex, question: Question): Generator<Slot[]> {
  const { words } = question;
  const asWritten = words.map((word, at) =>
    question.isLastUnfinished && at === words.length - 1
      ? unfinishedSlots(index, word)
      : wordSlots(index, word),
  );
  for (const [at, word] of words.entries()) {
    const others = asWritten.filter((_, other) => other !== at).flat();
    // A word that nothing has makes every question without it useless.
    if (others.some(({ documents }) => documents === 0)) continue;
    for (const slots of word.isUnspaced ? spoiledRuns(index, word) : [[typoSlot(index, word.text)]]) {
      if (others.length + slots.length > 0) yield [...others, ...slots];
    }
  }
}

function wordSlots(index: TextIndex, { text, isUnspaced }: Word): Slot[] {
  if (!isUnspaced) return [termSlot(index, text)];
  const pairs = pairsOf(text);
  return pairs.length > 0 ? pairs.map((pair) => termSlot(index, pair)) : [prefixSlot(index, text)];
}

/** A run is searched by its pairs whether it is finished or not: only a single character stands for more. */
function unfinishedSlots(index: TextIndex, word: Word): Slot[] {
  return word.isUnspaced ? wordSlots(index, word) : [prefixSlot(index, word.text)];
}

function termSlot(index: TextIndex, term: string): Slot {
  const entry = index.terms.find(term);
  return {
    entries: entry ? [entry] : [],
    documents: entry?.documentCount ?? 0,
    accepts: (other) => other === term,
  };
}

function prefixSlot(index: TextIndex, prefix: string): Slot {
  const range = index.terms.prefixRange(prefix);
  const accepts = (term: string): boolean => term.startsWith(prefix);
  if (range.end - range.start > MAX_LISTED_TERMS) {
    return { entries: null, documents: index.terms.documentsAbout(range), accepts };
  }
  return slotOf([...index.terms.entries(range)], accepts);
}

function typoSlot(index: TextIndex, word: string): Slot {
  const entries = termsWithTypo(index.typos, index.terms, word, MAX_TYPO_TERMS);
  const terms = new Set(entries.map(({ term }) => term));
  return slotOf(entries, (term) => terms.has(term));
}

/** A run without a few neighbouring pairs, for every place in it. */
function* spoiledRuns(index: TextIndex, word: Word): Generator<Slot[]> {
  const pairs = pairsOf(word.text).map((pair) => termSlot(index, pair));
  for (let at = 0; at < Math.max(1, pairs.length - SPOILED_PAIRS + 1); at += 1) {
    const rest = pairs.toSpliced(at, SPOILED_PAIRS);
    if (rest.every(({ documents }) => documents > 0)) yield rest;
  }
}

function slotOf(entries: readonly TermEntry[], accepts: (term: string) => boolean): Slot {
  const documents = entries.reduce((sum, { documentCount }) => sum + documentCount, 0);
  return { entries, documents, accepts };
}
