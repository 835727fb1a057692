import { type Biquad, headShelf, lowCut } from "../loudness/k-weighting.ts";

/** What K-weighting does to the power of each bin 0 … size / 2 of a spectrum at this rate. */
export function kWeights(sizeSamples: number, rateHz: number): Float64Array {
  const filters = [headShelf(rateHz), { b0: 1, b1: -2, b2: 1, ...lowCut(rateHz) }];
  return Float64Array.from({ length: sizeSamples / 2 + 1 }, (_, bin) => {
    const angle = (2 * Math.PI * bin) / sizeSamples;
    return filters.reduce((power, filter) => power * powerResponse(filter, angle), 1);
  });
}

function powerResponse({ b0, b1, b2, a1, a2 }: Biquad, angle: number): number {
  const magnitude = (c0: number, c1: number, c2: number): number =>
    (c0 + c1 * Math.cos(angle) + c2 * Math.cos(2 * angle)) ** 2 +
    (c1 * Math.sin(angle) + c2 * Math.sin(2 * angle)) ** 2;
  return magnitude(b0, b1, b2) / magnitude(1, a1, a2);
}
