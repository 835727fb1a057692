import { hasNan } from "../../../formats/parquet/rows/row-columns.ts";
import { BLOCK_ROWS, type BlockLoops, type TextBlock, textOf } from "../../records/text-block.ts";
import type { Mapping } from "../mapping.ts";
import { columnsOf, FEATURE_NAMES, type Field } from "../mapping-fields.ts";
import { clockSeconds, numberOf, truthOf, wholeOf } from "./number-text.ts";

const DAY_MS = 86_400_000;
const MAX_SMALL = 65_535;
const MAX_PLAYS = 9e15;
const SHOWN_CHARACTERS = 40;

/** A column with a number, or a truth as 1 or 0. */
interface TypedColumn {
  readonly field: Field;
  readonly name: string;
  readonly column: number;
  /** What its texts are when they are not what the field asks for. */
  readonly otherwise: string;
  /** NaN where the text is not what the field asks for. */
  readonly read: (bytes: Uint8Array, from: number, to: number) => number;
  /** Of fields that are read as numbers: what becomes of one; NaN where it is not what the field asks for. */
  readonly of: ((value: number) => number) | null;
  readonly isTruth?: boolean;
  readonly values: Float64Array;
}

/** The numbers of the rows of a block. */
export class TypedColumns {
  readonly #columns: readonly TypedColumn[];

  constructor(mapping: Mapping, columns: readonly string[]) {
    this.#columns = readers(mapping).flatMap(({ field, ...reader }) =>
      columnsOf(mapping, field).map(({ name }) => {
        const values = new Float64Array(BLOCK_ROWS);
        return { ...reader, field, name, column: columns.indexOf(name), values };
      }),
    );
  }

  /** Those of a field, NaN where a row has none; null where no column is mapped to it. */
  values(field: Field): Float64Array | null {
    return this.#columns.find((column) => column.field === field)?.values ?? null;
  }

  /** Reads those of a block; says which rows are refused, and why. */
  read(block: TextBlock, refuse: (row: number, reason: string) => void): void {
    for (const column of this.#columns) readColumn(column, block, refuse);
  }
}

function readColumn(
  typed: TypedColumn,
  block: TextBlock,
  refuse: (row: number, reason: string) => void,
): void {
  const { starts, ends, rows } = block;
  const { column, values } = typed;
  if (typed.of !== null && block.loops !== null) readNumbers(typed, typed.of, block, block.loops);
  else if (typed.isTruth === true && block.loops !== null) {
    for (const row of block.loops.truths(column * BLOCK_ROWS, rows, values))
      values[row] = readCell(typed, block, row);
  } else for (let row = 0; row < rows; row += 1) values[row] = readCell(typed, block, row);
  if (!hasNan(values, 0, rows)) return;
  for (let row = 0; row < rows; row += 1) {
    if (!Number.isNaN(values[row] ?? 0) || block.isEmpty(column, row)) continue;
    const cell = column * BLOCK_ROWS + row;
    refuse(row, faultOf(typed, block, starts[cell] ?? 0, ends[cell] ?? 0));
  }
}

function readCell({ column, read }: TypedColumn, { bytes, starts, ends }: TextBlock, row: number): number {
  const cell = column * BLOCK_ROWS + row;
  const from = starts[cell] ?? 0;
  const to = ends[cell] ?? 0;
  return from === to ? Number.NaN : read(bytes.array, from, to);
}

/** Numbers are seldom written in another way than with a few digits. */
function readNumbers(
  typed: TypedColumn,
  of: (value: number) => number,
  block: TextBlock,
  loops: BlockLoops,
): void {
  const { column, values } = typed;
  const { rows } = block;
  const odd = loops.numbers(column * BLOCK_ROWS, rows, values);
  if (of !== same) for (let row = 0; row < rows; row += 1) values[row] = of(values[row] ?? Number.NaN);
  for (const row of odd) values[row] = readCell(typed, block, row);
}

function faultOf({ name, otherwise }: TypedColumn, { bytes }: TextBlock, from: number, to: number): string {
  const text = textOf(bytes, from, Math.min(to, from + 4 * SHOWN_CHARACTERS));
  return `column "${name}": "${[...text].slice(0, SHOWN_CHARACTERS).join("")}" is ${otherwise}`;
}

type Reader = Pick<TypedColumn, "field" | "read" | "of" | "isTruth" | "otherwise">;

const same = (value: number): number => value;

/** In the order in which faults are told. */
function readers(mapping: Mapping): readonly Reader[] {
  const whole = (field: Field, max: number): Reader => ({
    field,
    read: (bytes, from, to) => wholeOf(bytes, from, to, max),
    of: null,
    otherwise: "no whole number in range",
  });
  return [
    whole("disc_no", MAX_SMALL),
    whole("track_no", MAX_SMALL),
    { field: "duration", ...durationReader(mapping), otherwise: "no duration in the unit of the mapping" },
    { field: "explicit", read: truthOf, of: null, isTruth: true, otherwise: "neither true nor false" },
    whole("market_count", MAX_SMALL),
    whole("plays", MAX_PLAYS),
    ...FEATURE_NAMES.map(
      (name): Reader => ({ field: `feature:${name}`, read: numberOf, of: same, otherwise: "no number" }),
    ),
  ];
}

/** Milliseconds, a day at most. */
function durationReader(mapping: Mapping): Pick<TypedColumn, "read" | "of"> {
  const { unit = "ms" } = Object.values(mapping.columns).find(({ field }) => field === "duration") ?? {};
  if (unit === "m:ss") {
    return { read: (bytes, from, to) => Math.round(1000 * clockSeconds(bytes, from, to)), of: null };
  }
  const factor = unit === "s" ? 1000 : 1;
  const of = (value: number): number => {
    const duration = value * factor;
    return duration >= 0 && duration <= DAY_MS ? Math.round(duration) : Number.NaN;
  };
  return { read: (bytes, from, to) => of(numberOf(bytes, from, to)), of };
}
