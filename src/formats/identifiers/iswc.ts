import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

/** A work code, canonical `T` + 9 digits + check digit. ISO 15707; separators and lower case accepted. */
export function parseIswc(raw: string): IdentifierResult<string> {
  const plain = compact(raw).replace(/^ISWC:?/, "");
  if (plain === "") return refuse("empty");
  if (!/^T[0-9]{10}$/.test(plain)) return refuse("not T and ten digits");
  if (Number(plain.charAt(10)) !== weightedCheckDigit(plain.slice(1, 10), 1))
    return refuse("wrong check digit");
  return accept(plain);
}

/** `T-034.524.680-1`, for people. Takes a canonical code. */
export function formatIswc(code: string): string {
  return `${code.slice(0, 1)}-${code.slice(1, 4)}.${code.slice(4, 7)}.${code.slice(7, 10)}-${code.slice(10)}`;
}

/** ISO 15707, annex: (10 - (start + Σ position·digit) mod 10) mod 10. IPI base numbers share it with start 2. */
export function weightedCheckDigit(nineDigits: string, start: number): number {
  let sum = start;
  for (let at = 0; at < 9; at++) sum += (at + 1) * Number(nineDigits.charAt(at));
  return (10 - (sum % 10)) % 10;
}
