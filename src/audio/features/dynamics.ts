import { DoublingSeries } from "./doubling-series.ts";
import type { LevelBlock } from "./level-blocks.ts";

export interface Dynamics {
  /** Root mean square of the mono signal, 0–1 of full scale. */
  readonly energyRms: number;
  /** Mean distance of the level of 0.2 s from its mean, in dB (Streich, *Music Complexity*, 2007, 3.2.1). */
  readonly complexityDb: number;
}

/** 0.2 s. */
const LEVEL_BLOCKS = 20;
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
  #levels = 0;

  push({ squares, samples }: LevelBlock): void {
    this.#squares += squares;
    this.#samples += samples;
    this.#levels += 1;
    if (this.#levels === LEVEL_BLOCKS) this.#close();
  }

  finish(): Dynamics | null {
    if (this.#levels > 0) this.#close();
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
    this.#levels = 0;
  }
}
