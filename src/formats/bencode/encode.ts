/** What can be written as bencode (BEP 3). Strings and string keys stand for their UTF-8 bytes. */
export type BencodeValue =
  | bigint
  | number
  | string
  | Uint8Array
  | readonly BencodeValue[]
  | ReadonlyMap<string | Buffer, BencodeValue>;

/** Nesting beyond which a value is taken for a mistake, on both sides. */
export const MAX_BENCODE_DEPTH = 100;

const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/** True when the integer fits the signed 64 bits that readers hold integers in. */
export function isBencodeInteger(value: bigint): boolean {
  return value >= MIN_INTEGER && value <= MAX_INTEGER;
}

/**
 * Writes the one canonical bencoding of a value (BEP 3): `i<digits>e` for an integer, `<length>:<bytes>` for a string,
 * `l…e` for a list, `d<key><value>…e` for a dictionary with its keys sorted as raw bytes.
 * Throws `TypeError` for what has no bencoding: a fraction, an integer beyond 64 bits, a duplicate key, a lone surrogate.
 */
export function encodeBencode(value: BencodeValue): Buffer {
  const parts: Uint8Array[] = [];
  write(value, parts, 0);
  return Buffer.concat(parts);
}

const LIST_START = Buffer.from("l");
const DICTIONARY_START = Buffer.from("d");
const END = Buffer.from("e");

function write(value: BencodeValue, parts: Uint8Array[], depth: number): void {
  if (depth > MAX_BENCODE_DEPTH) throw new TypeError(`bencode is nested more than ${MAX_BENCODE_DEPTH} deep`);
  if (typeof value === "bigint" || typeof value === "number") {
    parts.push(integerBytes(value));
  } else if (typeof value === "string" || value instanceof Uint8Array) {
    writeString(typeof value === "string" ? utf8(value) : value, parts);
  } else if (value instanceof Map) {
    writeDictionary(value, parts, depth);
  } else {
    parts.push(LIST_START);
    for (const member of value as readonly BencodeValue[]) write(member, parts, depth + 1);
    parts.push(END);
  }
}

function writeDictionary(
  dictionary: ReadonlyMap<string | Buffer, BencodeValue>,
  parts: Uint8Array[],
  depth: number,
): void {
  const members = [...dictionary].map(([key, value]) => ({
    key: typeof key === "string" ? utf8(key) : key,
    value,
  }));
  members.sort((a, b) => Buffer.compare(a.key, b.key));
  parts.push(DICTIONARY_START);
  let previous: Buffer | null = null;
  for (const { key, value } of members) {
    if (previous?.equals(key)) throw new TypeError(`bencode key "${key.toString("latin1")}" stands twice`);
    writeString(key, parts);
    write(value, parts, depth + 1);
    previous = key;
  }
  parts.push(END);
}

function integerBytes(value: bigint | number): Buffer {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new TypeError(`${value} is not an integer that a double holds exactly`);
  }
  const integer = BigInt(value);
  if (!isBencodeInteger(integer)) throw new TypeError(`${integer} does not fit 64 bits`);
  return Buffer.from(`i${integer}e`, "latin1");
}

function writeString(bytes: Uint8Array, parts: Uint8Array[]): void {
  parts.push(Buffer.from(`${bytes.length}:`, "latin1"), bytes);
}

function utf8(text: string): Buffer {
  if (!text.isWellFormed()) throw new TypeError("a string with a lone surrogate has no UTF-8 bytes");
  return Buffer.from(text, "utf8");
}
