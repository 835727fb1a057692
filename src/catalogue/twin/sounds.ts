import { type Random, randomStream } from "./random.ts";

/** Rows of each table of sounds; a recording takes one row of each, so that few recordings agree in all of them. */
export const SOUND_ROWS = 1 << 16;

export interface Timbre {
  readonly energy: number;
  readonly loudnessDb: number;
  readonly acousticness: number;
  readonly instrumentalness: number;
  readonly speechiness: number;
}

export interface Rhythm {
  readonly danceability: number;
  readonly valence: number;
  readonly liveness: number;
  readonly tempoBpm: number;
  readonly timeSignature: number;
  readonly key: number;
  readonly mode: number;
}

export interface Length {
  readonly durationMs: number;
  readonly isExplicit: boolean;
}

/** Share of recordings by pitch class, C first: C and G major lead, as published; the rest is an assumption. */
const MAJOR_SHARES = [
  0.103, 0.064, 0.087, 0.024, 0.052, 0.058, 0.033, 0.099, 0.049, 0.064, 0.032, 0.037,
] as const;
const MINOR_SHARES = [
  0.023, 0.029, 0.025, 0.009, 0.029, 0.026, 0.024, 0.026, 0.013, 0.041, 0.021, 0.032,
] as const;
const TIME_SIGNATURE_SHARES = [
  [4, 0.88],
  [3, 0.09],
  [5, 0.02],
  [1, 0.01],
] as const;
const EXPLICIT_SHARE = 0.135;

export function* timbres(seed: number, rows: number): Generator<Timbre> {
  const random = randomStream(seed, "timbre");
  for (let row = 0; row < rows; row += 1) {
    const strength = random.normal();
    const energy = clamp(0.62 + 0.23 * strength, 0.001, 0.999);
    const loudnessDb = clamp(
      -9.2 + 3.3 * strength + 1.9 * random.normal() - 1.5 * random.uniform() ** 6,
      -45,
      1.5,
    );
    const acousticness = clamp(random.uniform() ** 2.2 - 0.16 * strength, 0, 0.996);
    const isInstrumental = random.uniform() < 0.22;
    const instrumentalness = isInstrumental
      ? 0.5 + 0.47 * Math.sqrt(random.uniform())
      : Math.max(0, random.uniform() ** 9 * 0.5 - 0.01);
    const speechiness = clamp(
      0.028 + 0.05 * random.uniform() ** 4 + 0.5 * random.uniform() ** 14,
      0.022,
      0.96,
    );
    yield {
      energy: round(energy, 1000),
      loudnessDb: round(loudnessDb, 100),
      acousticness: round(acousticness, 1000),
      instrumentalness: round(instrumentalness, 1000),
      speechiness: round(speechiness, 1000),
    };
  }
}

export function* rhythms(seed: number, rows: number): Generator<Rhythm> {
  const random = randomStream(seed, "rhythm");
  const keys = [
    ...MAJOR_SHARES.map((share, key) => ({ key, mode: 1, share })),
    ...MINOR_SHARES.map((share, key) => ({ key, mode: 0, share })),
  ];
  for (let row = 0; row < rows; row += 1) {
    const groove = random.normal();
    const { key, mode } = pick(keys, random);
    yield {
      danceability: round(clamp(0.57 + 0.16 * groove, 0.05, 0.985), 1000),
      valence: round(clamp(0.48 + 0.1 * groove + 0.22 * random.normal(), 0.02, 0.985), 1000),
      liveness: round(clamp(0.06 + 0.12 * random.uniform() + 0.6 * random.uniform() ** 9, 0.01, 0.99), 1000),
      tempoBpm: round(clamp(120 + 27 * random.normal(), 40, 220), 10),
      timeSignature: pickValue(TIME_SIGNATURE_SHARES, random),
      key,
      mode,
    };
  }
}

export function* lengths(seed: number, rows: number, minutePeaks: boolean): Generator<Length> {
  const random = randomStream(seed, "length");
  for (let row = 0; row < rows; row += 1) {
    const seconds = (minutePeaks ? wholeMinutes(random) : null) ?? anySeconds(random);
    yield {
      durationMs: Math.round(clamp(seconds, 4, 4_500) * 1000),
      // Spread evenly, so that the share is met however few the rows.
      isExplicit: (row * 40_503) % 65_536 < EXPLICIT_SHARE * 65_536,
    };
  }
}

/** Clusters around whole minutes, 2, 3 and 4 above all; null for most. How large they are was not published. */
function wholeMinutes(random: Random): number | null {
  const draw = random.uniform();
  if (draw >= 0.06) return null;
  const minutes = draw < 0.018 ? 2 : draw < 0.04 ? 3 : draw < 0.053 ? 4 : draw < 0.057 ? 1 : 5;
  return minutes * 60 + 0.6 * random.normal();
}

function anySeconds(random: Random): number {
  const long = random.uniform() < 0.03 ? -200 * Math.log(1 - random.uniform()) : 0;
  const body = 196 + 64 * random.normal() - 16 * Math.log(1 - random.uniform()) + long;
  return body < 20 ? 20 + 60 * random.uniform() : body;
}

function pick<T extends { readonly share: number }>(
  list: readonly [T, ...T[]] | readonly T[],
  random: Random,
): T {
  let left = random.uniform() * list.reduce((sum, { share }) => sum + share, 0);
  for (const item of list) {
    left -= item.share;
    if (left < 0) return item;
  }
  const last = list.at(-1);
  if (!last) throw new TypeError("nothing to pick from");
  return last;
}

function pickValue(shares: readonly (readonly [value: number, share: number])[], random: Random): number {
  return pick(
    shares.map(([value, share]) => ({ value, share })),
    random,
  ).value;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Rounded to 1/parts. */
function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
