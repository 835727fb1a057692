import { FEATURE_RATE_HZ } from "./onset-envelope.ts";

export const DECIMATION = 4;

const CUT_OFF_HZ = 2200;
const TAPS = 48;
const MOST_SAMPLES = 8192;

/** Every fourth sample behind a windowed-sinc low pass at 2.2 kHz. */
export class Decimator {
  readonly #taps = lowPass(CUT_OFF_HZ / FEATURE_RATE_HZ);
  readonly #samples = new Float32Array(TAPS + 2 * DECIMATION + MOST_SAMPLES);
  readonly #out = new Float32Array(MOST_SAMPLES / DECIMATION + 4);
  /** Samples that the next output still needs; silence at first, so that each fourth sample brings one. */
  #fill = TAPS - DECIMATION;

  /** Calls `take` with what comes out, valid during the call. */
  push(samples: Float32Array, take: (decimated: Float32Array) => void): void {
    for (let at = 0; at < samples.length; at += MOST_SAMPLES) {
      const chunk = samples.subarray(at, at + MOST_SAMPLES);
      this.#samples.set(chunk, this.#fill);
      this.#fill += chunk.length;
      take(this.#filter());
    }
  }

  /** The taps are symmetric: one product serves two samples. Two outputs at a time: their sums do not wait for each other. */
  #filter(): Float32Array {
    const samples = this.#samples;
    const taps = this.#taps;
    const out = this.#out;
    let outputs = 0;
    let first = 0;
    for (; first + DECIMATION + TAPS <= this.#fill; first += 2 * DECIMATION) {
      let one = 0;
      let two = 0;
      for (let tap = 0; tap < TAPS / 2; tap += 1) {
        const weight = taps[tap] ?? 0;
        const left = first + tap;
        const right = first + TAPS - 1 - tap;
        one += weight * ((samples[left] ?? 0) + (samples[right] ?? 0));
        two += weight * ((samples[left + DECIMATION] ?? 0) + (samples[right + DECIMATION] ?? 0));
      }
      out[outputs] = one;
      out[outputs + 1] = two;
      outputs += 2;
    }
    samples.copyWithin(0, first, this.#fill);
    this.#fill -= first;
    return out.subarray(0, outputs);
  }
}

/** The first half of a Hamming-windowed sinc; `cutOff` is a share of the sample rate. */
function lowPass(cutOff: number): Float64Array {
  return Float64Array.from({ length: TAPS / 2 }, (_, i) => {
    const x = i - (TAPS - 1) / 2;
    const window = 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (TAPS - 1));
    return (window * Math.sin(2 * Math.PI * cutOff * x)) / (Math.PI * x);
  });
}
