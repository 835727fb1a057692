import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

/** An IPI name number, padded with zeros to its eleven digits (nine and a two-digit check number). */
export function parseIpiName(raw: string): IdentifierResult<string> {
  const plain = compact(raw).replace(/^IPI:?/, "");
  if (plain === "") return refuse("empty");
  if (!/^[0-9]{3,11}$/.test(plain)) return refuse("not three to eleven digits");
  const digits = plain.padStart(11, "0");
  if (/^0+$/.test(digits)) return refuse("all zeros: a placeholder");
  if (Number(digits.slice(9)) !== checkNumber(digits)) return refuse("wrong check number");
  return accept(digits);
}

function checkNumber(digits: string): number {
  let sum = 0;
  for (let at = 0; at < 9; at++) sum += Number(digits.charAt(at)) * (10 - at);
  const rest = sum % 101;
  return rest === 0 ? 0 : (101 - rest) % 100;
}
