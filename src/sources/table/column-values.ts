import { parseGtin } from "../../formats/identifiers/gtin.ts";
import { parseIsrc } from "../../formats/identifiers/isrc.ts";
import { isUuid } from "../../formats/identifiers/mbid.ts";
import type { DurationUnit } from "./mapping-fields.ts";

/** What the values of a column look like; a share is of those that are not empty. */
export interface ColumnValues {
  readonly count: number;
  readonly isrcs: number;
  readonly uuids: number;
  readonly gtins: number;
  readonly dates: number;
  readonly clocks: number;
  readonly numbers: number;
  readonly wholes: number;
  readonly booleans: number;
  readonly isUnique: boolean;
  readonly median: number | null;
  readonly max: number | null;
  /** A character that parts several names in many of the values, or null. */
  readonly separator: string | null;
}

const DATE = /^(1[89]|20)\d\d(-\d\d?(-\d\d?)?)?$/;
const CLOCK = /^(\d{1,2}:)?\d{1,3}:[0-5]\d(\.\d+)?$/;
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const BOOLEAN = /^(true|false|t|f|yes|no|0|1)$/i;

export function valuesOf(texts: readonly (string | null)[]): ColumnValues {
  const values = texts.flatMap((text) => (text === null || text.trim() === "" ? [] : [text.trim()]));
  const share = (test: (value: string) => boolean): number =>
    values.length === 0 ? 0 : values.filter(test).length / values.length;
  const numbers = values
    .filter((value) => NUMBER.test(value))
    .map(Number)
    .sort((a, b) => a - b);
  return {
    count: values.length,
    isrcs: share((value) => parseIsrc(value).ok),
    uuids: share((value) => isUuid(value)),
    gtins: share((value) => /^[\d -]{12,17}$/.test(value) && parseGtin(value).ok),
    dates: share((value) => DATE.test(value)),
    clocks: share((value) => CLOCK.test(value)),
    numbers: share((value) => NUMBER.test(value)),
    wholes: share((value) => /^\d+(\.0+)?$/.test(value)),
    booleans: share((value) => BOOLEAN.test(value)),
    isUnique: new Set(values).size === values.length && values.length > 0,
    median: numbers[Math.floor(numbers.length / 2)] ?? null,
    max: numbers.at(-1) ?? null,
    separator: separatorOf(values),
  };
}

/** Nobody's song lasts ten seconds on the whole, nor three hours: that tells milliseconds from seconds. */
export function durationUnit(values: ColumnValues): DurationUnit | null {
  if (values.clocks > 0.9) return "m:ss";
  if (values.numbers < 0.9 || values.median === null) return null;
  if (values.median >= 10_000 && values.median < 10_800_000) return "ms";
  return values.median >= 10 && values.median < 10_000 ? "s" : null;
}

const SEPARATORS = [";", "|", " / "] as const;

function separatorOf(values: readonly string[]): string | null {
  return (
    SEPARATORS.find((mark) => values.filter((value) => value.includes(mark)).length > values.length * 0.01) ??
    null
  );
}
