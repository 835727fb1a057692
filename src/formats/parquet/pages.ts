import type { Pack } from "../../core/zstd.ts";
import { encodeThrift, STRUCT, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";

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
  return pageHeader(PAGE.data, bodyBytes, bodyBytes, dataFields(encoding, rows));
}

/** The words of a column, in the order of their numbers. */
export function dictionaryPage(words: readonly string[]): Buffer {
  const body = plainTexts(words);
  return Buffer.concat([
    pageHeader(PAGE.dictionary, body.length, body.length, dictionaryFields(words.length)),
    body,
  ]);
}

export interface PackedPage {
  readonly header: Buffer;
  readonly body: Uint8Array;
  /** Header included. */
  readonly unpackedBytes: number;
}

/** A data page of version 1: levels and values of so many places. */
export function packedDataPage(body: Uint8Array, places: number, encoding: number, pack: Pack): PackedPage {
  return packedPage(PAGE.data, body, dataFields(encoding, places), pack);
}

/** So many words, as PLAIN values. */
export function packedDictionaryPage(plain: Uint8Array, words: number, pack: Pack): PackedPage {
  return packedPage(PAGE.dictionary, plain, dictionaryFields(words), pack);
}

type HeaderFields = Readonly<Record<number, ThriftValue>>;

function packedPage(type: number, bytes: Uint8Array, fields: HeaderFields, pack: Pack): PackedPage {
  const body = pack(bytes);
  const header = pageHeader(type, bytes.length, body.length, fields);
  return { header, body, unpackedBytes: header.length + bytes.length };
}

function dataFields(encoding: number, places: number): HeaderFields {
  const levels = int32(ENCODING.rle);
  return { 5: struct({ 1: int32(places), 2: int32(encoding), 3: levels, 4: levels }) };
}

function dictionaryFields(words: number): HeaderFields {
  return { 7: struct({ 1: int32(words), 2: int32(ENCODING.plain) }) };
}

function plainTexts(texts: readonly string[]): Buffer {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    return [uint32(bytes.length), bytes];
  });
  return Buffer.concat(parts);
}

function pageHeader(type: number, unpackedBytes: number, packedBytes: number, of: HeaderFields): Buffer {
  return encodeThrift(struct({ 1: int32(type), 2: int32(unpackedBytes), 3: int32(packedBytes), ...of }));
}
