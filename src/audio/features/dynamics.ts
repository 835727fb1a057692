import { DoublingSeries } from "./doubling-series.ts";
import { FEATURE_RATE_HZ } from "./onset-envelope.ts";

export interface Dynamics {
  /** Root mean square of the mono signal, 0–1 of full scale. */
  readonly energyRms: number;
  /** Mean distance of the level of 0.2 s from its mean, in dB (Streich, *Music Complexity*, 2007, 3.2.1). */
  readonly complexityDb: number;
}

const BLOCK_SAMPLES: number = FEATURE_RATE_HZ / 5;
/** Some 14 minutes at 0.2 s each; longer tracks are judged in longer blocks. */
const LEAST_BLOCKS = 4096;
/** Quieter than this is a pause, and no part of the dynamics. */
const QUIETEST_DB = -60;

interface Block {
  readonly squares: number;
  readonly samples: number;
}

export class DynamicsMeter {
  readonly #blocks = new DoublingSeries<Block>(LEAST_BLOCKS, (a, b) => ({
    squares: a.squares + b.squares,
    samples: a.samples + b.samples,
  }));
  #squares = 0;
  #samples = 0;

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const end = Math.min(samples.length, at + BLOCK_SAMPLES - this.#samples);
      let squares = this.#squares;
      for (let i = at; i < end; i += 1) squares += (samples[i] ?? 0) ** 2;
      this.#squares = squares;
      this.#samples += end - at;
      at = end;
      if (this.#samples === BLOCK_SAMPLES) this.#close();
    }
  }

  finish(): Dynamics | null {
    if (this.#samples > 0) this.#close();
    const { entries } = this.#blocks.finish();
    const squares = entries.reduce((sum, block) => sum + block.squares, 0);
    const samples = entries.reduce((sum, block) => sum + block.samples, 0);
    const levels = entries
      .map((block) => 10 * Math.log10(block.squares / block.samples))
      .filter((level) => level > QUIETEST_DB);
    if (levels.length === 0) return null;
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    const spread = levels.reduce((sum, level) => sum + Math.abs(level - mean), 0) / levels.length;
    return { energyRms: Math.sqrt(squares / samples), complexityDb: spread };
  }

  #close(): void {
    this.#blocks.push({ squares: this.#squares, samples: this.#samples });
    this.#squares = 0;
    this.#samples = 0;
  }
}
