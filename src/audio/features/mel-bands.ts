/** Triangular bands, evenly spaced on the mel scale, as runs of weights over the bins of a power spectrum. */
export class MelBands {
  readonly count: number;
  readonly #firstBin: Uint32Array;
  /** Where the weights of a band begin in `#weights`; one more at the end. */
  readonly #start: Uint32Array;
  readonly #weights: Float64Array;

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
    const starts: number[] = [0];
    const weights: number[] = [];
    for (let band = 0; band < count; band += 1) {
      const [low, centre, high] = [edgeBin(band), edgeBin(band + 1), edgeBin(band + 2)];
      const first = Math.floor(low);
      const last = Math.min(Math.ceil(high), sizeSamples / 2);
      firstBins.push(first);
      for (let bin = first; bin <= last; bin += 1) {
        const rising = (bin - low) / Math.max(centre - low, 1);
        const falling = (high - bin) / Math.max(high - centre, 1);
        weights.push(Math.max(0, Math.min(1, rising, falling)));
      }
      starts.push(weights.length);
    }
    this.count = count;
    this.#firstBin = Uint32Array.from(firstBins);
    this.#start = Uint32Array.from(starts);
    this.#weights = Float64Array.from(weights);
  }

  /** Writes the power in each band of the spectrum `power` to `bands`. */
  measure(power: Float64Array, bands: Float64Array): void {
    const weights = this.#weights;
    for (let band = 0; band < this.count; band += 1) {
      const start = this.#start[band] ?? 0;
      const end = this.#start[band + 1] ?? 0;
      const shift = (this.#firstBin[band] ?? 0) - start;
      let sum = 0;
      for (let i = start; i < end; i += 1) sum += (weights[i] ?? 0) * (power[shift + i] ?? 0);
      bands[band] = sum;
    }
  }
}

function mel(hz: number): number {
  return 2595 * Math.log10(1 + hz / 700);
}

function hertz(mels: number): number {
  return 700 * (10 ** (mels / 2595) - 1);
}
