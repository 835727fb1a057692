import type { ColumnChunk } from "../../core/index.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import type { AggregateName } from "./registry.ts";
import type { Tally } from "./tally.ts";

/** GTINs by their albums; the first and the last by their value, since they may go on in other segments. */
export class GtinTally implements Tally {
  readonly #runs = new Runs();
  readonly #gtins = new Map<number, number>();
  #first: AggregateRow | null = null;

  add(chunk: ColumnChunk): void {
    const values = chunk.bigUints(0);
    this.#runs.add(values, (albums, _at, value) => {
      if (albums === 0) return;
      if (this.#first === null) this.#first = endRow(value, albums);
      else this.#gtins.set(albums, (this.#gtins.get(albums) ?? 0) + 1);
    });
  }

  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]> {
    const rows = [...this.#gtins].map(
      ([albums, gtins]): AggregateRow => ({
        keys: [null, albums],
        sums: [BigInt(gtins), BigInt(gtins) * BigInt(albums)],
      }),
    );
    const last = this.#runs.length > 0 ? [endRow(this.#runs.value, this.#runs.length)] : [];
    const first = this.#first === null ? [] : [this.#first];
    return new Map([["albums-per-gtin", [...first, ...rows, ...last]]]);
  }
}

function endRow(value: bigint, albums: number): AggregateRow {
  return { keys: [value.toString().padStart(GTIN_DIGITS, "0"), null], sums: [1n, BigInt(albums)] };
}

const GTIN_DIGITS = 14;

/** Runs of equal numbers, which may go on from one list to the next. */
class Runs {
  /** Of the run that has not ended. */
  length = 0;
  value = 0n;

  /** Tells of each number that differs from the one before: how long the run before it was, where it is, what that run was of. */
  add(values: BigUint64Array, onChange: (length: number, at: number, before: bigint) => void): void {
    // By halves: comparing these makes no bigint for each number.
    const halves = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    let start = 0;
    for (let at = 0; at < values.length; at += 1) {
      const isSame =
        at > 0
          ? halves[2 * at] === halves[2 * at - 2] && halves[2 * at + 1] === halves[2 * at - 1]
          : this.length > 0 && values[0] === this.value;
      if (isSame) continue;
      onChange(this.length + at - start, at, start < at ? (values[start] ?? 0n) : this.value);
      this.length = 0;
      start = at;
    }
    if (values.length === 0) return;
    this.length += values.length - start;
    this.value = values[values.length - 1] ?? 0n;
  }
}
