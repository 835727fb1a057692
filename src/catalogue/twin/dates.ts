import { randomStream } from "./random.ts";

export const DATE_ROWS = 65_536;

export interface ReleaseDate {
  readonly date: string;
  readonly precision: "day" | "year";
}

/**
 * Share of albums by year: more than 10 M of 58.6 M are dated 2023, as published, and the catalogue was cut off in July
 * 2025; the rest is an assumption of steady growth.
 */
const YEAR_SHARES: readonly (readonly [year: number, share: number])[] = [
  [2025, 0.085],
  [2024, 0.158],
  [2023, 0.179],
  [2022, 0.122],
  [2021, 0.1],
  [2020, 0.08],
  [2019, 0.06],
];
const FIRST_YEAR = 1950;
const YEARS_PER_E_FOLD = 5.5;

export function* releaseDates(seed: number): Generator<ReleaseDate> {
  const random = randomStream(seed, "dates");
  for (let row = 0; row < DATE_ROWS; row += 1) {
    const year = yearAt((row + 0.5) / DATE_ROWS);
    const isYear = random.uniform() < (year < 1990 ? 0.5 : year < 2005 ? 0.12 : 0.004);
    const month = 1 + random.below(year === 2025 ? 7 : 12);
    const day = 1 + random.below(28);
    yield isYear
      ? { date: `${year}`, precision: "year" }
      : {
          date: `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`,
          precision: "day",
        };
  }
}

function yearAt(quantile: number): number {
  let left = quantile;
  for (const [year, share] of YEAR_SHARES) {
    if (left < share) return year;
    left -= share;
  }
  const rest = 1 - YEAR_SHARES.reduce((sum, [, share]) => sum + share, 0);
  const back = -YEARS_PER_E_FOLD * Math.log(1 - left / rest);
  return Math.max(FIRST_YEAR, 2018 - Math.floor(back));
}
