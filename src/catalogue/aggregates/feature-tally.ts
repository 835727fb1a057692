import type { ColumnChunk } from "../../core/index.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import { BLOCK_ROWS, featureLoops, PRODUCT_COLUMNS, PRODUCTS } from "./feature-loops.ts";
import type { AggregateName } from "./registry.ts";
import type { Tally } from "./tally.ts";

interface Feature {
  readonly from: number;
  readonly to: number;
  readonly stepsPerUnit: number;
  /** The step of the grid of each number; `NO_STEP` where it has none. The last number stands for nothing. */
  readonly steps: Uint8Array;
}

const SIDE = 16;
const NO_STEP = SIDE;
const SHARE = feature(0, 1, 1000, (number) => (number * SIDE) / 1000);
const LOUDNESS = feature(-100, 20, 10, (number) => (number - 680) / 20);
const TEMPO = feature(0, 500, 2, () => -1);

/** In the order of the columns: those of `MOMENT_FEATURES`, then speechiness and liveness. */
const FEATURES: readonly Feature[] = [SHARE, SHARE, LOUDNESS, SHARE, SHARE, SHARE, TEMPO, SHARE, SHARE];
const PAIRS = [
  { pair: "energy, loudness", column: 1, row: 2 },
  { pair: "danceability, valence", column: 0, row: 5 },
  { pair: "acousticness, instrumentalness", column: 3, row: 4 },
  { pair: "speechiness, liveness", column: 7, row: 8 },
] as const;

// Where things stand in the memory of the loops, in bytes.
const COLUMN_BYTES = BLOCK_ROWS * 4;
const VALUES = 0;
const NUMBERS = COLUMN_BYTES;
const BOUNDS = NUMBERS + FEATURES.length * COLUMN_BYTES;
const BOUNDS_BYTES = 80;
const NONES = BOUNDS + FEATURES.length * BOUNDS_BYTES;
const SUMS = NONES + PRODUCT_COLUMNS * 16;
const GRIDS = SUMS + (PRODUCTS.length + 1) * 16;
const GRID_BYTES = (SIDE + 1) ** 2 * 4;
const STEPS = GRIDS + PAIRS.length * GRID_BYTES;
const STEPS_BYTES = 2048;
const MEMORY_BYTES = STEPS + FEATURES.length * STEPS_BYTES;

/** The grids of two features and the sums of products of seven, of one pass over nine columns. */
export class FeatureTally implements Tally {
  readonly #loops = featureLoops(MEMORY_BYTES);
  readonly #numbers = this.#loops.loop("numbers");
  readonly #cells = this.#loops.loop("cells");
  readonly #moments = this.#loops.loop("moments");
  /** Of each of `PRODUCTS`. */
  readonly #sums = new Float64Array(PRODUCTS.length);
  #complete = 0;

  constructor() {
    const { doubles, words, bytes } = this.#loops;
    for (const [at, { from, to, stepsPerUnit, steps }] of FEATURES.entries()) {
      const bounds = BOUNDS + at * BOUNDS_BYTES;
      const pairs = [from, to, stepsPerUnit, 0.5].flatMap((bound) => [bound, bound]);
      doubles.set(pairs, bounds / 8);
      words.fill(noneOf(at), bounds / 4 + 16, bounds / 4 + 20);
      if (at < PRODUCT_COLUMNS) words.fill(noneOf(at), NONES / 4 + 4 * at, NONES / 4 + 4 * at + 4);
      bytes.set(steps, STEPS + at * STEPS_BYTES);
    }
  }

  /** Takes chunks of at most 2,048 rows. */
  add(chunk: ColumnChunk): void {
    const { rows } = chunk;
    if (rows > BLOCK_ROWS) throw new RangeError(`a chunk of ${rows} rows`);
    for (const at of FEATURES.keys()) {
      chunk.copyFloats(at, this.#loops.floats.subarray(VALUES / 4, VALUES / 4 + BLOCK_ROWS));
      this.#number(at, rows);
    }
    this.#count(rows);
  }

  /** Takes a row group of any size, by numbers that `numberValues` has given. */
  addNumbers(columns: readonly Uint32Array[], rows: number): void {
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const length = Math.min(BLOCK_ROWS, rows - from);
      for (const [at, numbers] of columns.entries()) {
        const block = this.#numbersOf(at);
        block.set(numbers.subarray(from, from + length));
        block.fill(noneOf(at), length, padded(length));
      }
      this.#count(length);
    }
  }

