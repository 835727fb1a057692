import { unpackLoops } from "./unpack-loops.ts";

/** As many as DuckDB's row groups have, unless it is told otherwise. */
export const MAX_ROWS = 131_072;
const WORDS = MAX_ROWS * 4;

// Where things stand in the memory of the loops, in bytes. Behind what is packed up to eight may be read that are not part of it.
const LEVELS = 0;
const VALUES = LEVELS + WORDS;
const PLACED = VALUES + WORDS;
const TABLE = PLACED + WORDS;
const PACKED = TABLE + WORDS + 4;
const ABOUT = PACKED + WORDS + 8;
const LAST = ABOUT + 8;
const MEMORY_BYTES = LAST + 4;

/** Bits of a code: a dictionary has no more values than there are rows. */
const MAX_CODE_BITS = 17;

/** Unpacks the pages of columns of whole numbers, of 32 bits at most. All throw `RangeError` for what is not so packed. */
export class BitUnpacker {
  readonly #loops = unpackLoops(MEMORY_BYTES);
  readonly #unpack = this.#loops.loop("unpack");
  readonly #add = this.#loops.loop("add");
  readonly #place = this.#loops.loop("place");
  readonly #lookUp = this.#loops.loop("lookUp");
  #present = 0;

  /** Says which of the rows have a value; without bytes all have. Gives how many. */
  setLevels(packed: Uint8Array | null, rows: number): number {
    if (rows > MAX_ROWS) throw new RangeError(`${rows} rows at once`);
    this.#present = packed === null ? rows : this.#runs(packed, 1, rows, LEVELS).sum;
    return this.#present;
  }

  /** What `table` has for each row's code; the last of it for rows that have none. Good until the next call. */
  codes(packed: Uint8Array, rows: number, table: Uint32Array): Uint32Array {
    const { words } = this.#loops;
    const values = table.length - 1;
    if (values > MAX_ROWS) throw new RangeError(`a dictionary of ${values} values`);
    const width = packed[0] ?? 0;
    if (width > MAX_CODE_BITS) throw new RangeError(`codes of ${width} bits`);
    if (this.#present > 0 && this.#runs(packed.subarray(1), width, this.#present, VALUES).largest >= values) {
      throw new RangeError("a value that is in no dictionary");
    }
    words.set(table, TABLE / 4);
    const at = this.#placed(rows, values);
    this.#lookUp(at, at + rows * 4, TABLE);
    return words.subarray(at / 4, at / 4 + rows);
  }

  /** The numbers of the rows one after the other, and at the end the one for rows that have none. Good until the next call. */
  plain(numbers: Uint32Array, rows: number): Uint32Array {
    const { words } = this.#loops;
    if (numbers.length - 1 !== this.#present) throw new RangeError("another number of values than of rows");
    words.set(numbers.subarray(0, -1), VALUES / 4);
    const at = this.#placed(rows, numbers.at(-1) ?? 0);
    return words.subarray(at / 4, at / 4 + rows);
  }

  /**
   * The numbers of the rows, from their differences; `none` for rows that have none. Good until the next call.
   * https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
   */
  differences(packed: Uint8Array, rows: number, none: number): Uint32Array {
    const { bytes, words } = this.#loops;
    const reader = new PackedReader(packed);
    const blockRows = reader.leb128();
    const parts = reader.leb128();
    const partRows = blockRows / parts;
    if (!(partRows > 0 && partRows % 8 === 0) || parts > 512)
      throw new RangeError("differences in odd blocks");
    if (reader.leb128() !== this.#present) throw new RangeError("another number of values than of rows");
    setPacked(bytes, packed);
    words[LAST / 4] = reader.zigzag();
    words[VALUES / 4] = words[LAST / 4] ?? 0;
    const end = VALUES + this.#present * 4;
    for (let to = VALUES + 4; to < end; ) {
      const least = reader.zigzag();
      const widths = reader.skip(parts);
      for (let part = 0; part < parts; part += 1) {
        const width = packed[widths + part] ?? 0;
        // Parts beyond the last number are not there.
        if (to >= end) break;
        const at = reader.skip((width * partRows) / 8);
        const partEnd = Math.min(to + partRows * 4, end);
        if (width > 32) throw new RangeError(`differences of ${width} bits`);
        this.#unpack(PACKED + at, width, maskOf(width), to, partEnd, ABOUT);
        this.#add(to, partEnd, least, LAST);
        to = partEnd;
      }
    }
    const at = this.#placed(rows, none);
    return words.subarray(at / 4, at / 4 + rows);
  }

  /** Where the values stand once each of the rows has one. */
  #placed(rows: number, none: number): number {
    if (this.#present === rows) return VALUES;
    this.#place(LEVELS, LEVELS + rows * 4, VALUES, none, PLACED);
    return PLACED;
  }

  /**
   * `count` numbers as words at `to`, from runs of one number and groups of eight that are packed. What follows them is left.
   * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
   */
  #runs(
    packed: Uint8Array,
    width: number,
    count: number,
    to: number,
  ): { readonly largest: number; readonly sum: number } {
    const { bytes, words } = this.#loops;
    setPacked(bytes, packed);
    const reader = new PackedReader(packed);
    let largest = 0;
    let sum = 0;
    for (let done = 0; done < count; ) {
      const head = reader.leb128();
      const isPacked = head % 2 === 1;
      const half = Math.floor(head / 2);
      if (half === 0) throw new RangeError("a run of nothing");
      const from = to + done * 4;
      const length = Math.min(isPacked ? half * 8 : half, count - done);
      const at = reader.skip(isPacked ? half * width : (width + 7) >> 3);
      if (isPacked) {
        this.#unpack(PACKED + at, width, maskOf(width), from, from + length * 4, ABOUT);
        largest = Math.max(largest, words[ABOUT / 4] ?? 0);
        sum += words[ABOUT / 4 + 1] ?? 0;
      } else {
        // Of at most 17 bits.
        const bits = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8) | ((packed[at + 2] ?? 0) << 16);
        const number = bits & maskOf(width);
        words.fill(number, from / 4, from / 4 + length);
        largest = Math.max(largest, number);
        sum += number * length;
      }
      done += length;
    }
    return { largest, sum };
  }
}

function setPacked(bytes: Uint8Array, packed: Uint8Array): void {
  if (packed.length > WORDS) throw new RangeError(`a page of ${packed.length} bytes`);
  bytes.set(packed, PACKED);
}

function maskOf(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}

class PackedReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Gives where so many bytes begin. */
  skip(count: number): number {
    if (count > this.#bytes.length - this.at) throw new RangeError("the numbers end too early");
    this.at += count;
    return this.at - count;
  }

  /** Below 2^32. */
  leb128(): number {
    let number = 0;
    let scale = 1;
    for (let place = 0; place < 5; place += 1) {
      const byte = this.#bytes[this.skip(1)] ?? 0;
      number += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80 && number < 2 ** 32) return number;
    }
    throw new RangeError("a number of more than 32 bits");
  }

  zigzag(): number {
    const number = this.leb128();
    return number % 2 === 0 ? number / 2 : -(number + 1) / 2;
  }
}
