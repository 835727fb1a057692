import { LEVEL_BLOCK_SAMPLES, LEVEL_BLOCK_SECONDS, type LevelBlock } from "./level-blocks.ts";

const LONGEST_SECONDS = 8.8;
const SHORTEST_SECONDS = 0.31;
const SCALE_RATIO = 1.1;

/**
 * Danceability by detrended fluctuation analysis of the loudness in blocks of 10 ms: music with a strong, steady beat
 * fluctuates less over long stretches than its short ones promise (Streich and Herrera, *Detrended Fluctuation Analysis
 * of Music Signals*, AES 118, 2005). About 0 to 3, higher is more danceable. All scales run side by side in constant memory.
 */
export class DanceabilityMeter {
  readonly #scales: readonly Scale[];
  #profile = 0;
  #blocks = 0;
  #mean = 0;

  constructor() {
    const scales: Scale[] = [];
    for (let seconds = SHORTEST_SECONDS; seconds <= LONGEST_SECONDS; seconds *= SCALE_RATIO) {
      scales.push(new Scale(Math.round(seconds / LEVEL_BLOCK_SECONDS)));
    }
    this.#scales = scales;
  }

  push({ samples, sum, squares }: LevelBlock): void {
    if (samples < LEVEL_BLOCK_SAMPLES) return;
    const mean = sum / samples;
    const deviation = Math.sqrt(Math.max(0, squares / samples - mean * mean));
    this.#blocks += 1;
    // The mean so far: a line through the profile is taken out of every stretch anyway.
    this.#mean += (deviation - this.#mean) / this.#blocks;
    this.#profile += deviation - this.#mean;
    for (const scale of this.#scales) scale.push(this.#profile);
  }

  /** Null for less than three of the longest stretches. */
  finish(): number | null {
    if (this.#blocks * LEVEL_BLOCK_SECONDS < 3 * LONGEST_SECONDS) return null;
    let exponents = 0;
    let count = 0;
    for (const [index, scale] of this.#scales.entries()) {
      const next = this.#scales[index + 1];
      const [here, there] = [scale.fluctuation(), next?.fluctuation() ?? 0];
      if (!next || !(here > 0) || !(there > 0)) continue;
      exponents += Math.log(there / here) / Math.log((next.blocks + 3) / (scale.blocks + 3));
      count += 1;
    }
    return count === 0 || exponents <= 0 ? null : count / exponents;
  }
}

/** Mean square of what a straight line leaves, over stretches of `blocks` values one after the other. */
class Scale {
  readonly blocks: number;
  #n = 0;
  #y = 0;
  #xy = 0;
  #yy = 0;
  #residual = 0;
  #stretches = 0;

  constructor(blocks: number) {
    this.blocks = blocks;
  }

  push(value: number): void {
    this.#y += value;
    this.#xy += this.#n * value;
    this.#yy += value * value;
    this.#n += 1;
    if (this.#n < this.blocks) return;
    const n = this.blocks;
    const x = (n * (n - 1)) / 2;
    const xx = (n * (n - 1) * (2 * n - 1)) / 6;
    const covariance = this.#xy - (x * this.#y) / n;
    const left = this.#yy - (this.#y * this.#y) / n - covariance ** 2 / (xx - (x * x) / n);
    this.#residual += Math.max(0, left / n);
    this.#stretches += 1;
    this.#n = 0;
    this.#y = 0;
    this.#xy = 0;
    this.#yy = 0;
  }

  fluctuation(): number {
    return this.#stretches === 0 ? 0 : Math.sqrt(this.#residual / this.#stretches);
  }
}
