import { PowerSpectrum } from "./fft.ts";

/** Where a spectrum ends, and how steeply. */
export interface BandLimit {
  readonly cutOffHz: number;
  /** Between the mean levels of the half kilohertz below the cut-off and of that above it. */
  readonly dropDb: number;
}

const LARGEST_FRAME = 2048;
/** Two frames a second say enough of the mean spectrum. */
const FRAMES_A_SECOND = 2;
/** Music seldom ends below this by itself; encoders cut from 5 kHz (speech) to 20 kHz. */
const LOWEST_HZ = 4000;
const SIDE_HZ = 500;
/** The slope of an encoder's low-pass lies within this. */
const SLOPE_HZ = 300;
const LEAST_DROP_DB = 20;
/** Rounding to 16 bits leaves −128 dB in each bin of 2048; below −140 there is nothing. */
const FLOOR = 1e-14;

/** Finds the cliff in the mean power spectrum of the mix of all channels. */
export class BandLimitMeter {
  readonly #rateHz: number;
  readonly #size: number;
  readonly #spectrum: PowerSpectrum;
  readonly #frame: Float32Array;
  readonly #power: Float64Array;
  #frames = 0;
  #untilNext = 0;

  constructor(rateHz: number) {
    this.#rateHz = rateHz;
    this.#size = Math.max(8, Math.min(LARGEST_FRAME, 2 ** Math.floor(Math.log2(rateHz / 12))));
    this.#spectrum = new PowerSpectrum(this.#size, "hann");
    this.#frame = new Float32Array(this.#size);
    this.#power = new Float64Array(this.#size / 2 + 1);
  }

  /** Looks at the head of what it is given when half a second has gone by and there is a whole frame. */
  push(channels: readonly Float32Array[]): void {
    const count = channels[0]?.length ?? 0;
    this.#untilNext -= count;
    if (this.#untilNext > 0 || count < this.#size) return;
    this.#untilNext = this.#rateHz / FRAMES_A_SECOND;
    const frame = this.#frame.fill(0);
    for (const samples of channels) {
      for (let i = 0; i < frame.length; i += 1)
        frame[i] = (frame[i] ?? 0) + (samples[i] ?? 0) / channels.length;
    }
    const power = this.#spectrum.of(frame);
    for (let bin = 0; bin < power.length; bin += 1)
      this.#power[bin] = (this.#power[bin] ?? 0) + (power[bin] ?? 0);
    this.#frames += 1;
  }

  finish(): BandLimit | null {
    if (this.#frames === 0) return null;
    const scale = 1 / (this.#frames * (this.#size / 4) ** 2);
    return findCliff(
      this.#power.map((power) => 10 * Math.log10(power * scale + FLOOR)),
      this.#rateHz / this.#size,
    );
  }
}

/** The steepest fall of `levelsDb` (bins from 0 Hz) above which nothing rises again. */
export function findCliff(levelsDb: Float64Array, binHz: number): BandLimit | null {
  const side = Math.max(1, Math.round(SIDE_HZ / binHz));
  const slope = Math.max(1, Math.round(SLOPE_HZ / binHz));
  const nyquist = levelsDb.length - 1;
  const mean = (from: number): number => {
    let sum = 0;
    for (let bin = from; bin < from + side; bin += 1) sum += levelsDb[bin] ?? 0;
    return sum / side;
  };
  let best = { bin: 0, dropDb: 0, below: 0 };
  // The last bin, Nyquist's own, says nothing of its neighbours.
  for (let bin = Math.ceil(LOWEST_HZ / binHz); bin + slope + side < nyquist; bin += 1) {
    const below = mean(bin - side);
    const dropDb = below - mean(bin + slope);
    if (dropDb > best.dropDb) best = { bin, dropDb, below };
  }
  if (best.dropDb < LEAST_DROP_DB) return null;
  for (let bin = best.bin + slope; bin < nyquist; bin += 1) {
    if ((levelsDb[bin] ?? 0) > best.below - LEAST_DROP_DB / 2) return null;
  }
  return { cutOffHz: Math.round((best.bin + slope / 2) * binHz), dropDb: best.dropDb };
}
