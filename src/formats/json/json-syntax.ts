import type { ViewedBytes } from "../../core/viewed-bytes.ts";
import { JsonFault } from "./json-fault.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LEFT_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const RIGHT_BRACKET = 0x5d;
const LOWER_U = 0x75;
const LEFT_BRACE = 0x7b;
const RIGHT_BRACE = 0x7d;
/** Characters that stand behind a backslash: `"\/bfnrt`. */
const ESCAPES: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));
const MAX_DEPTH = 200;
const MAX_EXACT_DIGITS = 15;

/** Where what is no white space begins, from `at` on. */
export function skipSpace(bytes: ViewedBytes, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes.array[next];
    if (byte === undefined || byte > 0x20) return next;
    if (!isSpace(byte)) throw new JsonFault(next);
    next += 1;
  }
}

export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Where the text ends that begins with the quote at `at`. */
export function skipText(bytes: ViewedBytes, at: number): number {
  if (bytes.array[at] !== QUOTE) throw new JsonFault(at);
  let next = at + 1;
  for (;;) {
    next = skipPlain(bytes, next);
    const byte = bytes.array[next] ?? 0;
    if (byte === QUOTE) return next + 1;
    if (byte !== BACKSLASH) throw new JsonFault(next);
    next += escapeLength(bytes, next);
  }
}

/** Where the first quote, backslash or control character is, from `at` on; behind all bytes where there is none. */
export function skipPlain({ array, view }: ViewedBytes, at: number): number {
  let next = at;
  // Four bytes at a time: in which of them the highest bit is left over, is one of those.
  for (const last = array.length - 4; next <= last; next += 4) {
    const four = view.getInt32(next, true);
    const quotes = four ^ 0x22222222;
    const slashes = four ^ 0x5c5c5c5c;
    const found =
      ((quotes - 0x01010101) & ~quotes) | ((slashes - 0x01010101) & ~slashes) | ((four - 0x20202020) & ~four);
    if ((found & 0x80808080) !== 0) break;
  }
  for (;;) {
    const byte = array[next];
    if (byte === undefined || byte === QUOTE || byte === BACKSLASH || byte < 0x20) return next;
    next += 1;
  }
}

function escapeLength(bytes: ViewedBytes, at: number): number {
  const kind = bytes.array[at + 1] ?? 0;
  if (kind !== LOWER_U) {
    if (!ESCAPES.has(kind)) throw new JsonFault(at);
    return 2;
  }
  for (let digit = at + 2; digit < at + 6; digit += 1) {
    const byte = bytes.array[digit] ?? 0;
    const isDigit = (byte >= ZERO && byte <= NINE) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
    if (!isDigit) throw new JsonFault(at);
  }
  return 6;
}

/** Where the number ends that begins at `at`. */
export function skipNumber(bytes: ViewedBytes, at: number): number {
  let next = bytes.array[at] === MINUS ? at + 1 : at;
  const whole = skipDigits(bytes, next);
  if (whole === next || (bytes.array[next] === ZERO && whole > next + 1)) throw new JsonFault(next);
  next = whole;
  if (bytes.array[next] === POINT) {
    const digits = skipDigits(bytes, next + 1);
    if (digits === next + 1) throw new JsonFault(next);
    next = digits;
  }
  if (((bytes.array[next] ?? 0) | 0x20) === 0x65) {
    const sign = bytes.array[next + 1];
    const start = sign === MINUS || sign === 0x2b ? next + 2 : next + 1;
    next = skipDigits(bytes, start);
    if (next === start) throw new JsonFault(start);
  }
  return next;
}

/** The same for a whole number that a double holds exactly. */
export function skipWhole(bytes: ViewedBytes, at: number): number {
  const end = skipNumber(bytes, at);
  const start = bytes.array[at] === MINUS ? at + 1 : at;
  if (end - start > MAX_EXACT_DIGITS || skipDigits(bytes, start) !== end) throw new JsonFault(at);
  return end;
}

function skipDigits(bytes: ViewedBytes, at: number): number {
  let next = at;
  for (;;) {
    const byte = bytes.array[next] ?? 0;
    if (byte < ZERO || byte > NINE) return next;
    next += 1;
  }
}

/** Where the value ends that begins at `at`. Throws `JsonFault` for what is no JSON, and for what is nested too deep to be meant. */
export function skipValue(bytes: ViewedBytes, at: number, depth = 0): number {
  switch (bytes.array[at]) {
    case QUOTE:
      return skipText(bytes, at);
    case LEFT_BRACE:
      return skipObject(bytes, at, depth + 1);
    case LEFT_BRACKET:
      return skipList(bytes, at, depth + 1);
    case 0x74:
      return skipWord(bytes, at, TRUE);
    case 0x66:
      return skipWord(bytes, at, FALSE);
    case 0x6e:
      return skipWord(bytes, at, NULL);
    default:
      return skipNumber(bytes, at);
  }
}

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

function skipWord(bytes: ViewedBytes, at: number, word: Uint8Array): number {
  for (let index = 0; index < word.length; index += 1) {
    if (bytes.array[at + index] !== word[index]) throw new JsonFault(at);
  }
  return at + word.length;
}

function skipObject(bytes: ViewedBytes, start: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new JsonFault(start);
  let at = skipSpace(bytes, start + 1);
  if (bytes.array[at] === RIGHT_BRACE) return at + 1;
  for (;;) {
    at = skipSpace(bytes, skipText(bytes, at));
    if (bytes.array[at] !== COLON) throw new JsonFault(at);
    at = skipSpace(bytes, skipValue(bytes, skipSpace(bytes, at + 1), depth));
    const next = bytes.array[at];
    if (next === RIGHT_BRACE) return at + 1;
    if (next !== COMMA) throw new JsonFault(at);
    at = skipSpace(bytes, at + 1);
  }
}

function skipList(bytes: ViewedBytes, start: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new JsonFault(start);
  let at = skipSpace(bytes, start + 1);
  if (bytes.array[at] === RIGHT_BRACKET) return at + 1;
  for (;;) {
    at = skipSpace(bytes, skipValue(bytes, at, depth));
    const next = bytes.array[at];
    if (next === RIGHT_BRACKET) return at + 1;
    if (next !== COMMA) throw new JsonFault(at);
    at = skipSpace(bytes, at + 1);
  }
}
