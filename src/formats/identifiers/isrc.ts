import { accept, compact, type IdentifierResult, refuse } from "./result.ts";

/** ISO 3901:2019, 4: two letters and three alphanumerics (prefix code), two digits (year), five digits. */
const ISRC = /^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$/;

const DIGITS_SPAN = 10_000_000n;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ALPHANUMERICS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** How many ISRCs can exist; every packed code is below it, and it is below 2^49. */
export const ISRC_CODE_COUNT: bigint = 26n ** 2n * 36n ** 3n * DIGITS_SPAN;

/**
 * The 12-character code, upper case and without separators. Accepts hyphens, spaces, lower case and a
 * leading "ISRC" label. There is no check digit, so a well-formed code may still be a wrong one.
 */
export function parseIsrc(raw: string): IdentifierResult<string> {
  const plain = compact(raw);
  if (plain === "") return refuse("empty");
  // A code may itself begin with ISRC (country IS, registrant RC1 …): the label goes only when it must.
  const code = ISRC.test(plain) ? plain : plain.replace(/^ISRC:?/, "");
  if (ISRC.test(code)) return accept(code);
  if (code.length !== 12) return refuse(`an ISRC has 12 characters, this has ${code.length}`);
  return refuse("not two letters, three letters or digits, and seven digits");
}

/** The code with its hyphens, for people: `US-RC1-76-07839`. Takes a canonical code. */
export function formatIsrc(code: string): string {
  return `${code.slice(0, 2)}-${code.slice(2, 5)}-${code.slice(5, 7)}-${code.slice(7)}`;
}

/**
 * An order-preserving 49-bit number for a canonical code: the letters in base 26, the three alphanumerics
 * in base 36 (digits before letters), the seven digits in base 10, most significant first.
 */
export function packIsrc(code: string): IdentifierResult<bigint> {
  if (!ISRC.test(code)) return refuse("not a canonical ISRC");
  let packed = 0n;
  for (let at = 0; at < 2; at++) packed = packed * 26n + BigInt(LETTERS.indexOf(code.charAt(at)));
  for (let at = 2; at < 5; at++) packed = packed * 36n + BigInt(ALPHANUMERICS.indexOf(code.charAt(at)));
  return accept(packed * DIGITS_SPAN + BigInt(code.slice(5)));
}

/** The canonical code of a packed number. */
export function unpackIsrc(packed: bigint): IdentifierResult<string> {
  if (packed < 0n || packed >= ISRC_CODE_COUNT) return refuse("outside the range of packed ISRCs");
  const digits = (packed % DIGITS_SPAN).toString().padStart(7, "0");
  let rest = Number(packed / DIGITS_SPAN);
  let prefix = "";
  for (let at = 0; at < 3; at++) {
    prefix = ALPHANUMERICS.charAt(rest % 36) + prefix;
    rest = Math.floor(rest / 36);
  }
  for (let at = 0; at < 2; at++) {
    prefix = LETTERS.charAt(rest % 26) + prefix;
    rest = Math.floor(rest / 26);
  }
  return accept(prefix + digits);
}
