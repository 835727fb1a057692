/** The two filters of ITU-R BS.1770-4, annex 1, tables 1 and 2, for 48 kHz: b0, b1, b2, a1, a2. */
const SHELF = [
  1.535_124_859_586_97, -2.691_696_189_406_38, 1.198_392_810_852_85, -1.690_659_293_182_41,
  0.732_480_774_215_85,
] as const;
const HIGH_PASS = [1, -2, 1, -1.990_047_454_833_98, 0.990_072_250_366_21] as const;

/** What K-weighting does to the power of each bin 0 … size / 2 of a spectrum at 48 kHz. */
export function kWeights(sizeSamples: number): Float64Array {
  return Float64Array.from({ length: sizeSamples / 2 + 1 }, (_, bin) => {
    const angle = (2 * Math.PI * bin) / sizeSamples;
    return powerResponse(SHELF, angle) * powerResponse(HIGH_PASS, angle);
  });
}

function powerResponse(
  [b0, b1, b2, a1, a2]: readonly [number, number, number, number, number],
  angle: number,
): number {
  const magnitude = (c0: number, c1: number, c2: number): number =>
    (c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle)) ** 2 +
    (c1 * Math.sin(angle) + c2 * Math.sin(2 * angle)) ** 2;
  return magnitude(b0, b1, b2) / magnitude(1, a1, a2);
}
