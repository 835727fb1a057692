import { type Random, randomStream } from "./random.ts";

/** The sounds of a script, its share of all titles (an assumption), and how it joins words. */
interface Script {
  readonly name: string;
  readonly share: number;
  readonly starts: readonly string[];
  readonly middles: readonly string[];
  readonly ends: readonly string[];
  readonly joint: string;
  readonly capitals: boolean;
  /** Characters of a title against one in Latin letters. */
  readonly lengthFactor: number;
}

const split = (text: string): string[] => text.split(" ");
/** Every so many-th character of a range; a plain way to a repertoire of signs. */
const range = (first: number, last: number, step = 1): string[] =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) =>
    String.fromCodePoint(first + index * step),
  );

const LATIN_STARTS = split(
  "b br c ch cl cr d dr f fl fr g gl gr h j k kl l m n p pl pr qu r s sc sh sk sl sm sp st str t th tr v w y z",
);
const NOTHING = [""];

export const SCRIPTS: readonly Script[] = [
  {
    name: "Latin",
    share: 0.74,
    starts: [...LATIN_STARTS, "", ""],
    middles: split("a e i o u a e i o ai ea ee ia ie io oa oo ou"),
    ends: ["", "", "", ...split("n r s l t m nd ng st ck rd ll ss th x y")],
    joint: " ",
    capitals: true,
    lengthFactor: 1,
  },
  {
    name: "Latin with marks",
    share: 0.13,
    starts: [...split("b c ç d f g h j k l m n ñ p r s š t v z ž ł ś č ř đ"), ""],
    middles: split("a e i o u á é í ó ú à è ê ã õ ö ü ä å ø æ ı ő ű ą ę"),
    ends: ["", "", "", ...split("n r s l t m z ń ș ț k")],
    joint: " ",
    capitals: true,
    lengthFactor: 1,
  },
  {
    name: "Cyrillic",
    share: 0.03,
    starts: [...split("б в г д ж з к л м н п р с т ф х ц ч ш щ ст пр кр"), ""],
    middles: split("а е ё и о у ы э ю я а е и о"),
    ends: ["", "", ...split("н р т л й сть ть в")],
    joint: " ",
    capitals: true,
    lengthFactor: 1,
  },
  {
    name: "Greek",
    share: 0.008,
    starts: [...split("β γ δ ζ θ κ λ μ ν ξ π ρ σ τ φ χ ψ"), ""],
    middles: split("α ε η ι ο υ ω ά έ ή ί ό ύ ώ ου αι ει"),
    ends: ["", "", "ς", "ν"],
    joint: " ",
    capitals: true,
    lengthFactor: 1,
  },
  {
    name: "Arabic",
    share: 0.015,
    starts: split("ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ع غ ف ق ك ل م ن ه و ي"),
    middles: split("ا و ي ا و"),
    ends: ["", ...split("ب د ر س ل م ن ة")],
    joint: " ",
    capitals: false,
    lengthFactor: 0.8,
  },
  {
    name: "Hebrew",
    share: 0.004,
    starts: range(0x05d0, 0x05ea),
    middles: split("ו י א"),
    ends: ["", ...split("ם ן ה ת ר ל")],
    joint: " ",
    capitals: false,
    lengthFactor: 0.8,
  },
  {
    name: "Devanagari",
    share: 0.018,
    starts: range(0x0915, 0x0939),
    middles: split("ा ि ी ु ू े ै ो ौ"),
    ends: ["", "", ...split("न र म ल त")],
    joint: " ",
    capitals: false,
    lengthFactor: 0.9,
  },
  {
    name: "Thai",
    share: 0.005,
    starts: range(0x0e01, 0x0e2e),
    middles: split("า ิ ี ึ ื ุ ู ะ"),
    ends: ["", ...split("ง น ม ก")],
    joint: " ",
    capitals: false,
    lengthFactor: 0.8,
  },
  {
    name: "Han",
    share: 0.02,
    starts: range(0x4e00, 0x8e00, 17),
    middles: NOTHING,
    ends: NOTHING,
    joint: "",
    capitals: false,
    lengthFactor: 0.4,
  },
  {
    name: "Kana",
    share: 0.017,
    starts: [...range(0x3042, 0x3062), ...range(0x30ab, 0x30d2)],
    middles: NOTHING,
    ends: ["", "", "", "ー", "ん", "ン"],
    joint: "",
    capitals: false,
    lengthFactor: 0.6,
  },
  {
    name: "Hangul",
    share: 0.013,
    starts: range(0xac00, 0xd788, 13),
    middles: NOTHING,
    ends: NOTHING,
    joint: " ",
    capitals: false,
    lengthFactor: 0.5,
  },
];

/** Words of one script, the most frequent first; frequent ones are short. */
export interface Vocabulary {
  readonly script: Script;
  readonly words: readonly string[];
}

/** The vocabulary of a script: `count` different words, or as many as its sounds allow. */
export function makeVocabulary(seed: number, script: Script, count: number): Vocabulary {
  const random = randomStream(seed, `words ${script.name}`);
  const words = new Set<string>();
  for (let tries = 0; words.size < count && tries < count * 4; tries += 1) {
    words.add(makeWord(script, syllableCount(words.size / count, random), random));
  }
  return { script, words: [...words] };
}

/** A word by its frequency: the k-th is drawn with a weight of about 1 / (k + 12), as Zipf and Mandelbrot have it. */
export function drawWord({ words }: Vocabulary, random: Random): string {
  const place = 12 * (words.length / 12 + 1) ** random.uniform() - 12;
  return words[Math.floor(place)] ?? words[0] ?? "";
}

function syllableCount(rank: number, random: Random): number {
  const draw = random.uniform();
  if (rank < 0.002) return draw < 0.75 ? 1 : 2;
  if (rank < 0.05) return draw < 0.3 ? 1 : draw < 0.85 ? 2 : 3;
  return draw < 0.5 ? 2 : draw < 0.9 ? 3 : 4;
}

function makeWord({ starts, middles, ends, capitals }: Script, syllables: number, random: Random): string {
  let word = "";
  for (let syllable = 0; syllable < syllables; syllable += 1) {
    const isLast = syllable === syllables - 1;
    word +=
      one(starts, random) +
      one(middles, random) +
      (isLast || random.uniform() < 0.25 ? one(ends, random) : "");
  }
  return capitals ? `${word.charAt(0).toUpperCase()}${word.slice(1)}` : word;
}

function one(list: readonly string[], random: Random): string {
  return list[random.below(list.length)] ?? "";
}
