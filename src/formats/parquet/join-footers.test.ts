import { expect, test } from "vitest";
import { FooterJoiner } from "./join-footers.ts";
import { binary, int32, int64, struct } from "./pages.ts";
import { decodeThrift, encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";
import { STRUCT } from "./thrift-types.ts";

/** All fields of `parquet.thrift` that say where something stands: the database writes only some of them. */
const METADATA = struct({ 5: int64(7), 9: int64(40), 10: int64(50), 11: int64(4), 14: int64(60) });
const CHUNK = struct({ 2: int64(70), 3: METADATA, 4: int64(80), 5: int32(1), 6: int64(90), 7: int32(2) });
const ORDINAL: ThriftValue = { kind: "int", type: 4, value: 3n };

function list(...items: readonly ThriftStruct[]): ThriftValue {
  return { kind: "list", itemType: STRUCT, items };
}

function groupOf(chunk: ThriftStruct): ThriftStruct {
  return struct({ 1: list(chunk), 3: int64(7), 5: int64(4), 7: ORDINAL });
}

function footer(changes: Readonly<Record<number, ThriftValue>> = {}, groups = 1): Buffer {
  const all = list(...Array.from({ length: groups }, () => groupOf(CHUNK)));
  return encodeThrift(
    struct({ 1: int32(1), 2: list(struct({ 4: binary("a") })), 3: int64(7), 4: all, ...changes }),
  );
}

test("everything that says where something stands is moved, and nothing else", () => {
  const joiner = new FooterJoiner();
  joiner.add(footer(), 0);
  joiner.add(footer(), 1000);
  const moved = struct({
    2: int64(1070),
    3: struct({ 5: int64(7), 9: int64(1040), 10: int64(1050), 11: int64(1004), 14: int64(1060) }),
    4: int64(1080),
    5: int32(1),
    6: int64(1090),
    7: int32(2),
  });
  expect(decodeThrift(joiner.finish())).toEqual(
    struct({
      1: int32(1),
      2: list(struct({ 4: binary("a") })),
      3: int64(14),
      4: list(
        struct({ 1: list(CHUNK), 3: int64(7), 5: int64(4) }),
        struct({ 1: list(moved), 3: int64(7), 5: int64(1004) }),
      ),
    }),
  );
});

test("an offset of 0 says that there is none", () => {
  const joiner = new FooterJoiner();
  const chunk = struct({ 2: int64(0), 3: struct({ 9: int64(4) }) });
  joiner.add(footer({ 4: list(groupOf(chunk)) }), 10);
  const wanted = struct({ 2: int64(0), 3: struct({ 9: int64(14) }) });
  expect(decodeThrift(joiner.finish()).fields.get(4)).toEqual(
    list(struct({ 1: list(wanted), 3: int64(7), 5: int64(14) })),
  );
});

test.each([1, 7, 8, 20])("files of %i row groups each become one of all", (groups) => {
  const joiner = new FooterJoiner();
  joiner.add(footer({}, groups), 0);
  joiner.add(footer({}, groups), 100);
  const all = decodeThrift(joiner.finish()).fields.get(4);
  expect(all?.kind === "list" ? all.items.length : 0).toBe(2 * groups);
});

test.each<[string, Readonly<Record<number, ThriftValue>>]>([
  ["an encrypted file", { 8: struct({}) }],
  ["an encrypted file", { 9: binary("key") }],
  ["another schema", { 2: list(struct({ 4: binary("b") })) }],
  ["no row groups", { 3: binary("7") }],
  ["no row groups", { 4: int64(1) }],
  ["a row group without columns", { 4: list(struct({})) }],
  ["a column that is none", { 4: list(struct({ 1: { kind: "list", itemType: 5, items: [int32(1)] } })) }],
  ["a column in another file", { 4: list(groupOf(struct({ 1: binary("x"), 3: METADATA }))) }],
  ["a column without metadata", { 4: list(groupOf(struct({ 2: int64(4) }))) }],
])("refuses %s", (message, changes) => {
  const joiner = new FooterJoiner();
  joiner.add(footer(), 0);
  expect(() => joiner.add(footer(changes), 0)).toThrow(new RangeError(message));
});

test("refuses a footer without a schema, and to end without a file", () => {
  const joiner = new FooterJoiner();
  expect(() => joiner.finish()).toThrow("no file");
  expect(() => joiner.add(encodeThrift(struct({ 3: int64(1) })), 0)).toThrow("no schema");
});
