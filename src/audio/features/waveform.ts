import { DoublingSeries } from "./doubling-series.ts";
import { FEATURE_RATE_HZ } from "./onset-envelope.ts";

/** The outline of a track for a picture: the highest sample of each of some hundred equal stretches. */
export interface Waveform {
  /** 0–255 of full scale. */
  readonly peaks: readonly number[];
  readonly secondsPerPeak: number;
}

const BLOCK_SAMPLES: number = FEATURE_RATE_HZ / 20;
const LEAST_PEAKS = 256;

export class WaveformMeter {
  readonly #series = new DoublingSeries<number>(LEAST_PEAKS, Math.max);
  #highest = 0;
  #fill = 0;

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const end = Math.min(samples.length, at + Math.ceil(BLOCK_SAMPLES - this.#fill));
      let highest = this.#highest;
      for (let i = at; i < end; i += 1) highest = Math.max(highest, Math.abs(samples[i] ?? 0));
      this.#highest = highest;
      this.#fill += end - at;
      at = end;
      if (this.#fill >= BLOCK_SAMPLES) this.#close();
    }
  }

  finish(): Waveform | null {
    if (this.#fill > 0) this.#close();
    const { entries, inputsPerEntry } = this.#series.finish();
    if (entries.length === 0) return null;
    return {
      peaks: entries.map((peak) => Math.min(255, Math.round(peak * 255))),
      secondsPerPeak: (inputsPerEntry * Math.ceil(BLOCK_SAMPLES)) / FEATURE_RATE_HZ,
    };
  }

  #close(): void {
    this.#series.push(this.#highest);
    this.#highest = 0;
    this.#fill = 0;
  }
}
