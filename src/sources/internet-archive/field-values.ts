/** A field that is a text, or a list of texts as JSON, as a list; what is null in it is nothing. */
export function textsOf(field: string | null): readonly string[] {
  if (field === null || field === "") return [];
  if (!field.startsWith("[")) return [field];
  try {
    const list: unknown = JSON.parse(field);
    return Array.isArray(list) ? list.filter((item) => item !== null).map(textOf) : [field];
  } catch {
    return [field];
  }
}

export function firstText(field: string | null): string | null {
  return textsOf(field)[0] ?? null;
}

/** Seconds with a fraction, `m:ss` or `h:mm:ss`, in milliseconds; null for anything else. */
export function lengthMs(length: string | null): number | null {
  if (length === null || !LENGTHS.some((form) => form.test(length))) return null;
  const seconds = length.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round(seconds * 1000);
}

const LENGTHS = [
  /^[0-9]{1,7}(\.[0-9]+)?$/,
  /^[0-9]{1,4}:[0-5]?[0-9](\.[0-9]+)?$/,
  /^[0-9]{1,3}:[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]+)?$/,
];

/** The number of a track that is told as `3` or `3/12`; null for anything else. */
export function trackNo(track: string | null): number | null {
  const number = /^([0-9]{1,5})(\/[0-9]+)?$/.exec(track ?? "")?.[1];
  return number === undefined ? null : Number(number);
}

/** Year, month or day of a date, without its time; null for anything else. */
export function itemDate(date: string | null): string | null {
  return /^([0-9]{4}(-[0-9]{2}){0,2})(T.*)?$/.exec(date ?? "")?.[1] ?? null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
