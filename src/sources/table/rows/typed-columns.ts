import { columnsOf, FEATURE_NAMES, type Field, type Mapping } from "../mapping.ts";
import { clockSeconds, numberOf, truthOf, wholeOf } from "./number-text.ts";
import { type TrimmedRow, textOf } from "./trimmed-row.ts";

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
}

/** The numbers of a row. */
export class TypedColumns {
  readonly #columns: readonly TypedColumn[];
  readonly #values: Float64Array;

  constructor(mapping: Mapping, columns: readonly string[]) {
    this.#columns = readers(mapping).flatMap(({ field, ...reader }) =>
      columnsOf(mapping, field).map(({ name }) => ({
        ...reader,
        field,
        name,
        column: columns.indexOf(name),
      })),
    );
    this.#values = new Float64Array(this.#columns.length);
  }

  /** Which value is that of the field; -1 where none is. */
  indexOf(field: Field): number {
    return this.#columns.findIndex((column) => column.field === field);
  }

  /** NaN where there is none. */
  value(index: number): number {
    // An index of -1 would be looked up as a name.
    return index < 0 ? Number.NaN : (this.#values[index] ?? Number.NaN);
  }

  /** Reads those of a row, or gives why the row is refused. */
  set({ bytes, from, to }: TrimmedRow): string | null {
    for (let index = 0; index < this.#columns.length; index += 1) {
      const known = this.#columns[index];
      if (known === undefined) break;
      const start = from[known.column] ?? 0;
      const end = to[known.column] ?? 0;
      const value = start === end ? Number.NaN : known.read(bytes.array, start, end);
      this.#values[index] = value;
      if (Number.isNaN(value) && start < end) {
        const shown = [...textOf(bytes, start, Math.min(end, start + 4 * SHOWN_CHARACTERS))]
          .slice(0, SHOWN_CHARACTERS)
          .join("");
        return `column "${known.name}": "${shown}" is ${known.otherwise}`;
      }
    }
    return null;
  }
}

type Reader = Pick<TypedColumn, "field" | "read" | "otherwise">;

/** In the order in which faults are told. */
function readers(mapping: Mapping): readonly Reader[] {
  const whole = (field: Field, max: number): Reader => ({
    field,
    read: (bytes, from, to) => wholeOf(bytes, from, to, max),
    otherwise: "no whole number in range",
  });
  return [
    whole("disc_no", MAX_SMALL),
    whole("track_no", MAX_SMALL),
    { field: "duration", read: durationReader(mapping), otherwise: "no duration in the unit of the mapping" },
    { field: "explicit", read: truthOf, otherwise: "neither true nor false" },
    whole("market_count", MAX_SMALL),
    whole("plays", MAX_PLAYS),
    ...FEATURE_NAMES.map(
      (name): Reader => ({ field: `feature:${name}`, read: numberOf, otherwise: "no number" }),
    ),
  ];
}

/** Milliseconds, a day at most. */
function durationReader(mapping: Mapping): TypedColumn["read"] {
  const { unit = "ms" } = Object.values(mapping.columns).find(({ field }) => field === "duration") ?? {};
  if (unit === "m:ss") return (bytes, from, to) => Math.round(1000 * clockSeconds(bytes, from, to));
  const factor = unit === "s" ? 1000 : 1;
  return (bytes, from, to) => {
    const duration = numberOf(bytes, from, to) * factor;
    return duration >= 0 && duration <= DAY_MS ? Math.round(duration) : Number.NaN;
  };
}
