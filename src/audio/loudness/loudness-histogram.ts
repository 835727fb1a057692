/** What is quieter has no loudness: the absolute gate of EBU R 128. */
export const GATE_LUFS = -70;
const LOUDEST_LUFS = 10;
const BINS_PER_LU = 100;
const BINS: number = (LOUDEST_LUFS - GATE_LUFS) * BINS_PER_LU;

/** LUFS of a weighted mean square: ITU-R BS.1770-5, annex 1, equation 2. */
export function lufsOf(meanSquare: number): number {
  return 10 * Math.log10(meanSquare) - 0.691;
}

/**
 * The powers of any number of windows in bounded memory: how many fall in each hundredth of an LU, and their sum. Means
 * are exact; only the place of a gate or of a percentile is off by up to 0.01 LU.
 */
export class LoudnessHistogram {
  readonly #counts = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);

  /** Takes in a window of mean square `meanSquare`, unless it is below the absolute gate. */
  add(meanSquare: number): void {
    const bin = Math.min(BINS - 1, Math.floor((lufsOf(meanSquare) - GATE_LUFS) * BINS_PER_LU));
    if (!(bin >= 0)) return;
    this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    this.#sums[bin] = (this.#sums[bin] ?? 0) + meanSquare;
  }

  /** Takes in `count` windows of about `lufs`. */
  addMany(lufs: number, count: number): void {
    const bin = Math.min(BINS - 1, Math.floor((lufs - GATE_LUFS) * BINS_PER_LU));
    if (!(bin >= 0)) return;
    this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
    this.#sums[bin] = (this.#sums[bin] ?? 0) + count * 10 ** ((lufs + 0.691) / 10);
  }

  /** The mean of all windows within `belowMeanLu` of the mean of all, in LUFS; null without any window. */
  gatedLufs(belowMeanLu: number): number | null {
    const mean = this.#meanFrom(0);
    return mean === null ? null : this.#meanFrom(binOf(mean - belowMeanLu));
  }

  /** From the quieter to the louder of two percentiles of the windows within `belowMeanLu` of their mean, in LU. */
  rangeLu(belowMeanLu: number, quieterShare: number, louderShare: number): number | null {
    const mean = this.#meanFrom(0);
    if (mean === null) return null;
    const first = binOf(mean - belowMeanLu);
    return (this.#percentile(first, louderShare) - this.#percentile(first, quieterShare)) / BINS_PER_LU;
  }

  /** How many windows there are in each bin of `1 / binsPerLu` LU from the absolute gate up. */
  counts(binsPerLu: number): number[] {
    const perBin = BINS_PER_LU / binsPerLu;
    return Array.from({ length: Math.ceil(BINS / perBin) }, (_, bin) =>
      this.#counts.subarray(bin * perBin, (bin + 1) * perBin).reduce((sum, count) => sum + count, 0),
    );
  }

  #meanFrom(first: number): number | null {
    let windows = 0;
    let sum = 0;
    for (let bin = first; bin < BINS; bin += 1) {
      windows += this.#counts[bin] ?? 0;
      sum += this.#sums[bin] ?? 0;
    }
    return windows === 0 ? null : lufsOf(sum / windows);
  }

  /** The bin in which the window of that rank lies. */
  #percentile(first: number, share: number): number {
    let windows = 0;
    for (let bin = first; bin < BINS; bin += 1) windows += this.#counts[bin] ?? 0;
    let rank = Math.round((windows - 1) * share);
    let bin = first;
    while (bin < BINS && rank >= (this.#counts[bin] ?? 0)) {
      rank -= this.#counts[bin] ?? 0;
      bin += 1;
    }
    return bin;
  }
}

function binOf(lufs: number): number {
  return Math.max(0, Math.floor((lufs - GATE_LUFS) * BINS_PER_LU));
}
