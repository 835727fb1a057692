import { formatDuration, formatSize } from "../../core/sizes.ts";
import type { MeterReading } from "./meter.ts";
import { displayWidth, fitToWidth, padToWidth, printable } from "./printable.ts";
import type { Painter } from "./style.ts";

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A bar of `columns` columns, filled to `share` (0–1) in steps of an eighth of a column. */
export function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const partial = EIGHTHS[eighths % 8] ?? "";
  return padToWidth("█".repeat(Math.floor(eighths / 8)) + partial, columns);
}

const LABEL_COLUMNS = 22;

/** One line for a running operation that fits into `columns`: label, bar, share, rate, time left, what is being done. */
export function progressLine(reading: MeterReading, columns: number, painter: Painter): string {
  const label = padToWidth(fitToWidth(printable(reading.label), LABEL_COLUMNS), LABEL_COLUMNS);
  const figures = figuresOf(reading).join("  ");
  const barColumns = Math.min(30, Math.max(0, columns - LABEL_COLUMNS - displayWidth(figures) - 12));
  const share = reading.total ? Math.min(1, reading.done / reading.total) : 0;
  const percent = reading.total === null ? "" : `${String(Math.floor(share * 100)).padStart(3)} %`;
  const drawn = reading.total === null || barColumns < 6 ? "" : bar(share, barColumns);
  const head = [label, drawn && `▕${drawn}▏`, percent, figures].filter((part) => part !== "").join(" ");
  const room = columns - displayWidth(head) - 3;
  const detail = room >= 8 && reading.detail ? `  ${fitToWidth(printable(reading.detail), room)}` : "";
  if (displayWidth(head) > columns - 1) return fitToWidth(head, columns - 1);
  return (
    painter("bold", label) +
    (drawn && ` ${painter("dim", "▕")}${painter("cyan", drawn)}${painter("dim", "▏")}`) +
    (percent && ` ${percent}`) +
    ` ${painter("dim", figures)}${painter("dim", detail)}`
  );
}

/** The same for a log: no bar, nothing that is redrawn. */
export function plainProgressLine(reading: MeterReading): string {
  return `${printable(reading.label)}: ${figuresOf(reading).join(", ")}`;
}

/** What is left of a finished operation: its label, what was done, how long it took. */
export function finishedLine(reading: MeterReading): string {
  const done = amount(reading.done, reading.unit);
  return `${printable(reading.label)}: ${done} in ${formatDuration(reading.seconds * 1000)}`;
}

function figuresOf(reading: MeterReading): readonly string[] {
  const { done, total, unit, perSecond, secondsLeft } = reading;
  return [
    total === null
      ? amount(done, unit)
      : unit === "items"
        ? `${done}/${total}`
        : `${formatSize(done)} of ${formatSize(total)}`,
    ...(perSecond === null ? [] : [rate(perSecond, unit)]),
    ...(secondsLeft === null ? [] : [`${formatDuration(secondsLeft * 1000)} left`]),
  ];
}

function amount(done: number, unit: MeterReading["unit"]): string {
  return unit === "bytes" ? formatSize(done) : `${done} ${done === 1 ? "item" : "items"}`;
}

function rate(perSecond: number, unit: MeterReading["unit"]): string {
  if (unit === "bytes") return `${formatSize(perSecond)}/s`;
  return perSecond >= 0.95
    ? `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`
    : `${(perSecond * 60).toFixed(1)}/min`;
}
