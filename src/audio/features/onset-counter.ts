import { ONSET_RATE_HZ } from "./onset-envelope.ts";

/** Beginnings closer than this are one: 50 ms. */
const APART_VALUES: number = Math.round(0.05 * ONSET_RATE_HZ);
/** A beginning stands this far above the envelope's mean so far. */
const PROMINENCE = 2;

/** Counts peaks of the onset envelope as they go by. */
export class OnsetCounter {
  #before = 0;
  #here = 0;
  #mean = 0;
  #values = 0;
  #last = -APART_VALUES;
  #onsets = 0;

  push(value: number): void {
    const isPeak = this.#here >= this.#before && this.#here > value && this.#here > PROMINENCE * this.#mean;
    if (isPeak && this.#values - this.#last >= APART_VALUES) {
      this.#onsets += 1;
      this.#last = this.#values;
    }
    this.#values += 1;
    this.#mean += (value - this.#mean) / this.#values;
    this.#before = this.#here;
    this.#here = value;
  }

  /** Beginnings a second; null below one second. */
  finish(): number | null {
    return this.#values < ONSET_RATE_HZ ? null : (this.#onsets * ONSET_RATE_HZ) / this.#values;
  }
}
