import { accept, type IdentifierResult, refuse } from "./result.ts";

/** Crockford's alphabet: no I, L, O and U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS_OF_64_BITS = 13;
const MAX_64 = (1n << 64n) - 1n;

/** 64 bits as 13 upper-case characters, most significant first; the 65th bit, on top, is zero. */
export function encodeBase32(value: bigint): string {
  if (value < 0n || value > MAX_64) throw new RangeError("not an unsigned 64-bit number");
  let rest = value;
  let text = "";
  for (let at = 0; at < CHARS_OF_64_BITS; at++) {
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
    rest >>= 5n;
  }
  return text;
}

/** The number of 13 characters. Lower case is accepted, I and L are read as 1, O as 0; all else is refused. */
export function decodeBase32(text: string): IdentifierResult<bigint> {
  if (text.length !== CHARS_OF_64_BITS) return refuse(`not ${CHARS_OF_64_BITS} characters`);
  let value = 0n;
  for (const character of text.toUpperCase().replace(/[IL]/g, "1").replace(/O/g, "0")) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return refuse("has a character outside Crockford's alphabet");
    value = (value << 5n) | BigInt(digit);
  }
  if (value > MAX_64) return refuse("more than 64 bits: the first character is above F");
  return accept(value);
}
