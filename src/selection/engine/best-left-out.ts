import { DISPOSITIONS, REASON_NAMES, type Reason } from "../disposition.ts";
import type { DecidedColumns } from "./decider.ts";
import type { Numbers } from "./track-columns.ts";

export interface LeftOut {
  readonly trackId: bigint;
  readonly reason: Reason;
  /** Expected listens. */
  readonly value: number;
}

const METADATA_ONLY = DISPOSITIONS.indexOf("metadata-only");

/** The tracks left out that are worth most, of equal ones those of smaller ids; blocks come in order. */
export class BestLeftOut {
  readonly #most: number;
  #found: LeftOut[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add({ trackIds, dispositions, reasons }: DecidedColumns, values: Numbers): void {
    let least = this.#least();
    for (let at = 0; at < dispositions.length; at += 1) {
      const value = values[at] ?? 0;
      if (value <= least || dispositions[at] !== METADATA_ONLY) continue;
      const reason = REASON_NAMES[reasons[at] ?? 0];
      if (reason === undefined) continue;
      this.#found.push({ trackId: trackIds[at] ?? 0n, reason, value });
      if (this.#found.length < 2 * this.#most) continue;
      this.#found = [...this.tracks];
      least = this.#least();
    }
    this.#found = [...this.tracks];
  }

  /** The best first. */
  get tracks(): readonly LeftOut[] {
    // The sort is stable: those that came first, of smaller ids, stand first among equals.
    return this.#found.toSorted((a, b) => b.value - a.value).slice(0, this.#most);
  }

  /** What a track must be worth more than. */
  #least(): number {
    return this.#found.length < this.#most
      ? Number.NEGATIVE_INFINITY
      : (this.#found[this.#most - 1]?.value ?? 0);
  }
}
