import { BLOCK } from "./twin-size.ts";

/** Recordings of one registrant, in a block: so many registrants follow each other. */
const RECORDINGS_PER_REGISTRANT = BLOCK.recordings / 8;
/** Registrants give numbers in 25 years, 2001 to 2025. */
const RECORDINGS_PER_YEAR = Math.ceil(RECORDINGS_PER_REGISTRANT / 25);
const CODES_PER_COUNTRY = 36 ** 3;
const NUMBERS = 10_000_000;

/** Blocks by the first two letters of their ISRCs. No public table was found: assumed weights, to make the field plausible. */
const PREFIX_WEIGHTS: readonly (readonly [prefix: string, weight: number])[] = [
  ["AR", 0.008],
  ["AU", 0.015],
  ["BK", 0.01],
  ["BR", 0.02],
  ["BX", 0.02],
  ["CA", 0.015],
  ["DE", 0.06],
  ["ES", 0.02],
  ["FI", 0.006],
  ["FR", 0.04],
  ["FX", 0.01],
  ["GB", 0.09],
  ["GX", 0.01],
  ["IN", 0.04],
  ["IT", 0.02],
  ["JP", 0.03],
  ["KR", 0.015],
  ["MX", 0.012],
  ["NL", 0.03],
  ["NO", 0.006],
  ["PL", 0.01],
  ["QM", 0.07],
  ["QT", 0.02],
  ["QZ", 0.22],
  ["RU", 0.008],
  ["SE", 0.02],
  ["TC", 0.02],
  ["UK", 0.01],
  ["US", 0.14],
  ["US", 0.06],
];

/** The packed ISRC, without the last digits, with which each block starts; ascending. */
export function blockIsrcs(blocks: number): readonly number[] {
  const total = PREFIX_WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);
  let done = 0;
  const prefixes = PREFIX_WEIGHTS.flatMap(([prefix, weight]) => {
    const from = Math.round((done / total) * blocks);
    done += weight;
    return new Array<string>(Math.round((done / total) * blocks) - from).fill(prefix);
  });
  const counts = new Map<string, number>();
  for (const prefix of prefixes) counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  const seen = new Map<string, number>();
  return prefixes.map((prefix) => {
    const number = seen.get(prefix) ?? 0;
    seen.set(prefix, number + 1);
    const spacing = Math.floor(CODES_PER_COUNTRY / (counts.get(prefix) ?? 1));
    if (spacing < 8) throw new RangeError(`too many blocks for the prefix ${prefix}`);
    const country = (prefix.charCodeAt(0) - 65) * 26 + prefix.charCodeAt(1) - 65;
    return (country * CODES_PER_COUNTRY + number * spacing) * NUMBERS;
  });
}

/** What a recording of a block adds to that: its registrant, year and number; ascending by 4 or more. */
export function isrcOffset(recording: number): number {
  const ofRegistrant = recording % RECORDINGS_PER_REGISTRANT;
  const year = 1 + Math.floor(ofRegistrant / RECORDINGS_PER_YEAR);
  const number = 1 + (ofRegistrant % RECORDINGS_PER_YEAR) * 4;
  return Math.floor(recording / RECORDINGS_PER_REGISTRANT) * NUMBERS + year * 100_000 + number;
}
