import type { Pack } from "../../core/zstd.ts";
import type { ThriftStruct, ThriftValue } from "./thrift-compact.ts";
import { STRUCT } from "./thrift-types.ts";
import { ThriftWriter } from "./thrift-writer.ts";

/** Numbers of `parquet.thrift` (apache/parquet-format). */
export const ENCODING = { plain: 0, plainDictionary: 2, rle: 3, differences: 5, dictionary: 8 } as const;
export const PAGE = { data: 0, dictionary: 2, data2: 3 } as const;

export const int32 = (value: number): ThriftValue => ({ kind: "int", type: 5, value: BigInt(value) });
export const int64 = (value: number): ThriftValue => ({ kind: "int", type: 6, value: BigInt(value) });
export const binary = (bytes: Uint8Array | string): ThriftValue => ({
  kind: "binary",
  bytes: Buffer.from(bytes),
});
export const struct = (fields: Readonly<Record<number, ThriftValue>>): ThriftStruct => ({
  kind: "struct",
  fields: new Map(Object.entries(fields).map(([id, value]) => [Number(id), value])),
});

export const list = (items: readonly ThriftStruct[]): ThriftValue => ({
  kind: "list",
  itemType: STRUCT,
  items,
});

/** A length, low byte first. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** What stands before the values of a column that has one in each row. */
export function dataPageHeader(encoding: number, rows: number, bodyBytes: number): Buffer {
  return dataHeader(bodyBytes, bodyBytes, rows, encoding);
}

/** The words of a column, in the order of their numbers. */
export function dictionaryPage(words: readonly string[]): Buffer {
  const body = plainTexts(words);
  return Buffer.concat([dictionaryHeader(body.length, body.length, words.length), body]);
}

export interface PackedPage {
  readonly header: Buffer;
  readonly body: Uint8Array;
  /** Header included. */
  readonly unpackedBytes: number;
}

/** A data page of version 1: levels and values of so many places. */
export function packedDataPage(bytes: Uint8Array, places: number, encoding: number, pack: Pack): PackedPage {
  const body = pack(bytes);
  const header = dataHeader(bytes.length, body.length, places, encoding);
  return { header, body, unpackedBytes: header.length + bytes.length };
}

/** So many words, as PLAIN values. */
export function packedDictionaryPage(plain: Uint8Array, words: number, pack: Pack): PackedPage {
  const body = pack(plain);
  const header = dictionaryHeader(plain.length, body.length, words);
  return { header, body, unpackedBytes: header.length + plain.length };
}

const writer = new ThriftWriter();

function beginHeader(type: number, unpackedBytes: number, packedBytes: number): void {
  writer.clear();
  writer.begin();
  writer.int32(1, type);
  writer.int32(2, unpackedBytes);
  writer.int32(3, packedBytes);
}

function endedHeader(): Buffer {
  writer.end();
  writer.end();
  return Buffer.from(writer.bytes);
}

function dataHeader(unpackedBytes: number, packedBytes: number, places: number, encoding: number): Buffer {
  beginHeader(PAGE.data, unpackedBytes, packedBytes);
  writer.struct(5);
  writer.int32(1, places);
  writer.int32(2, encoding);
  writer.int32(3, ENCODING.rle);
  writer.int32(4, ENCODING.rle);
  return endedHeader();
}

function dictionaryHeader(unpackedBytes: number, packedBytes: number, words: number): Buffer {
  beginHeader(PAGE.dictionary, unpackedBytes, packedBytes);
  writer.struct(7);
  writer.int32(1, words);
  writer.int32(2, ENCODING.plain);
  return endedHeader();
}

function plainTexts(texts: readonly string[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    return [uint32(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}
