export type DatePrecision = "year" | "month" | "day";

/** A date as far as the source knew it: `2008`, `2008-05` or `2008-05-17`. */
export interface PartialDate {
  readonly date: string;
  readonly precision: DatePrecision;
}

const NUMBERS = /^([0-9]{4})(?:[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2})(?:[T ].*)?)?)?$/s;
const COMPACT = /^([0-9]{4})([0-9]{2})([0-9]{2})$/;
const LONE_YEAR = /(?<![0-9])(?:1[0-9]|20)[0-9]{2}(?![0-9])/g;
/** Longer text is no date. */
const MAX_CHARS = 64;

/**
 * Reads the date of a tag; null when there is none. What is not a real calendar month or day is left out, so
 * `2008-13-45` is the year 2008; of other text only a single year is taken, because 01/05/2008 has two readings.
 */
export function parsePartialDate(text: string): PartialDate | null {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARS) return null;
  const [, year = "", month = "", day = ""] = NUMBERS.exec(trimmed) ?? COMPACT.exec(trimmed) ?? [];
  if (year === "") return loneYear(trimmed);
  if (Number(year) < 1000) return null;
  const [yearNumber, monthNumber, dayNumber] = [Number(year), Number(month), Number(day)];
  if (monthNumber < 1 || monthNumber > 12) return { date: year, precision: "year" };
  const yearAndMonth = `${year}-${month.padStart(2, "0")}`;
  const lastDay = new Date(Date.UTC(yearNumber, monthNumber, 0)).getUTCDate();
  if (dayNumber < 1 || dayNumber > lastDay) return { date: yearAndMonth, precision: "month" };
  return { date: `${yearAndMonth}-${day.padStart(2, "0")}`, precision: "day" };
}

function loneYear(text: string): PartialDate | null {
  const years = text.match(LONE_YEAR) ?? [];
  const [year] = years;
  return year !== undefined && years.length === 1 ? { date: year, precision: "year" } : null;
}
