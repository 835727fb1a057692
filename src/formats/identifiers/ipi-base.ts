import { weightedCheckDigit } from "./iswc.ts";
import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

/** An IPI base number, canonical `I` + 9 digits + check digit (`I-123456789-3` without its hyphens). */
export function parseIpiBase(raw: string): IdentifierResult<string> {
  const plain = compact(raw);
  if (plain === "") return refuse("empty");
  if (!/^I[0-9]{10}$/.test(plain)) return refuse("not I and ten digits");
  if (Number(plain.charAt(10)) !== weightedCheckDigit(plain.slice(1, 10), 2))
    return refuse("wrong check digit");
  return accept(plain);
}