  numberValues(at: number, values: Float32Array | Int32Array): Uint32Array {
    const table = new Uint32Array(values.length + 1);
    for (let from = 0; from < values.length; from += BLOCK_ROWS) {
      const some = values.subarray(from, from + BLOCK_ROWS);
      this.#loops.floats.set(some, VALUES / 4);
      this.#number(at, some.length);
      table.set(this.#numbersOf(at).subarray(0, some.length), from);
    }
    table[values.length] = noneOf(at);
    return table;
  }

  #numbersOf(at: number): Uint32Array {
    return this.#loops.words.subarray(numbersOf(at) / 4, numbersOf(at) / 4 + BLOCK_ROWS);
  }

  /** Makes numbers of so many values, and of none for up to three rows beyond the last one. */
  #number(at: number, rows: number): void {
    this.#loops.floats.fill(Number.NaN, VALUES / 4 + rows, VALUES / 4 + padded(rows));
    this.#numbers(VALUES, VALUES + padded(rows) * 4, numbersOf(at), BOUNDS + at * BOUNDS_BYTES);
  }

  /** Counts the rows whose numbers are there. */
  #count(rows: number): void {
    for (const [at, { column, row }] of PAIRS.entries()) {
      const a = numbersOf(column);
      const steps = [STEPS + column * STEPS_BYTES, STEPS + row * STEPS_BYTES] as const;
      this.#cells(a, a + rows * 4, numbersOf(row), ...steps, GRIDS + at * GRID_BYTES);
    }
    this.#moments(NUMBERS, NUMBERS + padded(rows) * 4, NONES, SUMS);
    for (const at of PRODUCTS.keys()) this.#sums[at] = (this.#sums[at] ?? 0) + this.#fourSums(at);
    this.#complete += padded(rows) - this.#fourSums(PRODUCTS.length);
  }

  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]> {
    const pairs = PAIRS.flatMap(({ pair }, at) => {
      const grid = GRIDS + at * GRID_BYTES;
      return gridRows(pair, this.#loops.words.subarray(grid / 4, (grid + GRID_BYTES) / 4));
    });
    const sumsOf = (isProduct: boolean): bigint[] =>
      PRODUCTS.flatMap(([, b], at) => ((b !== null) === isProduct ? [BigInt(this.#sums[at] ?? 0)] : []));
    const sums = [BigInt(this.#complete), ...sumsOf(false), ...sumsOf(true)];
    return new Map([
      ["feature-pairs", pairs],
      ["feature-moments", this.#complete === 0 ? [] : [{ keys: [], sums }]],
    ]);
  }

  /** Each of the four rows that go through an instruction has a sum of its own. */
  #fourSums(at: number): number {
    const first = SUMS / 4 + 4 * at;
    return this.#loops.words.subarray(first, first + 4).reduce((sum, one) => sum + one, 0);
  }
}

/** Four rows are counted at a time: what is beyond the last one is missing. */
function padded(rows: number): number {
  return Math.ceil(rows / 4) * 4;
}

function noneOf(column: number): number {
  return (FEATURES[column]?.steps.length ?? 0) - 1;
}

function numbersOf(column: number): number {
  return NUMBERS + column * COLUMN_BYTES;
}

function feature(from: number, to: number, stepsPerUnit: number, step: (number: number) => number): Feature {
  const last = (to - from) * stepsPerUnit;
  const steps = Uint8Array.from({ length: last + 2 }, (_, number) => {
    const at = Math.floor(step(number));
    const isInside = at >= 0 && at <= SIDE && step(number) <= SIDE && number <= last;
    return isInside ? Math.min(at, SIDE - 1) : NO_STEP;
  });
  return { from, to, stepsPerUnit, steps };
}

function gridRows(pair: string, grid: Uint32Array): AggregateRow[] {
  return Array.from({ length: SIDE * SIDE }, (_, cell): AggregateRow => {
    const tracks = grid[Math.floor(cell / SIDE) * (SIDE + 1) + (cell % SIDE)] ?? 0;
    return { keys: [pair, cell], sums: [BigInt(tracks)] };
  }).filter(({ sums }) => sums[0] !== 0n);
}
