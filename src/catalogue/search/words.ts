import { foldText } from "../fold-text.ts";

/** A word of a text as it is searched. */
export interface Word {
  readonly text: string;
  /** A run of a script that is written without spaces: it is searched by pairs of characters. */
  readonly isUnspaced: boolean;
}

/** Longer words are cut: nobody types them. */
const MAX_WORD_UNITS = 40;
/** Words of a text beyond these are left out. */
export const WORDS_LIMIT = 64;

const WHITE_SPACE = /\s+/u;
const UNUSUAL_SPACE = /[^\S ]/u;
const WORDS = /[\p{L}\p{N}\p{M}]+/gu;
const PLAIN_WORDS = /[a-z0-9]+/g;
/** `don't` is `dont`, `l'amour` is `l amour`. */
const ENDING_AFTER_APOSTROPHE = /['’ʼ](?=\p{L}{1,2}(?!\p{L}))/gu;
const UNSPACED = "\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}";
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
const RUNS = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is meant.
const ASCII = /^[\x00-\x7f]*$/;

/** Words of titles repeat: what a piece of text was split into is kept for so many pieces. */
const MAX_REMEMBERED = 200_000;
const remembered = new Map<string, readonly Word[]>();

/**
 * The words of a text, folded: letters, digits and their marks. A text without any (`÷`, `???`) is one word. The same
 * function reads what is indexed and what is asked.
 */
export function splitWords(text: string): Word[] {
  const words: Word[] = [];
  for (const piece of splitPieces(text)) {
    for (const word of rememberPiece(piece)) if (words.length < WORDS_LIMIT) words.push(word);
  }
  if (words.length > 0) return words;
  const symbols = foldText(text).replace(/\s+/gu, "");
  return symbols === "" ? [] : [{ text: cut(symbols), isUnspaced: false }];
}

/** What stands between white space; empty pieces have no words. */
export function splitPieces(text: string): string[] {
  return text.split(UNUSUAL_SPACE.test(text) ? WHITE_SPACE : " ");
}

/** How many words a piece has, and their terms. */
export function pieceTerms(piece: string): { words: number; terms: string[] } {
  const words = splitPiece(piece);
  return { words: words.length, terms: words.flatMap(termsOfWord) };
}

function rememberPiece(piece: string): readonly Word[] {
  const known = remembered.get(piece);
  if (known) return known;
  const words = splitPiece(piece);
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(piece, words);
  return words;
}

/** The words of text without white space. */
function splitPiece(piece: string): readonly Word[] {
  const isPlain = ASCII.test(piece);
  const folded = (isPlain ? piece.toLowerCase() : foldText(piece)).replace(ENDING_AFTER_APOSTROPHE, "");
  const found = folded.match(isPlain ? PLAIN_WORDS : WORDS) ?? [];
  return found.flatMap((word) => {
    if (isPlain || !HAS_UNSPACED.test(word)) return [{ text: cut(word), isUnspaced: false }];
    const runs = word.match(RUNS) ?? [];
    return runs.map((run) => ({ text: cut(run), isUnspaced: HAS_UNSPACED.test(run) }));
  });
}

/** The terms under which a word is indexed: itself, or its pairs of characters and its last character. */
export function termsOfWord({ text, isUnspaced }: Word): string[] {
  if (!isUnspaced) return [text];
  return [...pairsOf(text), Array.from(text).at(-1) ?? ""];
}

/** `東京都` has the pairs `東京` and `京都`. */
export function pairsOf(text: string): string[] {
  const characters = Array.from(text);
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}

/** The distinct terms of what is indexed as one document. */
export function termsOf(title: string, artist: string): Set<string> {
  return new Set([...termsOfText(title), ...termsOfText(artist)]);
}

/** The terms of a text in its order. */
export function termsOfText(text: string): string[] {
  return splitWords(text).flatMap(termsOfWord);
}

function cut(word: string): string {
  return word.length <= MAX_WORD_UNITS ? word : word.slice(0, MAX_WORD_UNITS).toWellFormed();
}
