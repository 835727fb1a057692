import { UsageError } from "./errors.ts";

const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ...["k", "m", "g", "t", "p", "e"].flatMap((prefix, index): [string, number][] => [
    [`${prefix}b`, 1000 ** (index + 1)],
    [prefix, 1000 ** (index + 1)],
    [`${prefix}ib`, 1024 ** (index + 1)],
  ]),
]);

/**
 * Parses `300TB` (powers of 1000) or `300TiB` (powers of 1024) into bytes.
 * Throws `UsageError` for anything else, and for sizes that a double cannot count exactly.
 */
export function parseSize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unitBytes = UNIT_BYTES.get((match?.[2] ?? "").toLowerCase());
  const sizeBytes = Math.floor(Number(match?.[1]) * (unitBytes ?? Number.NaN));
  if (!match || unitBytes === undefined || !Number.isSafeInteger(sizeBytes)) {
    throw new UsageError(`"${text}" is not a size`, { hint: "write it like 300TB, 1.5TiB, 40GB or 1048576" });
  }
  return sizeBytes;
}

const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"] as const;

/** `205_000_000` → `205 MB`; three significant digits, powers of 1000. */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < DECIMAL_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${DECIMAL_UNITS[unit]}`;
}

/** `3725000` → `1:02:05`; `65000` → `1:05`. */
export function formatDuration(durationMs: number): string {
  const totalSeconds = Math.round(durationMs / 1000);
  const seconds = String(totalSeconds % 60).padStart(2, "0");
  const minutes = Math.floor(totalSeconds / 60) % 60;
  const hours = Math.floor(totalSeconds / 3600);
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}
