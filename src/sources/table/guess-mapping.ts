import { type ColumnValues, durationUnit, valuesOf } from "./column-values.ts";
import type { Mapping, TableReader } from "./mapping.ts";
import { CREDIT_FIELDS, type DurationUnit, type Field } from "./mapping-fields.ts";
import { NAME_RULES, type NameRule } from "./name-rules.ts";

export interface Guess {
  readonly column: string;
  /** Null: nothing fits. */
  readonly field: Field | null;
  /** 0 to 1. */
  readonly confidence: number;
  readonly reason: string;
  readonly unit: DurationUnit | null;
  readonly separator: string | null;
}

/** Several columns may be names of the same kind. */
const MANY: ReadonlySet<Field> = new Set<Field>([...CREDIT_FIELDS, "genre"]);
const PARTED: ReadonlySet<Field> = new Set<Field>([...CREDIT_FIELDS, "genre", "isrc", "label"]);
const LEAST = 0.5;

/** Guesses what each column is, by its name and by some of its values; of two columns for one field the surer has it. */
export function guessMapping(
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | null>>[],
): Guess[] {
  const guesses = columns.map((column) =>
    guessColumn(column, valuesOf(rows.map((row) => row[column] ?? null))),
  );
  const best = new Map<Field, Guess>();
  for (const guess of guesses) {
    if (guess.field === null || MANY.has(guess.field)) continue;
    const known = best.get(guess.field);
    if (known === undefined || guess.confidence > known.confidence) best.set(guess.field, guess);
  }
  return guesses.map((guess) => {
    const winner = guess.field === null ? undefined : best.get(guess.field);
    if (winner === undefined || winner === guess) return guess;
    return {
      ...guess,
      field: null,
      unit: null,
      separator: null,
      confidence: 0,
      reason: `"${winner.column}" is more surely ${guess.field ?? ""}`,
    };
  });
}

/** A mapping with its reasons as comments, ready to be looked through by a person. */
export function mappingOf(reader: TableReader, guesses: readonly Guess[], shown: string): Mapping {
  return {
    "//": [
      `Guessed from ${shown}. Keys named "//" are comments. A column whose field is null is left out.`,
      "Fields, units and separators: docs/formats/mapping.md",
    ],
    format: "deadwax-mapping/1",
    reader,
    licence: null,
    columns: Object.fromEntries(
      guesses.map(({ column, field, confidence, reason, unit, separator }) => [
        column,
        {
          "//": field === null ? reason : `${Math.round(confidence * 100)} %: ${reason}`,
          field,
          ...(unit === null ? {} : { unit }),
          ...(separator === null ? {} : { separator }),
        },
      ]),
    ),
  };
}

function guessColumn(column: string, values: ColumnValues): Guess {
  const name = column
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "");
  const named = NAME_RULES.filter(({ pattern }) => pattern.test(name));
  for (const rule of named) {
    const judged = judge(rule, name, values);
    if (judged.confidence >= LEAST)
      return guess(column, rule.field, judged.confidence, judged.reason, values);
  }
  const byValues = valueGuess(values);
  if (byValues !== null) return guess(column, byValues.field, byValues.confidence, byValues.reason, values);
  const [first] = named;
  const reason =
    first === undefined
      ? "neither its name nor its values say what it is"
      : judge(first, name, values).reason;
  return { column, field: null, confidence: 0, reason, unit: null, separator: null };
}

function guess(
  column: string,
  field: Field,
  confidence: number,
  reason: string,
  values: ColumnValues,
): Guess {
  const unit = field === "duration" ? durationUnit(values) : null;
  return { column, field, confidence, reason, unit, separator: PARTED.has(field) ? values.separator : null };
}

/** A name counts as far as the values bear it out. */
function judge(
  { field, check }: NameRule,
  name: string,
  values: ColumnValues,
): { readonly confidence: number; readonly reason: string } {
  const named = `the name says ${field}`;
  if (values.count === 0) return { confidence: 0.6, reason: `${named}; the rows looked at are empty` };
  const found = evidence(check, name, values);
  if (found === null) return { confidence: 0.7, reason: named };
  const { share, what } = found;
  if (share < 0.5)
    return { confidence: 0.2, reason: `${named}, but ${percent(1 - share)} of the values are not ${what}` };
  return { confidence: 0.7 + 0.28 * share, reason: `${named}; ${percent(share)} of the values are ${what}` };
}

function evidence(
  check: NameRule["check"],
  name: string,
  values: ColumnValues,
): { readonly share: number; readonly what: string } | null {
  switch (check) {
    case "isrc":
      return { share: values.isrcs, what: "ISRCs" };
    case "uuid":
      return { share: values.uuids, what: "MBIDs" };
    case "gtin":
      return { share: values.gtins, what: "GTINs" };
    case "date":
      return { share: values.dates, what: "dates" };
    case "number":
      return { share: values.numbers, what: "numbers" };
    case "whole":
      return { share: values.wholes, what: "whole numbers" };
    case "boolean":
      return { share: values.booleans, what: "true or false" };
    case "unique":
      return { share: values.isUnique ? 1 : 0, what: "different from each other" };
    case "pitch":
      return {
        share: values.wholes === 1 && (values.max ?? 12) <= 11 && !values.isUnique ? 1 : 0,
        what: "numbers from 0 to 11",
      };
    case "duration": {
      const unit = durationUnit(values);
      const contradicts =
        unit === "s"
          ? /(^|_)ms$|milli/.test(name)
          : unit === "ms"
            ? /_s$|sec/.test(name) && !/milli/.test(name)
            : false;
      if (unit === null || contradicts)
        return { share: 0, what: "lengths of songs in the unit that the name says" };
      return { share: 1, what: `lengths of songs in ${unit}` };
    }
    case "text":
      return null;
  }
}

function valueGuess(
  values: ColumnValues,
): { readonly field: Field; readonly confidence: number; readonly reason: string } | null {
  if (values.count < 2) return null;
  const by = (field: Field, share: number, what: string, factor = 0.9) =>
    share >= 0.9
      ? { field, confidence: share * factor, reason: `${percent(share)} of the values are ${what}` }
      : null;
  return (
    by("isrc", values.isrcs, "ISRCs") ??
    by("barcode", values.gtins, "GTINs", 0.7) ??
    by("duration", values.clocks, "lengths as m:ss", 0.7)
  );
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
