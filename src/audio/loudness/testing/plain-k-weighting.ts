import { type Biquad, headShelf, lowCut } from "../k-weighting.ts";

/** What `PairWeighting` does, for one channel and in the plainest way. */
export class KWeighting {
  readonly #shelf: Biquad;
  readonly #cut: Pick<Biquad, "a1" | "a2">;
  /** Last two of the input, of what is between the filters, and of the output. */
  readonly #state = new Float64Array(6);
  /** The largest magnitude of all samples so far, before the weighting. */
  peak = 0;

  constructor(rateHz: number) {
    this.#shelf = headShelf(rateHz);
    this.#cut = lowCut(rateHz);
  }

  /** The sum of the squares of the weighted samples [from, to). */
  sumOfSquares(samples: Float32Array, from: number, to: number): number {
    const { b0, b1, b2, a1, a2 } = this.#shelf;
    const { a1: c1, a2: c2 } = this.#cut;
    const state = this.#state;
    let x1 = state[0] ?? 0;
    let x2 = state[1] ?? 0;
    let y1 = state[2] ?? 0;
    let y2 = state[3] ?? 0;
    let z1 = state[4] ?? 0;
    let z2 = state[5] ?? 0;
    let peak = this.peak;
    let sum = 0;
    for (let i = from; i < to; i += 1) {
      const x = samples[i] ?? 0;
      const y = b0 * x + b1 * x1 + b2 * x2 - a2 * y2 - a1 * y1;
      const z = y - 2 * y1 + y2 - c2 * z2 - c1 * z1;
      const magnitude = Math.abs(x);
      if (magnitude > peak) peak = magnitude;
      sum += z * z;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      z2 = z1;
      z1 = z;
    }
    this.peak = peak;
    state.set([x1, x2, y1, y2, z1, z2]);
    return sum;
  }
}
