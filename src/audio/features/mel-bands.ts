/** Triangular bands, evenly spaced on the mel scale, as runs of weights over the bins of a power spectrum. */
export class MelBands {
  readonly count: number;
  readonly #firstBin: Uint32Array;
  readonly #weights: readonly Float64Array[];

  /** Mel scale as in O'Shaughnessy, *Speech Communication* (1987): 2595 · log10(1 + f / 700). */
  constructor(options: {
    readonly count: number;
    readonly fromHz: number;
    readonly toHz: number;
    readonly sizeSamples: number;
    readonly rateHz: number;
  }) {
    const { count, fromHz, toHz, sizeSamples, rateHz } = options;
    const from = mel(fromHz);
    const step = (mel(toHz) - from) / (count + 1);
    const edgeBin = (index: number): number => (hertz(from + step * index) * sizeSamples) / rateHz;
    const firstBins: number[] = [];
    const weights: Float64Array[] = [];
    for (let band = 0; band < count; band += 1) {
      const [low, centre, high] = [edgeBin(band), edgeBin(band + 1), edgeBin(band + 2)];
      const first = Math.floor(low);
      const last = Math.min(Math.ceil(high), sizeSamples / 2);
      firstBins.push(first);
      weights.push(
        Float64Array.from({ length: last - first + 1 }, (_, i) => {
          const bin = first + i;
          const rising = (bin - low) / Math.max(centre - low, 1);
          const falling = (high - bin) / Math.max(high - centre, 1);
          return Math.max(0, Math.min(1, rising, falling));
        }),
      );
    }
    this.count = count;
    this.#firstBin = Uint32Array.from(firstBins);
    this.#weights = weights;
  }

  /** Power in band `band` of `power`. */
  power(power: Float64Array, band: number): number {
    const weights = this.#weights[band];
    const first = this.#firstBin[band] ?? 0;
    let sum = 0;
    if (weights === undefined) return 0;
    for (let i = 0; i < weights.length; i += 1) sum += (weights[i] ?? 0) * (power[first + i] ?? 0);
    return sum;
  }
}

function mel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function hertz(mels: number): number {
  return 700 * (10 ** (mels / 2595) - 1);
}
