import { pieceTerms, splitPieces, termsOfText, WORDS_LIMIT } from "./words.ts";

/** Pieces whose terms are remembered, some 100 bytes each. */
const MAX_PIECES = 400_000;

interface Piece {
  readonly words: number;
  readonly terms: readonly number[];
}

/**
 * Numbers terms from 0 in the order in which they come up. Words repeat, so the numbers of what stands between two spaces
 * are remembered: most texts cost one look-up for each word.
 */
export class TermNumbers {
  readonly #numbers: Map<string, number> = new Map();
  readonly #pieces: Map<string, Piece> = new Map();

  get size(): number {
    return this.#numbers.size;
  }

  /** The terms by their number. */
  terms(): string[] {
    return [...this.#numbers.keys()];
  }

  clear(): void {
    this.#numbers.clear();
    this.#pieces.clear();
  }

  /** Calls `take` with the number of each term of a text; terms that stand there twice may come twice. */
  ofText(text: string, take: (number: number) => void): void {
    const found = splitPieces(text).map((piece) => this.#piece(piece));
    let words = 0;
    for (const piece of found) words += piece.words;
    if (words === 0 || words > WORDS_LIMIT) {
      for (const term of termsOfText(text)) take(this.#number(term));
      return;
    }
    for (const { terms } of found) for (const number of terms) take(number);
  }

  #piece(text: string): Piece {
    const known = this.#pieces.get(text);
    if (known) return known;
    const { words, terms } = pieceTerms(text);
    const piece = { words, terms: terms.map((term) => this.#number(term)) };
    if (this.#pieces.size >= MAX_PIECES) this.#pieces.clear();
    this.#pieces.set(text, piece);
    return piece;
  }

  #number(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(term, number);
    return number;
  }
}
