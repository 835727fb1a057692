import type { Axis } from "../figure.ts";
import { formatBytes, formatShare, formatShort } from "../numbers.ts";

/** Writes a tick of an axis. */
export function tickFormat(axis: Axis): (value: number) => string {
  if (axis.format === "percent") return formatShare;
  if (axis.format === "bytes") return formatBytes;
  if (axis.format === "minutes") return (seconds) => `${Math.round(seconds / 6) / 10}`;
  if (axis.format === "count") return formatShort;
  return (value) => (Number.isInteger(value) ? `${value}` : "");
}
