import { LoudnessHistogram, lufsOf } from "./loudness-histogram.ts";
import { PairWeighting } from "./pair-weighting.ts";

/** Windows move on by a tenth of a second, as those of EBU Tech 3341 do. */
const STEPS_A_SECOND = 10;
/** A gating block of 400 ms, and the short term of 3 s, in steps. */
const BLOCK_STEPS = 4;
const SHORT_TERM_STEPS = 30;
/** Relative gates, in LU below the mean: EBU R 128 and EBU Tech 3342. */
const BLOCK_GATE_LU = 10;
const RANGE_GATE_LU = 20;

/** What a meter has read. Null means that there was nothing to measure: silence, or less than one window. */
export interface LoudnessReadings {
  readonly integratedLufs: number | null;
  readonly rangeLu: number | null;
  readonly shortTermMaxLufs: number | null;
  /** Of full scale; 0 for digital silence. */
  readonly samplePeak: number;
  /** Of the gating blocks; albums are measured over those of all their tracks. */
  readonly blocks: LoudnessHistogram;
}

/** Loudness, its range and the sample peak by ITU-R BS.1770-5, EBU R 128, Tech 3341 and Tech 3342, as the samples go by. */
export class LoudnessMeter {
  readonly #weights: readonly number[];
  /** One for each two channels; the last of an odd number is weighted beside itself. */
  readonly #pairs: readonly PairWeighting[];
  readonly #stepSamples: number;
  /** Power of the last steps, the newest over the oldest. */
  readonly #steps = new Float64Array(SHORT_TERM_STEPS);
  readonly #blocks = new LoudnessHistogram();
  readonly #shortTerms = new LoudnessHistogram();
  #step = 0;
  #stepPower = 0;
  #stepFill = 0;
  #shortTermMax = 0;

  /** `weights`: one for each channel; 0 leaves it out, as the subwoofer's is. */
  constructor(weights: readonly number[], rateHz: number) {
    this.#weights = weights;
    this.#pairs = Array.from({ length: Math.ceil(weights.length / 2) }, () => new PairWeighting(rateHz));
    this.#stepSamples = Math.max(1, Math.floor(rateHz / STEPS_A_SECOND));
  }

  /** The next samples of each channel, as many of one as of the other; 1 is full scale. */
  push(channels: readonly Float32Array[]): void {
    const count = channels[0]?.length ?? 0;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + this.#stepSamples - this.#stepFill);
      for (const [index, pair] of this.#pairs.entries()) {
        const left = channels[2 * index];
        const right = channels[2 * index + 1] ?? left;
        if (!left || !right) continue;
        const [leftSum, rightSum] = pair.sumsOfSquares(left, right, from, to);
        this.#stepPower += (this.#weights[2 * index] ?? 0) * leftSum;
        this.#stepPower += (this.#weights[2 * index + 1] ?? 0) * rightSum;
      }
      this.#stepFill += to - from;
      from = to;
      if (this.#stepFill === this.#stepSamples) this.#endStep();
    }
  }

  finish(): LoudnessReadings {
    const integratedLufs = this.#blocks.gatedLufs(BLOCK_GATE_LU);
    const loudest = lufsOf(this.#shortTermMax);
    return {
      integratedLufs,
      rangeLu: integratedLufs === null ? null : this.#shortTerms.rangeLu(RANGE_GATE_LU, 0.1, 0.95),
      shortTermMaxLufs: integratedLufs === null || this.#step < SHORT_TERM_STEPS ? null : loudest,
      samplePeak: Math.max(0, ...this.#pairs.map(({ peak }) => peak)),
      blocks: this.#blocks,
    };
  }

  #endStep(): void {
    this.#steps[this.#step % SHORT_TERM_STEPS] = this.#stepPower / this.#stepSamples;
    this.#step += 1;
    this.#stepPower = 0;
    this.#stepFill = 0;
    if (this.#step >= BLOCK_STEPS) this.#blocks.add(this.#meanOfLast(BLOCK_STEPS));
    if (this.#step < SHORT_TERM_STEPS) return;
    const shortTerm = this.#meanOfLast(SHORT_TERM_STEPS);
    this.#shortTerms.add(shortTerm);
    this.#shortTermMax = Math.max(this.#shortTermMax, shortTerm);
  }

  #meanOfLast(steps: number): number {
    let sum = 0;
    for (let back = 1; back <= steps; back += 1) {
      sum += this.#steps[(this.#step - back) % SHORT_TERM_STEPS] ?? 0;
    }
    return sum / steps;
  }
}
