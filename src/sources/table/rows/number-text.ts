const ZERO = 0x30;
const NINE = 0x39;
const POINT = 0x2e;
const MINUS = 0x2d;
/** Digits that a double holds exactly, and powers of ten that it does. */
const MAX_EXACT_DIGITS = 15;
const POWERS = Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, power) => 10 ** power);
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MAX_NUMBER_BYTES = 400;
const CLOCK = /^(\d{1,2}:)?\d{1,3}:[0-5]\d(\.\d+)?$/;

/** The number that bytes [from, to) are, which is the double next to it; NaN where they are none, or one without end. */
export function numberOf(bytes: Uint8Array, from: number, to: number): number {
  const start = bytes[from] === MINUS ? from + 1 : from;
  let value = 0;
  let point = -1;
  for (let at = start; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= NINE) value = 10 * value + (byte - ZERO);
    else if (byte === POINT && point < 0 && at > start) point = at;
    else return slowNumber(bytes, from, to);
  }
  const digits = to - start - (point < 0 ? 0 : 1);
  if (digits > MAX_EXACT_DIGITS || digits <= 0) return slowNumber(bytes, from, to);
  // Both are exact, so that their quotient is rounded once.
  const size = point < 0 ? value : value / (POWERS[to - point - 1] ?? 1);
  return start === from ? size : -size;
}

function slowNumber(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > MAX_NUMBER_BYTES) return Number.NaN;
  const text = latin1(bytes, from, to);
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

/** A whole number without a sign, perhaps with zeros behind a point; NaN for what is none, or more than `max`. */
export function wholeOf(bytes: Uint8Array, from: number, to: number, max: number): number {
  let at = from;
  let value = 0;
  for (; at < to && at < from + MAX_EXACT_DIGITS + 1; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < ZERO || byte > NINE) break;
    value = 10 * value + (byte - ZERO);
  }
  if (at === from || value > max) return Number.NaN;
  if (at === to) return value;
  if (bytes[at] !== POINT || at + 1 === to) return Number.NaN;
  for (at += 1; at < to; at += 1) if (bytes[at] !== ZERO) return Number.NaN;
  return value;
}

/** Seconds of a clock, `m:ss` or `h:mm:ss`, perhaps with a fraction; NaN for what is none. */
export function clockSeconds(bytes: Uint8Array, from: number, to: number): number {
  const text = to - from > MAX_NUMBER_BYTES ? "" : latin1(bytes, from, to);
  return CLOCK.test(text) ? text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0) : Number.NaN;
}

const TRUTHS: ReadonlySet<string> = new Set(["true", "t", "1", "yes", "y", "explicit"]);
const LIES: ReadonlySet<string> = new Set(["false", "f", "0", "no", "n", "clean"]);
const LONGEST_TRUTH = 8;
const LOWER_T = 0x74;
const LOWER_F = 0x66;

/** 1 for yes, 0 for no, NaN for what is neither. */
export function truthOf(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] === LOWER_T && to - from === 4 && isRest(bytes, from, RUE)) return 1;
  if (bytes[from] === LOWER_F && to - from === 5 && isRest(bytes, from, ALSE)) return 0;
  if (to - from > LONGEST_TRUTH) return Number.NaN;
  const word = latin1(bytes, from, to).toLowerCase();
  if (TRUTHS.has(word)) return 1;
  return LIES.has(word) ? 0 : Number.NaN;
}

const RUE = Buffer.from("rue");
const ALSE = Buffer.from("alse");

function isRest(bytes: Uint8Array, from: number, rest: Buffer): boolean {
  for (let at = 0; at < rest.length; at += 1) if (bytes[from + 1 + at] !== rest[at]) return false;
  return true;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1");
}
