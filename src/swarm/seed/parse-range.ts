export type RequestedRange =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly start: number; readonly end: number }
  /** 416: nothing of it is there. */
  | { readonly kind: "outside" };

/**
 * Reads a `Range` header of one range (RFC 9110, section 14); end excluded. What is not understood, or asks for several ranges, is
 * passed over as the RFC allows: the whole is the answer.
 */
export function parseRange(header: string | undefined, sizeBytes: number): RequestedRange {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (match === null) return { kind: "whole" };
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const suffix = Math.min(Number(last), sizeBytes);
    return suffix === 0 ? { kind: "outside" } : { kind: "part", start: sizeBytes - suffix, end: sizeBytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return { kind: "whole" };
  if (start >= sizeBytes) return { kind: "outside" };
  return { kind: "part", start, end: last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
