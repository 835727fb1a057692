import { createHash } from "node:crypto";

/** A number from 0 (excluded) to 1 for a custodian and a release: the same everywhere, and unlike for others. */
export function chanceOf(custodian: string, release: string): number {
  const digest = createHash("sha256").update(`${custodian}\0${release}`).digest();
  return (Number(digest.readBigUInt64BE(0) >> 11n) + 1) / (2 ** 53 + 1);
}
