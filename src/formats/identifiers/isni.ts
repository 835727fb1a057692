import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

/** A party identifier, 16 characters without spaces, the last one a digit or X. ISO 27729. */
export function parseIsni(raw: string): IdentifierResult<string> {
  const plain = compact(raw).replace(/^ISNI:?/, "");
  if (plain === "") return refuse("empty");
  if (!/^[0-9]{15}[0-9X]$/.test(plain)) return refuse("not fifteen digits and a digit or X");
  if (/^0+$/.test(plain)) return refuse("all zeros: a placeholder");
  if (plain.charAt(15) !== mod11x2CheckCharacter(plain.slice(0, 15))) return refuse("wrong check character");
  return accept(plain);
}

/** `0000 0001 2103 2683`, for people. Takes a canonical code. */
export function formatIsni(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4, 8)} ${code.slice(8, 12)} ${code.slice(12)}`;
}

/** ISO/IEC 7064 MOD 11-2. */
function mod11x2CheckCharacter(digits: string): string {
  let rest = 0;
  for (const digit of digits) rest = ((rest + Number(digit)) * 2) % 11;
  const check = (12 - rest) % 11;
  return check === 10 ? "X" : String(check);
}
