/** Tracks by whole seconds, as `secondCounts` gives them. */
export interface SecondCount {
  readonly seconds: number;
  readonly tracks: number;
}

/** What the test found at one whole minute, in the window where it is clearest. */
export interface MinutePeak {
  readonly minute: number;
  /** Seconds to either side of the minute that the window takes in. */
  readonly windowSeconds: number;
  readonly observed: number;
  /** What the smooth neighbourhood leads one to expect there. */
  readonly expected: number;
  readonly z: number;
  /** One-sided, times the number of tests made. */
  readonly pAdjusted: number;
  readonly isCluster: boolean;
}

const LAST_MINUTE = 10;
const WINDOWS_SECONDS = [1, 4] as const;
/** The neighbourhood: seconds this far from the minute. Clusters a few seconds wide stay out of it. */
const NEAR_SECONDS = 12;
const FAR_SECONDS = 28;
const MIN_EXPECTED = 20;
const MAX_P = 0.001;
/** Less than this beyond the expected is no cluster, however certain. */
const MIN_EXCESS = 0.05;

/**
 * Is there a cluster of durations at whole minutes? For each of the first ten minutes a curve (Poisson regression, the
 * logarithm of the count quadratic in the seconds) is fitted to the seconds between 12 and 28 away from it on both sides,
 * and the count within 1 or 4 seconds of the minute compared with it. The variance takes in the uncertainty of the curve
 * and, when the neighbourhood scatters more than Poisson counts do, that scatter. P values are multiplied by the number of
 * tests (Bonferroni). Minutes with too few tracks are left out.
 */
export function testMinutePeaks(counts: readonly SecondCount[]): readonly MinutePeak[] {
  const bySecond = new Map(counts.map(({ seconds, tracks }) => [seconds, tracks]));
  const found = Array.from({ length: LAST_MINUTE }, (_, at) => testMinute(bySecond, at + 1)).flat();
  const tests = found.length;
  const adjusted = found.map(({ p, ...rest }): MinutePeak => {
    const pAdjusted = Math.min(1, p * tests);
    const excess = rest.observed / rest.expected - 1;
    return { ...rest, pAdjusted, isCluster: pAdjusted < MAX_P && excess >= MIN_EXCESS };
  });
  const minutes = [...new Set(adjusted.map(({ minute }) => minute))];
  return minutes.flatMap((minute) => {
    const ofMinute = adjusted.filter((peak) => peak.minute === minute);
    return ofMinute.toSorted((a, b) => Number(b.isCluster) - Number(a.isCluster) || b.z - a.z).slice(0, 1);
  });
}

type Vector3 = readonly [number, number, number];

function testMinute(
  bySecond: ReadonlyMap<number, number>,
  minute: number,
): readonly (Omit<MinutePeak, "pAdjusted" | "isCluster"> & { readonly p: number })[] {
  const at = (offset: number): number => bySecond.get(minute * 60 + offset) ?? 0;
  const offsets = Array.from({ length: 2 * FAR_SECONDS + 1 }, (_, index) => index - FAR_SECONDS);
  const around = offsets.filter((offset) => Math.abs(offset) >= NEAR_SECONDS);
  const fit = fitCurve(around.map((offset) => ({ x: basis(offset), count: at(offset) })));
  if (!fit) return [];
  return WINDOWS_SECONDS.flatMap((windowSeconds) => {
    const inside = offsets.filter((offset) => Math.abs(offset) <= windowSeconds);
    const means = inside.map((offset) => ({
      x: basis(offset),
      mean: Math.exp(dot(fit.coefficients, basis(offset))),
    }));
    const expected = means.reduce((sum, { mean }) => sum + mean, 0);
    if (expected < MIN_EXPECTED) return [];
    const gradient = means.reduce<Vector3>((sum, { x, mean }) => addScaled(sum, x, mean), [0, 0, 0]);
    const variance = fit.dispersion * (expected + dot(gradient, multiply(fit.inverse, gradient)));
    const observed = inside.reduce((sum, offset) => sum + at(offset), 0);
    const z = (observed - expected) / Math.sqrt(variance);
    return [{ minute, windowSeconds, observed, expected, z, p: upperTail(z) }];
  });
}

function basis(offset: number): Vector3 {
  const t = offset / FAR_SECONDS;
  return [1, t, t * t];
}

interface Fit {
  readonly coefficients: Vector3;
  /** Inverse of the information matrix: the covariance of the coefficients, but for the dispersion. */
  readonly inverse: readonly [Vector3, Vector3, Vector3];
  /** Pearson's chi-squared over its degrees of freedom, at least 1. */
  readonly dispersion: number;
}

/** Poisson regression by iterated weighted least squares; null without counts to fit. */
function fitCurve(points: readonly { readonly x: Vector3; readonly count: number }[]): Fit | null {
  const total = points.reduce((sum, { count }) => sum + count, 0);
  if (total < points.length) return null;
  let coefficients: Vector3 = [Math.log(total / points.length), 0, 0];
  for (let round = 0; round < 50; round += 1) {
    const { inverse, score } = information(points, coefficients);
    if (!inverse) return null;
    const step = multiply(inverse, score);
    coefficients = addScaled(coefficients, step, 1);
    if (Math.max(...step.map(Math.abs)) < 1e-10) break;
  }
  const { inverse } = information(points, coefficients);
  if (!inverse || !coefficients.every(Number.isFinite)) return null;
  const chiSquared = points.reduce((sum, { x, count }) => {
    const mean = Math.exp(dot(coefficients, x));
    return sum + (count - mean) ** 2 / mean;
  }, 0);
  return { coefficients, inverse, dispersion: Math.max(1, chiSquared / (points.length - 3)) };
}

function information(
  points: readonly { readonly x: Vector3; readonly count: number }[],
  coefficients: Vector3,
): { readonly inverse: Fit["inverse"] | null; readonly score: Vector3 } {
  let rows: [Vector3, Vector3, Vector3] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  let score: Vector3 = [0, 0, 0];
  for (const { x, count } of points) {
    const mean = Math.exp(dot(coefficients, x));
    rows = [
      addScaled(rows[0], x, mean * x[0]),
      addScaled(rows[1], x, mean * x[1]),
      addScaled(rows[2], x, mean * x[2]),
    ];
    score = addScaled(score, x, count - mean);
  }
  return { inverse: invert(rows), score };
}

function invert([a, b, c]: Fit["inverse"]): Fit["inverse"] | null {
  const [r0, r1, r2] = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = dot(a, r0);
  if (!Number.isFinite(determinant) || determinant === 0) return null;
  // The columns of the inverse; the matrix is symmetric, and so is its inverse.
  const over = (v: Vector3): Vector3 => [v[0] / determinant, v[1] / determinant, v[2] / determinant];
  return [over(r0), over(r1), over(r2)];
}

function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function addScaled(a: Vector3, b: Vector3, scale: number): Vector3 {
  return [a[0] + b[0] * scale, a[1] + b[1] * scale, a[2] + b[2] * scale];
}

function multiply(matrix: Fit["inverse"], v: Vector3): Vector3 {
  return [dot(matrix[0], v), dot(matrix[1], v), dot(matrix[2], v)];
}

/** P(Z > z) of the standard normal: Abramowitz and Stegun 26.2.17, to 7.5e-8; beyond 5 the first term of 26.2.12. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > 5) return density / z;
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t + 0.31938153) * t;
  return density * series;
}
