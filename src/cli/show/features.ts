import type { ShownTrack } from "../../catalogue/index.ts";
import { keyText } from "./key.ts";

const SIGNIFICANT_DIGITS = 4;

/** Values with their units, the key with its mode, and what they come from; null where there are none. */
export function featuresText(features: ShownTrack["features"]): string | null {
  if (features.length === 0) return null;
  const mode = features.find(({ name }) => name === "mode")?.value;
  const texts = features.flatMap(({ name, value, unit }) => {
    if (name === "mode") return [];
    if (name === "key")
      return `key ${keyText(value, mode === undefined ? null : mode === 1 ? "major" : "minor")}`;
    return `${name} ${Number(value.toPrecision(SIGNIFICANT_DIGITS))}${unit === null ? "" : ` ${unit}`}`;
  });
  const tools = new Set(features.flatMap(({ tool }) => tool ?? []));
  return `${texts.join(", ")}${tools.size === 0 ? "" : ` (${[...tools].join(", ")})`}`;
}
