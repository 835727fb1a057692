import { PowerSpectrum } from "./fft.ts";

/** Each window of the envelope is 11.9 s long; windows overlap by half. */
export const WINDOW_VALUES = 1024;
/** Delays that are kept: up to 5.9 s. */
export const DELAYS = 512;

/**
 * How like itself the onset envelope is after a delay, over the whole track: autocorrelations of windows of twelve
 * seconds, added up. Memory does not depend on the length of the track.
 */
export class Tempogram {
  readonly #window = new Float64Array(WINDOW_VALUES);
  readonly #padded = new Float32Array(2 * WINDOW_VALUES);
  readonly #forward = new PowerSpectrum(2 * WINDOW_VALUES);
  readonly #sum = new Float64Array(DELAYS);
  #fill = 0;
  #windows = 0;
  #since = 0;

  push(value: number): void {
    this.#window[this.#fill] = value;
    this.#fill += 1;
    this.#since += 1;
    if (this.#fill === WINDOW_VALUES) {
      this.#add(WINDOW_VALUES);
      this.#window.copyWithin(0, WINDOW_VALUES / 2);
      this.#fill = WINDOW_VALUES / 2;
      this.#since = 0;
    }
  }

  /** Autocorrelation by delay in values of the envelope, 1 at delay 0; null when nothing ever begins. */
  finish(): Float64Array | null {
    if (this.#since > WINDOW_VALUES / 8 || this.#windows === 0) this.#add(this.#fill);
    const whole = this.#sum[0] ?? 0;
    return whole > 0 ? this.#sum.map((value) => value / whole) : null;
  }

  #add(values: number): void {
    const padded = this.#padded;
    let mean = 0;
    for (let i = 0; i < values; i += 1) mean += (this.#window[i] ?? 0) / values;
    padded.fill(0);
    for (let i = 0; i < values; i += 1) padded[i] = (this.#window[i] ?? 0) - mean;
    const correlation = autocorrelation(this.#forward, padded);
    for (let delay = 0; delay < Math.min(DELAYS, values); delay += 1) {
      // Fewer pairs at longer delays: each is weighted as if there were as many.
      const pairs = values - delay;
      this.#sum[delay] = (this.#sum[delay] ?? 0) + ((correlation[delay] ?? 0) * values) / pairs;
    }
    this.#windows += 1;
  }
}

/** By Wiener–Khinchin; the power spectrum is real and even, so its transform is that of a cosine series. */
function autocorrelation(plan: PowerSpectrum, padded: Float32Array): Float64Array {
  const size = plan.sizeSamples;
  const power = plan.of(padded);
  const even = new Float32Array(size);
  for (let k = 0; k <= size / 2; k += 1) {
    even[k] = power[k] ?? 0;
    if (k > 0) even[size - k] = power[k] ?? 0;
  }
  return plan.realPartOf(even).subarray(0, DELAYS);
}
