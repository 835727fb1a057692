import { isBencodeInteger, MAX_BENCODE_DEPTH } from "./encode.ts";

/** A decoded value. Strings and dictionary keys are bytes (views of the input); keys are in ascending order. */
export type BencodeItem = bigint | Buffer | readonly BencodeItem[] | BencodeDictionary;
export type BencodeDictionary = ReadonlyMap<Buffer, BencodeItem>;

/** Start and end in bytes, end excluded. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BencodeOptions {
  /** Longest input; 64 MiB unless told. */
  readonly maxBytes?: number;
  /** Most values in all, keys not counted; 1,000,000 unless told. */
  readonly maxItems?: number;
  /** Key of the outermost dictionary whose bytes as they stand are wanted, so that they can be hashed. */
  readonly rangeOfKey?: string;
  /** Takes dictionaries whose keys are not sorted, as in messages of peers; not for what is hashed. No key stands twice. */
  readonly keysInAnyOrder?: boolean;
  /** Bytes after the value are no fault: see `endBytes`. */
  readonly bytesMayFollow?: boolean;
}

export type BencodeResult =
  | {
      readonly ok: true;
      readonly value: BencodeItem;
      readonly range: ByteRange | null;
      /** Where the value ends in the input. */
      readonly endBytes: number;
    }
  | { readonly ok: false; readonly reason: string; readonly offsetBytes: number };

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_ITEMS = 1_000_000;

/**
 * Reads bencode (BEP 3) and takes nothing but the canonical form: no leading zero, no `-0`, integers of 64 bits, keys in
 * strictly ascending order of bytes, not a byte after the value. What it takes, `encodeBencode` gives back byte for byte.
 * Time and memory are bounded by the limits; nesting ends at 100.
 */
export function decodeBencode(bytes: Uint8Array, options: BencodeOptions = {}): BencodeResult {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  if (bytes.length > maxBytes) return { ok: false, reason: `larger than ${maxBytes} bytes`, offsetBytes: 0 };
  const decoder = new Decoder(bytes, options);
  try {
    const value = decoder.readWhole(options.bytesMayFollow ?? false);
    return { ok: true, value, range: decoder.range, endBytes: decoder.offset };
  } catch (error) {
    if (error instanceof BencodeFault)
      return { ok: false, reason: error.message, offsetBytes: decoder.offset };
    throw error;
  }
}

/** The value under `key`, or undefined. Looks at every key: meant for the few named keys of a small dictionary. */
export function bencodeMember(dictionary: BencodeDictionary, key: string): BencodeItem | undefined {
  const wanted = Buffer.from(key);
  for (const [candidate, value] of dictionary) if (candidate.equals(wanted)) return value;
  return undefined;
}

export function isBencodeDictionary(item: BencodeItem | undefined): item is BencodeDictionary {
  return item instanceof Map;
}

export function isBencodeList(item: BencodeItem | undefined): item is readonly BencodeItem[] {
  return Array.isArray(item);
}

class BencodeFault extends Error {}

const COLON = 0x3a;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_D = 0x64;
const LETTER_E = 0x65;
const LETTER_I = 0x69;
const LETTER_L = 0x6c;
const MINUS = 0x2d;
/** Ten digits hold every length up to a gigabyte and more; nineteen hold 2^63. */
const MAX_LENGTH_DIGITS = 10;
const MAX_INTEGER_DIGITS = 19;

class Decoder {
  offset = 0;
  range: ByteRange | null = null;
  private readonly bytes: Buffer;
  private readonly rangeKey: Buffer | null;
  private readonly keysInAnyOrder: boolean;
  private itemsLeft: number;

