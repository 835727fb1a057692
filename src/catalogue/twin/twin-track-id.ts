import { randomStream } from "./random.ts";

const TWO_64 = 1n << 64n;
const MASK_32 = 0xffff_ffffn;

/** The 64-bit numbers are cut into as many equal steps as there are tracks; each track's id is somewhere in its own. */
export function trackStep(tracks: number): bigint {
  return TWO_64 / BigInt(tracks);
}

export function trackStepKey(seed: number): number {
  return randomStream(seed, "track ids").next();
}

/**
 * The id of the track whose key in its source is the decimal number `rank` (0 to tracks - 1): it is not the hash that other
 * sources' tracks have, but constructed, so that tracks are made in the order of their ids.
 */
export function twinTrackId(rank: number, tracks: number, seed: number): bigint {
  const step = trackStep(tracks);
  return BigInt(rank) * step + (mix(BigInt(rank), BigInt(trackStepKey(seed))) % step);
}

/** As `twin_mix` in macros.sql. */
function mix(number: bigint, key: bigint): bigint {
  const first = (number ^ key) * 1640531527n;
  const second = ((first ^ (first >> 32n)) & MASK_32) * 1540483477n;
  return second ^ (second >> 29n);
}
