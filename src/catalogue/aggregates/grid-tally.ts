import { signed } from "../../formats/parquet/number-reader.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import type { Tallied, Tally } from "./tally.ts";

/** One side of a grid: where a value stands on it, or none. */
export interface Side {
  readonly size: number;
  place(value: number | null): number;
}

/** Counts the rows of each cell of a grid that two columns of few values make. */
export class GridTally implements Tally {
  readonly #sides: readonly [a: Side, b: Side];
  readonly #rowsOf: (tracks: (a: number, b: number) => bigint) => Tallied;
  readonly #cells: Uint32Array;

  constructor(
    sides: readonly [a: Side, b: Side],
    rowsOf: (tracks: (a: number, b: number) => bigint) => Tallied,
  ) {
    this.#sides = sides;
    this.#rowsOf = rowsOf;
    this.#cells = new Uint32Array(sides[0].size * sides[1].size);
  }

  numberValues(column: number, values: Float32Array | Int32Array): Uint32Array {
    const side = this.#sides[column === 0 ? 0 : 1];
    return Uint32Array.from([...values, null], (value) => side.place(value));
  }

  addNumbers([a = NO_ROWS, b = NO_ROWS]: readonly Uint32Array[]): void {
    count(signed(a), signed(b), this.#sides[1].size, this.#cells);
  }

  rows(): Tallied {
    const { size } = this.#sides[1];
    return this.#rowsOf((a, b) => BigInt(this.#cells[a * size + b] ?? 0));
  }
}

const NO_ROWS = new Uint32Array(0);

function count(a: Int32Array, b: Int32Array, size: number, cells: Uint32Array): void {
  for (let row = 0; row < a.length; row += 1) {
    const cell = (a[row] ?? 0) * size + (b[row] ?? 0);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
}

/** A whole number below `count` stands at itself, none behind the last one. */
function wholes(count: number): Side {
  return { size: count + 1, place: (value) => value ?? count };
}

/** As `tracks-by-key.sql` has them. */
export function keyTally(): Tally {
  return new GridTally([wholes(256), wholes(256)], (tracks) => {
    const rows: AggregateRow[] = [];
    for (let key = 0; key <= 256; key += 1) {
      for (let mode = 0; mode <= 256; mode += 1) {
        const keys = [key, mode].map((one) => (one === 256 ? null : one));
        if (tracks(key, mode) > 0n) rows.push({ keys, sums: [tracks(key, mode)] });
      }
    }
    return new Map([["tracks-by-key", rows]]);
  });
}

const MARKETS = 65_536;
/** NaN is the largest of all, as in the database. */
const isPopular: Side = {
  size: 2,
  place: (value) => (value !== null && (value >= 10 || Number.isNaN(value)) ? 1 : 0),
};

/** As `tracks-by-market.sql` has them. */
export function marketTally(): Tally {
  return new GridTally([wholes(MARKETS), isPopular], (tracks) => {
    const rows: AggregateRow[] = [];
    for (let markets = 0; markets <= MARKETS; markets += 1) {
      const [other, popular] = [tracks(markets, 0), tracks(markets, 1)];
      const keys = [markets === MARKETS ? null : markets];
      if (other + popular > 0n) rows.push({ keys, sums: [other + popular, popular] });
    }
    return new Map([["tracks-by-market", rows]]);
  });
}
