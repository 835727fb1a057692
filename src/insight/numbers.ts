const LOCALE = "en";
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumSignificantDigits: 3 });
const decimal = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 4 });
const percentFormat = new Intl.NumberFormat(LOCALE, { style: "percent", maximumSignificantDigits: 3 });
const plural = new Intl.PluralRules(LOCALE);
const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"] as const;
const byteFormats = BYTE_UNITS.map(
  (unit) => new Intl.NumberFormat(LOCALE, { style: "unit", unit, maximumSignificantDigits: 3 }),
);

/** `256,039,007` */
export function formatCount(value: number | bigint): string {
  return whole.format(value);
}

/** `256M`; up to 9,999 as it is. */
export function formatShort(value: number | bigint): string {
  return value < 10_000 ? decimal.format(value) : short.format(value);
}

export function formatDecimal(value: number): string {
  return decimal.format(value);
}

/** `13.5%`; a share that is not quite everything is never written as all of it. */
export function formatShare(share: number): string {
  const text = percentFormat.format(share);
  if (text === "100%" && share < 1) return "almost 100%";
  return text;
}

/** `3.49 MB`, powers of 1000. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return byteFormats[power]?.format(bytes / 1000 ** power) ?? `${bytes}`;
}

/** `3:20`, or `1:02:05`. */
export function formatLength(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds % 60),
  ];
  const two = (value: number): string => `${value}`.padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `1 track`, `51 tracks`, `256M tracks` is `256,039,007 tracks`. */
export function counted(value: number | bigint, one: string, many: string = `${one}s`): string {
  return `${formatCount(value)} ${plural.select(Number(value)) === "one" ? one : many}`;
}

/** Sums that pass 2^53 lose their last digits in shares and axes, nowhere else. */
export function asNumber(value: bigint): number {
  return Number(value);
}

/** A quotient of sums, null when there is nothing to divide by. */
export function ratio(a: number | bigint, b: number | bigint): number | null {
  return Number(b) === 0 ? null : Number(a) / Number(b);
}
