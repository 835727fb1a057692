import { PowerSpectrum } from "./fft.ts";
import { MelBands } from "./mel-bands.ts";
import { OverlappingFrames } from "./overlapping-frames.ts";

/** Sample rate of the mono signal that features are computed from. */
export const FEATURE_RATE_HZ = 22_050;
export const ONSET_HOP_SAMPLES = 256;
/** Values of the envelope a second: 86.13. */
export const ONSET_RATE_HZ: number = FEATURE_RATE_HZ / ONSET_HOP_SAMPLES;

/** The frames whose spectra the envelope is made of. */
export const ONSET_FRAME_SAMPLES = 512;

const BANDS = 20;
/** Compression of band power before differences are taken: quiet notes count, noise does not. */
const COMPRESSION = 1000;
/** The envelope is what stands above its own mean over half a second. */
const MEAN_VALUES = 43;

/**
 * How much begins in the sound at each moment: the rise of compressed power in mel bands (spectral flux), above its local
 * mean. Streams: one value for each 256 samples.
 */
export class OnsetEnvelope {
  readonly #spectrum = new PowerSpectrum(ONSET_FRAME_SAMPLES, "hann");
  readonly #bands = new MelBands({
    count: BANDS,
    fromHz: 40,
    toHz: 10_000,
    sizeSamples: ONSET_FRAME_SAMPLES,
    rateHz: FEATURE_RATE_HZ,
  });
  readonly #cutter = new OverlappingFrames({
    frameSamples: ONSET_FRAME_SAMPLES,
    hopSamples: ONSET_HOP_SAMPLES,
    leadSamples: ONSET_FRAME_SAMPLES - ONSET_HOP_SAMPLES,
    onFrame: (samples, from) => this.#add(this.#spectrum.of(samples, from)),
  });
  readonly #powers = new Float64Array(BANDS);
  readonly #former = new Float64Array(BANDS);
  readonly #recent = new Float64Array(MEAN_VALUES);
  readonly #onValue: (value: number, power: Float64Array) => void;
  #recentSum = 0;
  #frames = 0;

  /** `onValue` is called for each value, with the power spectrum of the frame (512 samples, valid during the call). */
  constructor(onValue: (value: number, power: Float64Array) => void) {
    this.#onValue = onValue;
  }

  push(samples: Float32Array): void {
    this.#cutter.push(samples);
  }

  #add(power: Float64Array): void {
    const powers = this.#powers;
    const former = this.#former;
    this.#bands.measure(power, powers);
    let flux = 0;
    for (let band = 0; band < BANDS; band += 1) {
      const level = Math.log1p(COMPRESSION * (powers[band] ?? 0));
      const rise = level - (former[band] ?? 0);
      if (rise > 0 && this.#frames > 0) flux += rise;
      former[band] = level;
    }
    const slot = this.#frames % MEAN_VALUES;
    this.#recentSum += flux - (this.#recent[slot] ?? 0);
    this.#recent[slot] = flux;
    this.#frames += 1;
    this.#onValue(Math.max(0, flux - this.#recentSum / MEAN_VALUES), power);
  }
}
