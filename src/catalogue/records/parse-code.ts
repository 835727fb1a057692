import {
  parseGtin,
  parseIpiName,
  parseIsni,
  parseIsrc,
  parseIswc,
  parseMbid,
} from "../../formats/identifiers/index.ts";

export type ParsedCode =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly reason: string };

const MAX_CHARS = 256;

const PARSERS: ReadonlyMap<string, (text: string) => ParsedCode> = new Map([
  ["isrc", parseIsrc],
  ["iswc", parseIswc],
  ["gtin", gtin14],
  ["isni", parseIsni],
  ["ipi", parseIpiName],
  ["acoustid", parseMbid],
]);

/** The canonical value of an identifier in a scheme, or why it is none. Codes of other schemes are taken as they are. */
export function parseCode(scheme: string, text: string): ParsedCode {
  if (text.length > MAX_CHARS) return { ok: false, reason: "too long" };
  const parse = PARSERS.get(scheme) ?? (scheme.startsWith("mbid-") ? parseMbid : plainCode);
  return parse(text);
}

function gtin14(text: string): ParsedCode {
  const result = parseGtin(text);
  return result.ok ? { ok: true, value: result.value.gtin14 } : result;
}

function plainCode(text: string): ParsedCode {
  const value = text.trim().replace(/\s+/gu, " ");
  return value === "" ? { ok: false, reason: "empty" } : { ok: true, value };
}
