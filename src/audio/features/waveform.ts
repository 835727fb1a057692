import { DoublingSeries } from "./doubling-series.ts";
import { LEVEL_BLOCK_SECONDS, type LevelBlock } from "./level-blocks.ts";

/** The outline of a track for a picture: the highest sample of each of some hundred equal stretches. */
export interface Waveform {
  /** 0–255 of full scale. */
  readonly peaks: readonly number[];
  readonly secondsPerPeak: number;
}

/** 50 ms. */
const LEVEL_BLOCKS = 5;
const LEAST_PEAKS = 256;

export class WaveformMeter {
  readonly #series = new DoublingSeries<number>(LEAST_PEAKS, Math.max);
  #highest = 0;
  #levels = 0;

  push({ peak }: LevelBlock): void {
    this.#highest = Math.max(this.#highest, peak);
    this.#levels += 1;
    if (this.#levels === LEVEL_BLOCKS) this.#close();
  }

  finish(): Waveform | null {
    if (this.#levels > 0) this.#close();
    const { entries, inputsPerEntry } = this.#series.finish();
    if (entries.length === 0) return null;
    return {
      peaks: entries.map((peak) => Math.min(255, Math.round(peak * 255))),
      secondsPerPeak: inputsPerEntry * LEVEL_BLOCKS * LEVEL_BLOCK_SECONDS,
    };
  }

  #close(): void {
    this.#series.push(this.#highest);
    this.#highest = 0;
    this.#levels = 0;
  }
}
