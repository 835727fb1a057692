import type { Fields } from "../../formats/json/shape.ts";
import { misfit } from "./shape.ts";

/** Why this line, which is UTF-8, is no document of that shape; null when nothing is seen to be wrong with it. */
export function lineFault(line: Buffer, fields: Fields): string | null {
  const text = line.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The database's reader is more tolerant in these two points: what it takes is not refused here.
    return /,\s*[}\]]|nan|inf/i.test(text) ? null : "not valid JSON";
  }
  if (/\\u[dD][89a-fA-F]/.test(text) && hasLoneSurrogate(value)) return "a text with half of a character";
  return misfit(fields, value);
}

function hasLoneSurrogate(value: unknown): boolean {
  // `JSON.stringify` writes halves of a pair, and nothing else, as escapes of this form.
  return /(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(value));
}
