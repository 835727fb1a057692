import { type Random, randomStream } from "./random.ts";

/** Variants of what goes with a popularity; a row takes one of them. */
export const STEP_VARIANTS = 64;

/** What goes with one popularity. */
export interface Step {
  readonly popularity: number;
  /** One of a few estimates, rounded to two digits: streams were published as estimates by popularity. */
  readonly plays: number;
  /** Markets where it can be heard; differences were seen at popularity 10 and more only. */
  readonly marketCount: number | null;
  /** Of an artist. */
  readonly followers: number;
}

/** Plays of the three most popular tracks, as published: one with popularity 100, two with 98. */
const TOP_PLAYS = { 100: [3_075_000_000], 98: [3_137_000_000, 1_124_000_000] } as const;
/** Natural-log growth of plays by a step of popularity, so that 1,000 at 1 become 3.1 G at 100. */
const GROWTH = 0.1509;
/** Makes the mean of unpopular tracks about 147 plays, and their share of all listening about 0.8 %. */
const TAIL_EXPONENT = 5.8;
const MARKETS = 185;

export function* steps(seed: number): Generator<Step> {
  const random = randomStream(seed, "steps");
  for (let popularity = 0; popularity <= 100; popularity += 1) {
    for (let variant = 0; variant < STEP_VARIANTS; variant += 1) {
      yield {
        popularity,
        plays: playsOf(popularity, variant),
        marketCount: popularity < 10 ? null : marketsOf(random),
        followers: Math.max(
          0,
          Math.round(10 ** ((popularity / 100) * 8) * (0.3 + 1.4 * random.uniform())) - 1,
        ),
      };
    }
  }
}

function playsOf(popularity: number, variant: number): number {
  const top = popularity === 100 ? TOP_PLAYS[100] : popularity === 98 ? TOP_PLAYS[98] : null;
  if (top) return top[variant % top.length] ?? top[0];
  if (popularity === 0) return twoDigits(1000 * (((variant % 16) + 0.5) / 16) ** TAIL_EXPONENT);
  return twoDigits(1000 * Math.exp(GROWTH * (popularity - 1)) * (1 + 0.3 * (variant % 4)));
}

function marketsOf(random: Random): number {
  const draw = random.uniform();
  if (draw < 0.7) return MARKETS;
  return draw < 0.9 ? MARKETS - 1 - random.below(4) : 1 + random.below(MARKETS - 1);
}

function twoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}
