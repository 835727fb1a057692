import { BeatPath, LONGEST_LOOK_BACK } from "./beat-path.ts";
import { ONSET_RATE_HZ } from "./onset-envelope.ts";
import { estimateTempo } from "./tempo.ts";
import { Tempogram } from "./tempogram.ts";

/** The tempo is looked at anew for each block: 47.6 s. */
const BLOCK_VALUES = 4096;
/** How much of what the tempo was before counts beside a block: octaves do not flip back and forth. */
const MEMORY = 0.5;
/** Beats this near to the end of a block may still change with what follows: 6 s. */
const OPEN_VALUES = 2 * LONGEST_LOOK_BACK;
/** Onsets are widened to bells of this deviation, in beats, as people and players are not that exact (Ellis, 3.2). */
const WIDTH_BEATS = 1 / 32;
const REACH_DEVIATIONS = 3;
/** Beats before and behind the music are left out: onsets at them are below this part of what they are at all beats. */
const WORTH_A_BEAT = 0.5;

/**
 * When the beats come, from the onset envelope. Streams: the tempo may change from block to block, and what is decided is
 * not kept, but for the beats themselves. Memory: 150 kB, and 16 bytes a beat.
 */
export class BeatTracker {
  readonly #block = new Float64Array(BLOCK_VALUES);
  readonly #path = new BeatPath(BLOCK_VALUES + OPEN_VALUES);
  readonly #beats: number[] = [];
  /** Of the onsets at the beats. */
  readonly #strengths: number[] = [];
  #tempogram = new Tempogram();
  #correlation: Float64Array | null = null;
  #period = 0;
  #filled = 0;

  push(value: number): void {
    this.#block[this.#filled] = value;
    this.#filled += 1;
    this.#tempogram.push(value);
    if (this.#filled < BLOCK_VALUES) return;
    this.#track();
    this.#decide(this.#path.moments - OPEN_VALUES);
  }

  /** Seconds from the start, to the millisecond; null where no tempo was found. */
  finish(): readonly number[] | null {
    if (this.#filled > 0) this.#track();
    this.#decide(this.#path.moments);
    if (this.#beats.length === 0) return null;
    return inMusic(this.#beats, this.#strengths).map(
      (moment) => Math.round((moment * 1000) / ONSET_RATE_HZ) / 1000,
    );
  }

  /** Takes the block into the path, at the block's own tempo; where none is found, at that of the one before. */
  #track(): void {
    const values = this.#block.subarray(0, this.#filled);
    this.#filled = 0;
    const own = this.#tempogram.finish();
    this.#tempogram = new Tempogram();
    const former = this.#correlation;
    if (own !== null) {
      this.#correlation = former === null ? own : own.map((value, at) => value + MEMORY * (former[at] ?? 0));
    }
    const tempo = this.#correlation && estimateTempo(this.#correlation);
    if (tempo) this.#period = (60 * ONSET_RATE_HZ) / tempo.bpm;
    this.#path.add(widened(values, this.#period * WIDTH_BEATS), this.#period);
  }

  /** Beats before `before` on the way that is best now are decided. */
  #decide(before: number): void {
    if (this.#period === 0) return;
    const { moments } = this.#path;
    const decided = this.#beats.at(-1) ?? Number.NEGATIVE_INFINITY;
    const first = Math.max(0, moments - BLOCK_VALUES - OPEN_VALUES);
    for (const beat of this.#path.beatsUpTo(this.#path.bestFrom(moments - Math.ceil(this.#period)), first)) {
      if (beat >= before || beat < decided + this.#period / 2) continue;
      this.#beats.push(beat);
      this.#strengths.push(this.#path.onsetAt(beat));
    }
  }
}

/** Without the beats at either end at which hardly anything begins, each looked at with its neighbours. */
function inMusic(beats: readonly number[], strengths: readonly number[]): readonly number[] {
  const around = strengths.map(
    (strength, at) => strength + ((strengths[at - 1] ?? 0) + (strengths[at + 1] ?? 0)) / 2,
  );
  const least = WORTH_A_BEAT * Math.sqrt(around.reduce((sum, value) => sum + value ** 2, 0) / around.length);
  const isWorth = (value: number): boolean => value >= least;
  return beats.slice(Math.max(0, around.findIndex(isWorth)), around.findLastIndex(isWorth) + 1);
}

function widened(values: Float64Array, deviation: number): Float64Array {
  if (deviation === 0) return values;
  const reach = Math.ceil(REACH_DEVIATIONS * deviation);
  const bell = Array.from({ length: 2 * reach + 1 }, (_, at) =>
    Math.exp(-0.5 * ((at - reach) / deviation) ** 2),
  );
  return values.map((_, at) =>
    bell.reduce((sum, weight, offset) => sum + weight * (values[at + offset - reach] ?? 0), 0),
  );
}
