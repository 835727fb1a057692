import { encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";

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

/** What stands before the values of a column that has one in each row. */
export function dataPageHeader(encoding: number, rows: number, bodyBytes: number): Buffer {
  const values = struct({
    1: int32(rows),
    2: int32(encoding),
    3: int32(ENCODING.rle),
    4: int32(ENCODING.rle),
  });
  return pageHeader(PAGE.data, bodyBytes, { 5: values });
}

/** The words of a column, in the order of their numbers. */
export function dictionaryPage(words: readonly string[]): Buffer {
  const parts = words.flatMap((word) => {
    const bytes = Buffer.from(word);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  const values = struct({ 1: int32(words.length), 2: int32(ENCODING.plain) });
  const body = Buffer.concat(parts);
  return Buffer.concat([pageHeader(PAGE.dictionary, body.length, { 7: values }), body]);
}

function pageHeader(type: number, bodyBytes: number, of: Readonly<Record<number, ThriftValue>>): Buffer {
  return encodeThrift(struct({ 1: int32(type), 2: int32(bodyBytes), 3: int32(bodyBytes), ...of }));
}
