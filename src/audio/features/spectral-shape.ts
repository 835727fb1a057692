/** Means over the frames of a track that are not silent, at 22050 Hz. */
export interface SpectralShape {
  /** Centre of gravity of the power spectrum. */
  readonly centroidHz: number;
  /** Geometric over arithmetic mean of the power of the bins: 0 is a tone, 1 is white noise. */
  readonly flatness: number;
}

/** Frames whose mean power per bin is below this are silence: -90 dBFS and less. */
const SILENCE = 1e-6;
const SMALLEST = 1e-12;

/** Centroid and flatness (Peeters, *A large set of audio features*, 2004, 6.1.1 and 6.6). */
export class SpectralShapeMeter {
  readonly #binHz: number;
  #centroidSum = 0;
  #flatnessSum = 0;
  #frames = 0;

  constructor(rateHz: number, sizeSamples: number) {
    this.#binHz = rateHz / sizeSamples;
  }

  /** `power`: bins 0 … size / 2 of one frame. */
  push(power: Float64Array): void {
    let sum = 0;
    let moment = 0;
    let product = 1;
    let logSum = 0;
    for (let bin = 1; bin < power.length; bin += 1) {
      const value = (power[bin] ?? 0) + SMALLEST;
      sum += value;
      moment += value * bin;
      product *= value;
      // One logarithm for many factors, taken before they run out of range.
      if (product < 1e-200 || product > 1e200) {
        logSum += Math.log(product);
        product = 1;
      }
    }
    const bins = power.length - 1;
    if (sum / bins < SILENCE) return;
    this.#centroidSum += (moment / sum) * this.#binHz;
    this.#flatnessSum += Math.exp((logSum + Math.log(product)) / bins) / (sum / bins);
    this.#frames += 1;
  }

  finish(): SpectralShape | null {
    if (this.#frames === 0) return null;
    return { centroidHz: this.#centroidSum / this.#frames, flatness: this.#flatnessSum / this.#frames };
  }
}
