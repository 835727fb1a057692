import { ZSTDDecoder } from "zstddec";
import type { NumberChunk } from "./number-chunks.ts";
import { ENCODING, PAGE } from "./pages.ts";
import { decodeThriftAt, type ThriftValue } from "./thrift-compact.ts";
import { field, isNotFalse, whole } from "./thrift-fields.ts";
import { BitUnpacker } from "./unpack-bits.ts";

/** Field ids of `parquet.thrift` (apache/parquet-format). */
const HEADER = { type: 1, bodyBytes: 2, packedBytes: 3, data: 5, dictionary: 7, data2: 8 };
const DATA = { values: 1, encoding: 2 };
const DATA2 = { values: 1, encoding: 4, definitionBytes: 5, repetitionBytes: 6, isPacked: 7 };

/** Encoding (`Encodings.md`): first bytes of all values, then their second bytes … */
const BYTE_STREAM_SPLIT = 9;

/** A value of 32 bits for each of as many rows as are read at once, and room for levels. */
const MAX_PAGE_BYTES = 2 ** 20;

/** What a row without a value has, where values are not put in a table. */
export const NO_NUMBER = 0xffff_ffff;

/** The same numbers with a sign, in which `NO_NUMBER` is -1: loops over them take half the time. */
export function signed({ buffer, byteOffset, length }: Uint32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** Gives a number for each value of a dictionary and, at the end, one more for none. */
export type NumberValues = (values: Float32Array | Int32Array) => Uint32Array;

/** Reads columns of FLOAT or of 32 bits as numbers. Its memory is used again and again. */
export class NumberReader {
  readonly #zstd: ZSTDDecoder;
  readonly #bits = new BitUnpacker();

  private constructor(zstd: ZSTDDecoder) {
    this.#zstd = zstd;
  }

  static async open(): Promise<NumberReader> {
    const zstd = new ZSTDDecoder();
    await zstd.init();
    return new NumberReader(zstd);
  }

  /**
   * Fills `into` with the numbers of a column of a row group, one for each row, from the bytes of its chunk: what `numberValues` gives for
   * values that stand in a dictionary; without it whole numbers themselves, which may stand by their differences too. False when the
   * values are written in another way; throws `RangeError` when they are not as Parquet has them, or more than are read at once.
   */
  read(bytes: Buffer, chunk: NumberChunk, numberValues: NumberValues | null, into: Uint32Array): boolean {
    if (numberValues === null && chunk.isFloat) return false;
    let table: Uint32Array | null = null;
    let done = 0;
    for (let at = 0; at < bytes.length && done < into.length; ) {
      const { struct: header, sizeBytes } = decodeThriftAt(bytes, at);
      at += sizeBytes;
      const packedBytes = whole(header, HEADER.packedBytes);
      if (packedBytes > bytes.length - at) throw new RangeError("a page that goes past the end");
      const packed = bytes.subarray(at, at + packedBytes);
      at += packedBytes;
      const type = whole(header, HEADER.type);
      if (type === PAGE.dictionary) {
        table = numbersOf(valuesOf(this.#unpack(packed, header, chunk.isZstd), chunk.isFloat), numberValues);
      } else if (type === PAGE.data || type === PAGE.data2) {
        const page = this.#page(header, packed, chunk);
        if (page.rows > into.length - done) throw new RangeError("more values than rows");
        const numbers = this.#numbers(page, table, chunk.isFloat, numberValues);
        if (numbers === null) return false;
        into.set(numbers, done);
        done += page.rows;
      }
    }
    if (done < into.length) throw new RangeError("fewer values than rows");
    return true;
  }

  #numbers(
    { rows, levels, body, encoding }: Page,
    table: Uint32Array | null,
    isFloat: boolean,
    numberValues: NumberValues | null,
  ): Uint32Array | null {
    const bits = this.#bits;
    const present = bits.setLevels(levels, rows);
    if (present === 0) return bits.codes(body, rows, table ?? numbersOf(new Int32Array(0), numberValues));
    switch (encoding) {
      case ENCODING.dictionary:
      case ENCODING.plainDictionary:
        return table && bits.codes(body, rows, table);
      case ENCODING.plain:
        return bits.plain(numbersOf(valuesOf(body, isFloat), numberValues), rows);
      case BYTE_STREAM_SPLIT:
        return isFloat ? bits.plain(numbersOf(joinedFloats(body), numberValues), rows) : null;
      case ENCODING.differences:
        return numberValues === null ? bits.differences(body, rows, NO_NUMBER) : null;
      default:
        return null;
    }
  }

  #page(header: ThriftValue, packed: Buffer, chunk: NumberChunk): Page {
    if (whole(header, HEADER.type) === PAGE.data) {
      const about = field(header, HEADER.data);
      const body = this.#unpack(packed, header, chunk.isZstd);
      const levelBytes = chunk.isOptional ? 4 + lengthAt(body) : 0;
      return {
        rows: whole(about, DATA.values),
        encoding: whole(about, DATA.encoding),
        levels: chunk.isOptional ? body.subarray(4, levelBytes) : null,
        body: body.subarray(levelBytes),
      };
    }
    const about = field(header, HEADER.data2);
    const levelBytes = whole(about, DATA2.definitionBytes) + whole(about, DATA2.repetitionBytes);
    if (levelBytes > packed.length) throw new RangeError("levels that go past the page");
    const isPacked = chunk.isZstd && isNotFalse(about, DATA2.isPacked);
    return {
      rows: whole(about, DATA2.values),
      encoding: whole(about, DATA2.encoding),
      levels: chunk.isOptional ? packed.subarray(whole(about, DATA2.repetitionBytes), levelBytes) : null,
      body: this.#unpack(packed.subarray(levelBytes), header, isPacked, levelBytes),
    };
  }

  #unpack(packed: Buffer, header: ThriftValue, isPacked: boolean, before = 0): Uint8Array {
    const sizeBytes = whole(header, HEADER.bodyBytes) - before;
    if (sizeBytes < 0 || sizeBytes > MAX_PAGE_BYTES) throw new RangeError(`a page of ${sizeBytes} bytes`);
    if (sizeBytes === 0) return new Uint8Array(0);
    const body = isPacked ? this.#zstd.decode(packed, sizeBytes) : packed;
    if (body.length !== sizeBytes) throw new RangeError("a page that cannot be unpacked");
    return body;
  }
}

