/** A second-order filter: y = b0·x + b1·x₁ + b2·x₂ − a1·y₁ − a2·y₂. */
export interface Biquad {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/**
 * The shelf of ITU-R BS.1770-5, annex 1, table 1: the head before the ear. The recommendation gives numbers for 48 kHz;
 * these are the analogue filter behind them (De Man, *Evaluation of Implementations of the EBU R128 Loudness
 * Measurement*, AES 145, 2018), for any rate.
 */
export function headShelf(rateHz: number): Biquad {
  const q = 0.7071752369554196;
  const k = Math.tan((Math.PI * 1681.974450955533) / rateHz);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
}

/** The high pass of table 2, "RLB"; its numerator is 1 − 2z⁻¹ + z⁻², which `KWeighting` knows. */
export function lowCut(rateHz: number): Pick<Biquad, "a1" | "a2"> {
  const q = 0.5003270373238773;
  const k = Math.tan((Math.PI * 38.13547087602444) / rateHz);
  const a0 = 1 + k / q + k * k;
  return { a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}

/** Weights one channel as the ear does, and takes its power. */
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
      // The newest term last: the processor waits for nothing else.
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
