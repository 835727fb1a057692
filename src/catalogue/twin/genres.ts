import { randomStream } from "./random.ts";

export const GENRE_ROWS = 1 << 18;

/** Artists of the published catalogue, and the rows that say which genres they have: most have none. */
const ARTISTS = 15_430_442;
const GENRE_ROWS_IN_ALL = 2_229_947;

/** Artists by genre in the published catalogue. */
export const PUBLISHED_GENRES: readonly (readonly [genre: string, artists: number])[] = [
  ["electronic/dance", 520_075],
  ["rock", 370_179],
  ["world/traditional", 202_529],
  ["opera", 22_800],
  ["choral", 21_200],
  ["chamber music", 20_500],
];
/** Others, with assumed weights, that share the rest of the rows. */
const OTHER_GENRES = [
  "pop",
  "hip hop",
  "latin",
  "classical",
  "jazz",
  "folk",
  "metal",
  "country",
  "r&b",
  "blues",
  "reggae",
  "soundtrack",
  "gospel",
  "punk",
  "ambient",
  "children's music",
  "easy listening",
  "funk",
  "soul",
  "comedy",
  "new age",
  "brass band",
  "spoken word",
  "experimental",
  "singer-songwriter",
  "ska",
  "lo-fi",
  "flamenco",
  "bossa nova",
  "tango",
  "swing",
  "polka",
] as const;

export interface GenreRow {
  /** Artists take one of `GENRE_ROWS` rows of genres, most of which are empty. */
  readonly row: number;
  readonly position: number;
  readonly genre: string;
}

export function* genreRows(seed: number): Generator<GenreRow> {
  const random = randomStream(seed, "genres");
  const left = genreCounts();
  const withGenres = Math.round((GENRE_ROWS * GENRE_ROWS_IN_ALL) / ARTISTS / 1.9);
  const lists: string[][] = Array.from({ length: withGenres }, () => []);
  for (const [genre, count] of left) {
    for (let placed = 0; placed < count; ) {
      const list = lists[random.below(withGenres)];
      if (!list || list.length >= 6 || list.includes(genre)) continue;
      list.push(genre);
      placed += 1;
    }
  }
  for (const [row, list] of lists.entries()) {
    for (const [position, genre] of list.entries())
      yield { row: row * 5 + (row % 5), position: position + 1, genre };
  }
}

function genreCounts(): (readonly [genre: string, count: number])[] {
  const scale = GENRE_ROWS / ARTISTS;
  const published = PUBLISHED_GENRES.map(([genre, artists]) => [genre, Math.round(artists * scale)] as const);
  const rest = Math.round(GENRE_ROWS_IN_ALL * scale) - published.reduce((sum, [, count]) => sum + count, 0);
  const weights = OTHER_GENRES.map((_, place) => 1 / (place + 4));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [
    ...published,
    ...OTHER_GENRES.map(
      (genre, place) => [genre, Math.round(((weights[place] ?? 0) / total) * rest)] as const,
    ),
  ];
}
