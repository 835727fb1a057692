import { JsonFault } from "./json-fault.ts";

const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const PLAIN: ReadonlyMap<number, number> = new Map([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

/**
 * Puts the text in bytes [from, to), whose escapes are well formed, down from `into` on as UTF-8, which never takes more bytes. Gives where it
 * ends. Throws `JsonFault` for half of a pair of surrogates.
 */
export function unescapeText(bytes: Uint8Array, from: number, to: number, into: number): number {
  let out = into;
  for (let at = from; at < to; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH) {
      bytes[out] = byte;
      out += 1;
      at += 1;
      continue;
    }
    const kind = bytes[at + 1] ?? 0;
    if (kind !== LOWER_U) {
      bytes[out] = PLAIN.get(kind) ?? 0;
      out += 1;
      at += 2;
      continue;
    }
    const unit = hex4(bytes, at + 2);
    at += 6;
    if (unit < 0xd800 || unit > 0xdfff) {
      out = putPoint(bytes, out, unit);
      continue;
    }
    const isPair = unit < 0xdc00 && bytes[at] === BACKSLASH && bytes[at + 1] === LOWER_U;
    const low = isPair ? hex4(bytes, at + 2) : 0;
    if (low < 0xdc00 || low > 0xdfff) throw new JsonFault(at);
    out = putPoint(bytes, out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
    at += 6;
  }
  return out;
}

function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let digit = at; digit < at + 4; digit += 1) {
    const byte = bytes[digit] ?? 0;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}

function putPoint(bytes: Uint8Array, at: number, point: number): number {
  if (point < 0x80) {
    bytes[at] = point;
    return at + 1;
  }
  let out = at;
  if (point < 0x800) bytes[out++] = 0xc0 | (point >>> 6);
  else {
    if (point < 0x10000) bytes[out++] = 0xe0 | (point >>> 12);
    else {
      bytes[out++] = 0xf0 | (point >>> 18);
      bytes[out++] = 0x80 | ((point >>> 12) & 0x3f);
    }
    bytes[out++] = 0x80 | ((point >>> 6) & 0x3f);
  }
  bytes[out++] = 0x80 | (point & 0x3f);
  return out;
}
