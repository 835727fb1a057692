import type { ColumnChunk } from "../../core/index.ts";
import type { AggregateRow } from "./aggregate-rows.ts";
import { type AggregateName, MOMENT_FEATURES } from "./registry.ts";
import type { Tally } from "./tally.ts";

/** Rows at a time: sums of that many products of two numbers up to 1,200 fit into 32 bits. */
const BLOCK_ROWS = 2048;

interface Feature {
  readonly from: number;
  readonly to: number;
  readonly stepsPerUnit: number;
  /** The step of the grid of each number; `NO_STEP` where it has none. */
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

/** A column of ones stands after those of the features: a product with it is the feature's own sum. */
const ONES = MOMENT_FEATURES.length;

/** Which columns each feature is multiplied with: itself, those after it, ones; four at a time, the last ones repeated. */
const PRODUCTS = MOMENT_FEATURES.flatMap((_, a) =>
  Array.from({ length: Math.ceil((ONES - a + 1) / 4) }, (__, group) => {
    const other = (at: number): number => Math.min(ONES, a + group * 4 + at);
    return { a, b: other(0), c: other(1), d: other(2), e: other(3) };
  }),
);

/** The grids of two features and the sums of products of seven, of one pass over nine columns. */
export class FeatureTally implements Tally {
  readonly #numbers = FEATURES.map(() => new Int32Array(BLOCK_ROWS));
  readonly #grids = PAIRS.map(() => new Float64Array((SIDE + 1) ** 2));
  readonly #ones = new Int32Array(BLOCK_ROWS).fill(1);
  /** Of feature a and column b at `a * (ONES + 1) + b`. */
  readonly #products = new Float64Array(ONES * (ONES + 1));
  readonly #ofFour = new Float64Array(4);
  #complete = 0;
  readonly #isMissing = new Uint8Array(BLOCK_ROWS);

  /** Takes chunks of at most 2,048 rows. */
  add(chunk: ColumnChunk): void {
    const { rows } = chunk;
    if (rows > BLOCK_ROWS) throw new RangeError(`a chunk of ${rows} rows`);
    for (const [at, feature] of FEATURES.entries()) toNumbers(chunk.floats(at), feature, this.#column(at));
    for (const [at, { column, row }] of PAIRS.entries()) {
      const grid = this.#grids[at];
      if (grid) countPairs(rows, this.#side(column), this.#side(row), grid);
    }
    this.#addMoments(rows);
  }

  rows(): ReadonlyMap<AggregateName, readonly AggregateRow[]> {
    const pairs = PAIRS.flatMap(({ pair }, at) => gridRows(pair, this.#grids[at] ?? new Float64Array()));
    const product = (a: number, b: number): bigint => BigInt(this.#products[a * (ONES + 1) + b] ?? 0);
    const sums = [
      BigInt(this.#complete),
      ...MOMENT_FEATURES.map((_, a) => product(a, ONES)),
      ...MOMENT_FEATURES.flatMap((_, a) => MOMENT_FEATURES.slice(a).map((__, at) => product(a, a + at))),
    ];
    const moments = this.#complete === 0 ? [] : [{ keys: [], sums }];
    return new Map([
      ["feature-pairs", pairs],
      ["feature-moments", moments],
    ]);
  }

  /** Tracks that lack one of the seven are numbers of 0 in all, and are not counted. */
  #addMoments(rows: number): void {
    const columns = MOMENT_FEATURES.map((_, at) => this.#column(at));
    this.#complete += rows - markMissing(rows, columns, FEATURES, this.#isMissing);
    const column = (at: number): Int32Array => columns[at] ?? this.#ones;
    for (const { a, b, c, d, e } of PRODUCTS) {
      multiply(rows, column(a), column(b), column(c), column(d), column(e), this.#ofFour);
      for (const [at, other] of [b, c, d, e].entries()) {
        if (at > 0 && other === [b, c, d, e][at - 1]) break;
        const place = a * (ONES + 1) + other;
        this.#products[place] = (this.#products[place] ?? 0) + (this.#ofFour[at] ?? 0);
      }
    }
  }

  #column(at: number): Int32Array {
    const column = this.#numbers[at];
    if (!column) throw new RangeError(`no feature ${at}`);
    return column;
  }

  #side(at: number): { readonly numbers: Int32Array; readonly steps: Uint8Array } {
    return { numbers: this.#column(at), steps: FEATURES[at]?.steps ?? new Uint8Array() };
  }
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

/** Whole numbers of steps from the lower end, to the nearest; what is missing or out of range is one beyond the last. */
function toNumbers(values: Float32Array, { from, to, stepsPerUnit }: Feature, numbers: Int32Array): void {
  const none = (to - from) * stepsPerUnit + 1;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] ?? Number.NaN;
    numbers[at] = value >= from && value <= to ? ((value - from) * stepsPerUnit + 0.5) | 0 : none;
  }
}

type Side = { readonly numbers: Int32Array; readonly steps: Uint8Array };

function countPairs(rows: number, a: Side, b: Side, grid: Float64Array): void {
  const { numbers: columns, steps: columnSteps } = a;
  const { numbers: others, steps: rowSteps } = b;
  for (let at = 0; at < rows; at += 1) {
    const cell = (columnSteps[columns[at] ?? 0] ?? 0) * (SIDE + 1) + (rowSteps[others[at] ?? 0] ?? 0);
    grid[cell] = (grid[cell] ?? 0) + 1;
  }
}

function gridRows(pair: string, grid: Float64Array): AggregateRow[] {
  return Array.from({ length: SIDE * SIDE }, (_, cell): AggregateRow => {
    const tracks = grid[Math.floor(cell / SIDE) * (SIDE + 1) + (cell % SIDE)] ?? 0;
    return { keys: [pair, cell], sums: [BigInt(tracks)] };
  }).filter(({ sums }) => sums[0] !== 0n);
}

/** Sets rows to 0 that lack one of the columns; how many these are. */
function markMissing(
  rows: number,
  columns: readonly Int32Array[],
  features: readonly Feature[],
  isMissing: Uint8Array,
): number {
  isMissing.fill(0);
  for (const [at, column] of columns.entries()) {
    const none = (features[at]?.steps.length ?? 0) - 1;
    for (let row = 0; row < rows; row += 1) if (column[row] === none) isMissing[row] = 1;
  }
  let missing = 0;
  for (let row = 0; row < rows; row += 1) {
    if (isMissing[row] !== 1) continue;
    missing += 1;
    for (const column of columns) column[row] = 0;
  }
  return missing;
}

/** The sums of the products of `a` with four others, each below 2^32. */
function multiply(
  rows: number,
  a: Int32Array,
  b: Int32Array,
  c: Int32Array,
  d: Int32Array,
  e: Int32Array,
  sums: Float64Array,
): void {
  let [ab, ac, ad, ae] = [0, 0, 0, 0];
  for (let at = 0; at < rows; at += 1) {
    const value = a[at] ?? 0;
    ab = (ab + Math.imul(value, b[at] ?? 0)) | 0;
    ac = (ac + Math.imul(value, c[at] ?? 0)) | 0;
    ad = (ad + Math.imul(value, d[at] ?? 0)) | 0;
    ae = (ae + Math.imul(value, e[at] ?? 0)) | 0;
  }
  sums[0] = ab >>> 0;
  sums[1] = ac >>> 0;
  sums[2] = ad >>> 0;
  sums[3] = ae >>> 0;
}
