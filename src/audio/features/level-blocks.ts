import { FEATURE_RATE_HZ } from "./onset-envelope.ts";
import { stretchSums } from "./stretch-sums.ts";

/** What is known of ten milliseconds, or of the rest at the end. */
export interface LevelBlock {
  readonly samples: number;
  readonly sum: number;
  readonly squares: number;
  /** The largest magnitude. */
  readonly peak: number;
}

export const LEVEL_BLOCK_SAMPLES = 220;
export const LEVEL_BLOCK_SECONDS: number = LEVEL_BLOCK_SAMPLES / FEATURE_RATE_HZ;

/** Cuts a stream into blocks of 10 ms for everything that asks how loud it is. */
export class LevelBlocks {
  readonly #onBlock: (block: LevelBlock) => void;
  /** Added up when it is full, so that nothing depends on how the samples were handed over. */
  readonly #block = new Float32Array(LEVEL_BLOCK_SAMPLES);
  #fill = 0;

  constructor(onBlock: (block: LevelBlock) => void) {
    this.#onBlock = onBlock;
  }

  push(samples: Float32Array): void {
    for (let at = 0; at < samples.length; ) {
      const part = samples.subarray(at, at + LEVEL_BLOCK_SAMPLES - this.#fill);
      this.#block.set(part, this.#fill);
      this.#fill += part.length;
      at += part.length;
      if (this.#fill === LEVEL_BLOCK_SAMPLES) this.finish();
    }
  }

  /** Hands over what is there, be it a whole block or not. */
  finish(): void {
    if (this.#fill === 0) return;
    this.#onBlock({ samples: this.#fill, ...stretchSums(this.#block, 0, this.#fill) });
    this.#fill = 0;
  }
}
