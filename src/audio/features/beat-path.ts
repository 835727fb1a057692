/** The longest look back: two beats at 40 a minute, in values of the onset envelope. */
export const LONGEST_LOOK_BACK = 260;

/** How strongly an even pace counts against strong onsets, whose standard deviation counts as 1 (Ellis, 3.1). */
const TIGHTNESS = 100;
/** Before the first onset that is worth it no beat is looked for: this much of the strongest one. */
const WORTH_BEGINNING = 0.01;

/**
 * The best way to place beats up to each moment, by dynamic programming: strong onsets count for it, departures from the
 * beat's period against it (Ellis, *Beat Tracking by Dynamic Programming*, J. New Music Research 36, 2007). Keeps the last
 * `capacity` moments.
 */
export class BeatPath {
  readonly #scores: Float64Array;
  readonly #onsets: Float32Array;
  /** To the beat before, in moments; 0 where there is none. */
  readonly #back: Uint16Array;
  readonly #penalty = new Float64Array(LONGEST_LOOK_BACK + 1);
  #period = 0;
  /** What an onset counts. */
  #weight = 0;
  #least = 0;
  /** Before the first onset that counts there is no beat; the moment of that onset. */
  #firstOnset = Number.POSITIVE_INFINITY;
  #moments = 0;

  constructor(capacity: number) {
    const size = capacity + LONGEST_LOOK_BACK;
    this.#scores = new Float64Array(size);
    this.#onsets = new Float32Array(size);
    this.#back = new Uint16Array(size);
  }

  /** Moments until now. */
  get moments(): number {
    return this.#moments;
  }

  /** Goes on over the onsets of the next moments, with a beat's period in moments. */
  add(onsets: Float64Array, period: number): void {
    const deviation = standardDeviation(onsets);
    this.#period = period;
    this.#weight = deviation > 0 ? 1 / deviation : 0;
    this.#least = WORTH_BEGINNING * onsets.reduce((most, onset) => Math.max(most, onset), 0);
    for (let back = 1; back <= LONGEST_LOOK_BACK; back += 1) {
      this.#penalty[back] = TIGHTNESS * Math.log(back / period) ** 2;
    }
    for (const onset of onsets) this.#add(onset);
  }

  /** Where, from `first` on, a way of the highest score ends. */
  bestFrom(first: number): number {
    let best = Math.max(0, first);
    for (let at = best; at < this.#moments; at += 1) if (this.#score(at) > this.#score(best)) best = at;
    return best;
  }

  /** The beats of the best way that ends at `moment`, in order, those before `first` left out. */
  beatsUpTo(moment: number, first: number): number[] {
    const beats: number[] = [];
    for (let at = moment; at >= first; ) {
      beats.push(at);
      const back = this.#back[at % this.#back.length] ?? 0;
      if (back === 0) break;
      at -= back;
    }
    return beats.reverse();
  }

  onsetAt(moment: number): number {
    return this.#onsets[moment % this.#onsets.length] ?? 0;
  }

  #add(onset: number): void {
    const size = this.#scores.length;
    const now = this.#moments;
    let best = Number.NEGATIVE_INFINITY;
    let bestBack = 0;
    const furthest = Math.min(now, LONGEST_LOOK_BACK, Math.round(2 * this.#period));
    for (let back = Math.max(1, Math.round(this.#period / 2)); back <= furthest; back += 1) {
      const score = this.#score(now - back) - (this.#penalty[back] ?? 0);
      if (score > best) {
        best = score;
        bestBack = back;
      }
    }
    if (onset > 0 && onset >= this.#least) this.#firstOnset = Math.min(this.#firstOnset, now);
    const follows = now >= this.#firstOnset && best > 0;
    this.#scores[now % size] = onset * this.#weight + (follows ? best : 0);
    this.#back[now % size] = follows ? bestBack : 0;
    this.#onsets[now % size] = onset;
    this.#moments += 1;
  }

  #score(moment: number): number {
    return this.#scores[moment % this.#scores.length] ?? 0;
  }
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}
