import { signed } from "../../formats/parquet/number-reader.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import type { AggregateName } from "./registry.ts";
import type { Tally } from "./tally.ts";

const MINUTES_FROM_SECONDS = 1200;
const DAY_SECONDS = 86_400;
const MAX_MS = DAY_SECONDS * 1000;

/** Tracks by length in seconds, as `tracks-by-duration.sql` has them. */
export class DurationTally implements Tally {
  readonly #tracks = new Uint32Array(DAY_SECONDS + 1);
  #unknown = 0;

  addNumbers([durationsMs = new Uint32Array(0)]: readonly Uint32Array[]): void {
    this.#unknown += addSeconds(durationsMs, this.#tracks);
  }

  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]> {
    const bySeconds = new Map<number, number>();
    for (const [seconds, tracks] of this.#tracks.entries()) {
      const isExact = seconds < MINUTES_FROM_SECONDS || seconds === DAY_SECONDS;
      const key = isExact ? seconds : Math.floor(seconds / 60) * 60;
      if (tracks > 0) bySeconds.set(key, (bySeconds.get(key) ?? 0) + tracks);
    }
    const known = [...bySeconds].map(([seconds, tracks]) => ({ keys: [seconds], sums: [BigInt(tracks)] }));
    const unknown = this.#unknown > 0 ? [{ keys: [null], sums: [BigInt(this.#unknown)] }] : [];
    return new Map([["tracks-by-duration", [...known, ...unknown]]]);
  }
}

/** Counts to the nearest second, at most a day; gives how many have no length. */
function addSeconds(durationsMs: Uint32Array, tracks: Uint32Array): number {
  const lengths = signed(durationsMs);
  let unknown = 0;
  for (let row = 0; row < lengths.length; row += 1) {
    const ms = lengths[row] ?? -1;
    if (ms === -1) unknown += 1;
    else {
      // Lengths of 24 days and more look negative.
      const seconds = ms < 0 || ms >= MAX_MS ? DAY_SECONDS : ((ms + 500) / 1000) | 0;
      tracks[seconds] = (tracks[seconds] ?? 0) + 1;
    }
  }
  return unknown;
}
