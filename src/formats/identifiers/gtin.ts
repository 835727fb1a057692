import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

export type GtinKind = "GTIN-8" | "GTIN-12" | "GTIN-13" | "GTIN-14";

export interface Gtin {
  readonly kind: GtinKind;
  /** as given, separators removed */
  readonly digits: string;
  /** padded with zeros to 14 digits: equal for the UPC-A and the EAN-13 spelling of one number */
  readonly gtin14: string;
}

const KIND_OF_LENGTH: ReadonlyMap<number, GtinKind> = new Map([
  [8, "GTIN-8"],
  [12, "GTIN-12"],
  [13, "GTIN-13"],
  [14, "GTIN-14"],
]);

/** A barcode number (UPC-A, EAN, ITF-14) with a right check digit. GS1 General Specifications, 7.9. */
export function parseGtin(raw: string): IdentifierResult<Gtin> {
  const digits = compact(raw);
  if (digits === "") return refuse("empty");
  if (!/^[0-9]+$/.test(digits)) return refuse("has characters other than digits");
  const kind = KIND_OF_LENGTH.get(digits.length);
  if (kind === undefined) return refuse(`a GTIN has 8, 12, 13 or 14 digits, this has ${digits.length}`);
  if (/^0+$/.test(digits)) return refuse("all zeros: a placeholder");
  if (weightedSum(digits) % 10 !== 0) return refuse("wrong check digit");
  return accept({ kind, digits, gtin14: digits.padStart(14, "0") });
}

/** Weights from the right: the check digit 1, then 3, 1, 3 … */
function weightedSum(digits: string): number {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = Number(digits.charAt(digits.length - 1 - fromRight));
    sum += fromRight % 2 === 0 ? digit : 3 * digit;
  }
  return sum;
}
