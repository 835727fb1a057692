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

/** The high pass of table 2, "RLB"; its numerator is 1 − 2z⁻¹ + z⁻², which the loop knows. */
export function lowCut(rateHz: number): Pick<Biquad, "a1" | "a2"> {
  const q = 0.5003270373238773;
  const k = Math.tan((Math.PI * 38.13547087602444) / rateHz);
  const a0 = 1 + k / q + k * k;
  return { a1: (2 * (k * k - 1)) / a0, a2: (1 - k / q + k * k) / a0 };
}