interface Page {
  readonly rows: number;
  readonly encoding: number;
  /** Of definition, a bit each; null: every row has a value. */
  readonly levels: Uint8Array | null;
  readonly body: Uint8Array;
}

function lengthAt(body: Uint8Array): number {
  const length = body.length < 4 ? Number.NaN : Buffer.from(body.buffer, body.byteOffset, 4).readUInt32LE();
  if (!(length <= body.length - 4)) throw new RangeError("levels that go past the page");
  return length;
}

function numbersOf(values: Float32Array | Int32Array, numberValues: NumberValues | null): Uint32Array {
  return numberValues?.(values) ?? Uint32Array.from([...values, NO_NUMBER]);
}

function joinedFloats(body: Uint8Array): Float32Array {
  if (body.length % 4 !== 0) throw new RangeError("floats of other than four bytes");
  const count = body.length / 4;
  const bytes = new Uint8Array(body.length);
  for (let at = 0; at < count; at += 1) {
    for (let part = 0; part < 4; part += 1) bytes[at * 4 + part] = body[part * count + at] ?? 0;
  }
  return new Float32Array(bytes.buffer);
}

/** A copy, so that it begins where a number may. */
function valuesOf(body: Uint8Array, isFloat: boolean): Float32Array | Int32Array {
  if (body.length % 4 !== 0) throw new RangeError("a dictionary of other values");
  const { buffer } = Uint8Array.from(body);
  return isFloat ? new Float32Array(buffer) : new Int32Array(buffer);
}
