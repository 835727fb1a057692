import { hannWindow, PowerSpectrum } from "../features/fft.ts";
import { EAR_FRAME_SAMPLES, EAR_HOP_SAMPLES, EAR_RATE_HZ, EarModel, noiseToMask } from "./ear-model.ts";
import { kWeights } from "./k-weighting.ts";

/** Frames quieter than this (mean power, full scale 1) say nothing of a codec. */
const QUIETEST_POWER = 1e-7;
const WINDOW: Float64Array = hannWindow(EAR_FRAME_SAMPLES);
const K_WEIGHTS: Float64Array = kWeights(EAR_FRAME_SAMPLES, EAR_RATE_HZ);

export interface QualityReading {
  /** Noise-to-mask ratio: the mean of noise power by threshold, in dB. Lower is better; far below 0 is inaudible. */
  readonly noiseToMaskDb: number;
  /** K-weighted power of the copy by that of the source (ITU-R BS.1770-4, annex 1), without gate. */
  readonly loudnessDifferenceLu: number;
  readonly frames: number;
}

/**
 * Compares what was encoded with what is decoded, at 48 kHz: the noise-to-mask ratio (K. Brandenburg, "Evaluation of
 * quality for audio encoding at low bit rates", AES 82nd Convention, 1987) in the form of ITU-R BS.1387-1, 4.5 ("Total
 * NMR"). It orders bit rates of one codec; it is no listening test.
 */
export class QualityMeter {
  readonly #spectrum = new PowerSpectrum(EAR_FRAME_SAMPLES);
  readonly #windowed = new Float32Array(EAR_FRAME_SAMPLES);
  readonly #reference = new Float64Array(EAR_FRAME_SAMPLES / 2 + 1);
  readonly #ear = new EarModel();
  #noise = 0;
  #frames = 0;
  #referencePower = 0;
  #testPower = 0;

  /** One stretch of both signals, aligned and equally long; what is shorter than a frame of 2048 samples is left out. */
  compare(reference: Float32Array, test: Float32Array): void {
    this.#ear.reset();
    for (let at = 0; at + EAR_FRAME_SAMPLES <= reference.length; at += EAR_HOP_SAMPLES) {
      this.#reference.set(this.#spectrumAt(reference, at));
      const power = weighted(this.#reference, K_WEIGHTS);
      const mask = this.#ear.mask(this.#reference);
      if (meanPower(reference, at) < QUIETEST_POWER) continue;
      const heard = this.#spectrumAt(test, at);
      this.#noise += noiseToMask(this.#reference, heard, mask);
      this.#referencePower += power;
      this.#testPower += weighted(heard, K_WEIGHTS);
      this.#frames++;
    }
  }

  /** Null when nothing was loud enough to be compared. */
  reading(): QualityReading | null {
    if (this.#frames === 0) return null;
    return {
      // Identical signals: no noise at all, which no number of decibels says.
      noiseToMaskDb: 10 * Math.log10(Math.max(this.#noise / this.#frames, 1e-12)),
      loudnessDifferenceLu: 10 * Math.log10(Math.max(this.#testPower, 1e-12) / this.#referencePower),
      frames: this.#frames,
    };
  }

  #spectrumAt(samples: Float32Array, start: number): Float64Array {
    for (let at = 0; at < EAR_FRAME_SAMPLES; at++) {
      this.#windowed[at] = (samples[start + at] ?? 0) * (WINDOW[at] ?? 0);
    }
    return this.#spectrum.of(this.#windowed);
  }
}

function weighted(power: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < power.length; bin++) sum += (power[bin] ?? 0) * (weights[bin] ?? 0);
  return sum;
}

function meanPower(samples: Float32Array, start: number): number {
  let sum = 0;
  for (let at = start; at < start + EAR_FRAME_SAMPLES; at++) sum += (samples[at] ?? 0) ** 2;
  return sum / EAR_FRAME_SAMPLES;
}
