import { type Random, randomStream } from "./random.ts";
import { drawWord, makeVocabulary, SCRIPTS, type Vocabulary } from "./words.ts";

/** A title or name is a phrase of the first range, and one of the second after it. */
export interface Shape {
  readonly headStart: number;
  readonly headCount: number;
  readonly tailStart: number;
  readonly tailCount: number;
}

export interface PhraseBook {
  /** The first is empty: the tail of what has none. */
  readonly phrases: readonly string[];
  readonly titleShapes: readonly Shape[];
  readonly nameShapes: readonly Shape[];
}

export const SHAPES = 4096;

/** Characters of track titles at percentiles of 1,000 Discogs releases (CC0): 8,932 tracks, mean 17.67. */
export const TITLE_CHARACTERS: readonly (readonly [percentile: number, characters: number])[] = [
  [0, 2],
  [1, 3],
  [5, 5],
  [25, 10],
  [50, 15],
  [75, 22],
  [95, 39],
  [99, 55],
  [100, 90],
];
/** Characters of artists' names: an assumption. */
const NAME_CHARACTERS: typeof TITLE_CHARACTERS = [
  [0, 3],
  [5, 5],
  [25, 9],
  [50, 12],
  [75, 15],
  [95, 22],
  [100, 40],
];
/** Titles that say that they are instrumental, karaoke or backing versions: 2,807,404 of 256,039,007. */
export const VARIANT_SHARE = 0.011;
const VARIANT_TAILS = [" - Instrumental", " (Instrumental)", " (Karaoke Version)", " (Backing Track)"];
const VERSION_SHARE = 0.07;
const VERSION_TAILS = [
  " - Live",
  " (Live)",
  " - Remix",
  " - Radio Edit",
  " (Acoustic)",
  " - Remastered",
  " (Demo)",
  " - Extended Mix",
];
/** What scripts with short words, and words that do not fill a phrase, take away from the lengths. */
const LENGTH_CORRECTION = 1.09;
/** Shorter ones are one phrase. */
const TWO_PARTS_FROM = 8;

/** Phrases for titles and names, with the ranges from which each of 4,096 shapes takes its parts. */
export function makePhraseBook(seed: number, size: number): PhraseBook {
  const random = randomStream(seed, "phrases");
  const book = new Book(seed, size, random);
  const titleShapes = makeShapes(book, TITLE_CHARACTERS, random, VARIANT_SHARE, VERSION_SHARE);
  const nameShapes = makeShapes(book, NAME_CHARACTERS, random, 0, 0);
  return { phrases: book.phrases, titleShapes, nameShapes };
}

/** Phrases in runs of one script and one length, each run made when it is first asked for. */
class Book {
  readonly phrases: string[] = [""];
  readonly #vocabularies: readonly Vocabulary[];
  readonly #runs = new Map<string, { readonly start: number; readonly count: number }>();
  readonly #size: number;
  readonly #random: Random;

  constructor(seed: number, size: number, random: Random) {
    this.#size = size;
    this.#random = random;
    this.#vocabularies = SCRIPTS.map((script) =>
      makeVocabulary(seed, script, Math.max(200, Math.round(size * 0.9 * script.share ** 0.7 * 0.45))),
    );
  }

  run(
    script: number,
    characters: number,
    isTail: boolean,
  ): { readonly start: number; readonly count: number } {
    const vocabulary = this.#vocabularies[script];
    const id = `${script} ${characters} ${isTail}`;
    const known = this.#runs.get(id);
    if (known || !vocabulary) return known ?? { start: 0, count: 1 };
    // Lengths of 2 to 20 characters hold most; longer runs may be short.
    const count = Math.max(
      16,
      Math.round((this.#size * vocabulary.script.share ** 0.8) / (characters < 22 ? 56 : 280)),
    );
    return this.#add(
      id,
      Array.from({ length: count }, () => {
        const phrase = makePhrase(vocabulary, characters, this.#random);
        return isTail ? vocabulary.script.joint + phrase : phrase;
      }),
    );
  }

  list(phrases: readonly string[]): { readonly start: number; readonly count: number } {
    const id = `list ${phrases[0]}`;
    return this.#runs.get(id) ?? this.#add(id, phrases);
  }

  #add(id: string, phrases: readonly string[]): { readonly start: number; readonly count: number } {
    const run = { start: this.phrases.length, count: phrases.length };
    for (const phrase of phrases) this.phrases.push(phrase);
    this.#runs.set(id, run);
    return run;
  }
}

function makeShapes(
  book: Book,
  lengths: typeof TITLE_CHARACTERS,
  random: Random,
  variants: number,
  versions: number,
): Shape[] {
  return Array.from({ length: SHAPES }, (_, index) => {
    const script = drawScript(random);
    const { lengthFactor, joint } = SCRIPTS[script] ?? { lengthFactor: 1, joint: " " };
    const characters =
      charactersAt(((index + 0.5) / SHAPES) * 100, lengths) * lengthFactor * LENGTH_CORRECTION;
    const wanted = Math.max(2, Math.round(characters));
    const draw = random.uniform();
    const tails = draw < variants ? VARIANT_TAILS : draw < variants + versions ? VERSION_TAILS : null;
    if (tails) {
      const head = book.run(script, Math.max(2, Math.min(40, wanted - 10)), false);
      const tail = book.list(tails);
      return { headStart: head.start, headCount: head.count, tailStart: tail.start, tailCount: tail.count };
    }
    const hasTail = wanted >= TWO_PARTS_FROM * Math.sqrt(lengthFactor);
    const headLength = hasTail ? Math.round(wanted * (0.35 + 0.3 * random.uniform())) : wanted;
    const head = book.run(script, headLength, false);
    const tail = hasTail
      ? book.run(script, Math.max(1, wanted - headLength - joint.length), true)
      : { start: 0, count: 1 };
    return { headStart: head.start, headCount: head.count, tailStart: tail.start, tailCount: tail.count };
  });
}

function drawScript(random: Random): number {
  let left = random.uniform();
  const index = SCRIPTS.findIndex(({ share }) => {
    left -= share;
    return left < 0;
  });
  return Math.max(0, index);
}

function charactersAt(percentile: number, lengths: typeof TITLE_CHARACTERS): number {
  const upper = lengths.findIndex(([at]) => at >= percentile);
  const [high, most] = lengths[upper] ?? [100, 1];
  const [low, least] = lengths[upper - 1] ?? [high, most];
  return high === low ? most : least + ((most - least) * (percentile - low)) / (high - low);
}

/** Words until about so many characters are there; the best of a few last words, or the end cut off. */
function makePhrase(vocabulary: Vocabulary, characters: number, random: Random): string {
  const { joint } = vocabulary.script;
  let phrase = drawWord(vocabulary, random);
  for (let tries = 0; phrase.length < characters - 1 && tries < 60; tries += 1) {
    const longer = phrase + joint + drawWord(vocabulary, random);
    if (longer.length <= characters + 1 || tries > 8) phrase = longer;
  }
  for (let tries = 0; phrase.length > characters + 1 && tries < 6; tries += 1)
    phrase = drawWord(vocabulary, random);
  return phrase.slice(0, characters + 1).trimEnd();
}
