import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A DDEX party identifier: `PADPIDA`, ten digits, a check character over the whole string. */
export function parseDpid(raw: string): IdentifierResult<string> {
  const plain = compact(raw);
  if (plain === "") return refuse("empty");
  if (!/^PADPIDA[0-9]{10}[0-9A-Z]$/.test(plain))
    return refuse("not PADPIDA, ten digits and a check character");
  if (!holdsMod37x36(plain)) return refuse("wrong check character");
  return accept(plain);
}

/** ISO/IEC 7064 MOD 37,36: the hybrid system, run over the string with its check character. */
function holdsMod37x36(text: string): boolean {
  let product = 36;
  for (let at = 0; at < text.length - 1; at++) {
    const sum = (product + ALPHABET.indexOf(text.charAt(at))) % 36;
    product = ((sum === 0 ? 36 : sum) * 2) % 37;
  }
  return (product + ALPHABET.indexOf(text.charAt(text.length - 1))) % 36 === 1;
}
