import { FEATURE_RATE_HZ } from "./onset-envelope.ts";
import { stretchSums } from "./stretch-sums.ts";

/** What is known of ten milliseconds, or of the rest at the end. */
export interface LevelBlock {
  samples: number;
  sum: number;
  squares: number;
  /** The largest magnitude. */
  peak: number;
}

export const LEVEL_BLOCK_SAMPLES = 220;
export const LEVEL_BLOCK_SECONDS: number = LEVEL_BLOCK_SAMPLES / FEATURE_RATE_HZ;

/** Cuts a stream into blocks of 10 ms for everything that asks how loud it is; the block is valid during the call only. */
export class LevelBlocks {
  readonly #onBlock: (block: LevelBlock) => void;
  readonly #block: LevelBlock = { samples: 0, sum: 0, squares: 0, peak: 0 };

  constructor(onBlock: (block: LevelBlock) => void) {
    this.#onBlock = onBlock;
  }

  push(samples: Float32Array): void {
    const block = this.#block;
    for (let at = 0; at < samples.length; ) {
      const end = Math.min(samples.length, at + LEVEL_BLOCK_SAMPLES - block.samples);
      const { sum, squares, peak } = stretchSums(samples, at, end);
      block.sum += sum;
      block.squares += squares;
      block.peak = Math.max(block.peak, peak);
      block.samples += end - at;
      at = end;
      if (block.samples === LEVEL_BLOCK_SAMPLES) this.finish();
    }
  }

  /** Hands over what is there, be it a whole block or not. */
  finish(): void {
    const block = this.#block;
    if (block.samples === 0) return;
    this.#onBlock(block);
    block.samples = 0;
    block.sum = 0;
    block.squares = 0;
    block.peak = 0;
  }
}