  constructor(bytes: Uint8Array, options: BencodeOptions) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.rangeKey = options.rangeOfKey === undefined ? null : Buffer.from(options.rangeOfKey);
    this.itemsLeft = options.maxItems ?? DEFAULT_MAX_ITEMS;
    this.keysInAnyOrder = options.keysInAnyOrder ?? false;
  }

  readWhole(bytesMayFollow: boolean): BencodeItem {
    const value = this.readItem(0);
    if (!bytesMayFollow && this.offset !== this.bytes.length) throw new BencodeFault("bytes after the value");
    return value;
  }

  private readItem(depth: number): BencodeItem {
    if (depth > MAX_BENCODE_DEPTH) throw new BencodeFault(`nested more than ${MAX_BENCODE_DEPTH} deep`);
    if (this.itemsLeft === 0) throw new BencodeFault("too many values");
    this.itemsLeft -= 1;
    const first = this.bytes[this.offset];
    if (first === LETTER_I) return this.readInteger();
    if (first === LETTER_L) return this.readList(depth);
    if (first === LETTER_D) return this.readDictionary(depth);
    return this.readString();
  }

  private readInteger(): bigint {
    this.offset += 1;
    const start = this.offset;
    if (this.bytes[this.offset] === MINUS) this.offset += 1;
    const digits = this.readDigits(MAX_INTEGER_DIGITS);
    if (digits === "0" && this.offset - start === 2) throw new BencodeFault("minus zero");
    if (this.bytes[this.offset] !== LETTER_E) throw new BencodeFault('integer without its "e"');
    const value = BigInt(this.bytes.toString("latin1", start, this.offset));
    if (!isBencodeInteger(value)) throw new BencodeFault("integer beyond 64 bits");
    this.offset += 1;
    return value;
  }

  private readString(): Buffer {
    const length = Number(this.readDigits(MAX_LENGTH_DIGITS));
    if (this.bytes[this.offset] !== COLON) throw new BencodeFault('string without its ":"');
    const start = this.offset + 1;
    if (length > this.bytes.length - start) throw new BencodeFault("string runs past the end");
    this.offset = start + length;
    return this.bytes.subarray(start, this.offset);
  }

  private readList(depth: number): readonly BencodeItem[] {
    this.offset += 1;
    const list: BencodeItem[] = [];
    while (!this.atEnd()) list.push(this.readItem(depth + 1));
    return list;
  }

  private readDictionary(depth: number): BencodeDictionary {
    this.offset += 1;
    const dictionary = new Map<Buffer, BencodeItem>();
    let previous: Buffer | null = null;
    const seen = new Set<string>();
    while (!this.atEnd()) {
      const key = this.readString();
      const order = previous === null ? -1 : Buffer.compare(previous, key);
      if (order === 0) throw new BencodeFault("key stands twice");
      if (this.keysInAnyOrder) {
        const text = key.toString("latin1");
        if (seen.has(text)) throw new BencodeFault("key stands twice");
        seen.add(text);
      } else if (order > 0) {
        throw new BencodeFault("keys out of order");
      }
      previous = key;
      const start = this.offset;
      dictionary.set(key, this.readItem(depth + 1));
      if (depth === 0 && this.rangeKey?.equals(key)) this.range = { start, end: this.offset };
    }
    return dictionary;
  }

  /** Steps over the `e` that ends a list or dictionary when it is next. */
  private atEnd(): boolean {
    const next = this.bytes[this.offset];
    if (next === undefined) throw new BencodeFault("ends too early");
    if (next !== LETTER_E) return false;
    this.offset += 1;
    return true;
  }

  private readDigits(maxDigits: number): string {
    const start = this.offset;
    let byte = this.bytes[this.offset];
    while (byte !== undefined && byte >= DIGIT_0 && byte <= DIGIT_9) {
      this.offset += 1;
      if (this.offset - start > maxDigits) throw new BencodeFault("number with too many digits");
      byte = this.bytes[this.offset];
    }
    if (this.offset === start) {
      throw new BencodeFault(byte === undefined ? "ends too early" : "digit expected");
    }
    if (this.offset - start > 1 && this.bytes[start] === DIGIT_0) throw new BencodeFault("leading zero");
    return this.bytes.toString("latin1", start, this.offset);
  }
}
