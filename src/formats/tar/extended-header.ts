import { parsePaxRecords } from "./pax-records.ts";

/** Types of headers that speak about the entry after them: pax, pax global, GNU long name, GNU long link. */
export type ExtensionType = "x" | "g" | "L" | "K";

export function isExtensionType(type: string): type is ExtensionType {
  return type === "x" || type === "g" || type === "L" || type === "K";
}

/** What extended headers say in place of a header's own fields; null where they say nothing. */
export interface Overrides {
  readonly nameBytes: Buffer | null;
  readonly sizeBytes: number | null;
  readonly isSparse: boolean;
}

export const NO_OVERRIDES: Overrides = { nameBytes: null, sizeBytes: null, isSparse: false };

export type OverridesResult =
  | { readonly ok: true; readonly overrides: Overrides }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads the bytes of an extended header, to go over what the ones before it said of the same entry: `path` and `size` of a pax
 * header (other records are passed over), the name of a GNU `L` header up to its NUL; pax wins. A link's target (`K`) is never
 * needed.
 */
export function readExtension(type: ExtensionType, bytes: Buffer, before: Overrides): OverridesResult {
  if (type === "K") return { ok: true, overrides: before };
  if (type === "L") {
    const name = bytes[bytes.length - 1] === 0 ? bytes.subarray(0, -1) : bytes;
    return { ok: true, overrides: { ...before, nameBytes: before.nameBytes ?? name } };
  }
  const parsed = parsePaxRecords(bytes);
  if (!parsed.ok) return parsed;
  const size = parsed.records.get("size");
  const sizeBytes = size === undefined ? null : parseSize(size);
  if (Number.isNaN(sizeBytes)) return { ok: false, reason: "pax size out of bounds, or not a number" };
  const nameBytes = parsed.records.get("path") ?? null;
  const isSparse = [...parsed.records.keys()].some((key) => key.startsWith("GNU.sparse."));
  if (type === "x")
    return { ok: true, overrides: { nameBytes: nameBytes ?? before.nameBytes, sizeBytes, isSparse } };
  // A global header may hold a comment; one path or size for every file of the archive can only be meant to confuse.
  if (nameBytes === null && sizeBytes === null && !isSparse) return { ok: true, overrides: before };
  return { ok: false, reason: "a global header with a path or size" };
}

function parseSize(value: Buffer): number {
  const digits = value.toString("latin1");
  const sizeBytes = /^[0-9]{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : Number.NaN;
}
