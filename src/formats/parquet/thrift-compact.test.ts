import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeThrift, encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";

const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
const int = fc.record({
  kind: fc.constant("int" as const),
  type: fc.constantFrom(4 as const, 5 as const, 6 as const),
  value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
});
const binary = fc.record({ kind: fc.constant("binary" as const), bytes });
const { struct } = fc.letrec<{ struct: ThriftStruct; value: ThriftValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    int,
    binary,
    fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }),
    fc.record({ kind: fc.constant("byte" as const), value: fc.integer({ min: 0, max: 255 }) }),
    fc
      .array(fc.record({ kind: fc.constant("bool" as const), value: fc.boolean() }), { maxLength: 3 })
      .map((items) => ({ kind: "list" as const, itemType: 1, items })),
    fc
      .array(tie("struct"), { maxLength: 20 })
      .map((items) => ({ kind: "list" as const, itemType: 12, items })),
    tie("struct"),
  ),
  struct: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 60 }), tie("value")), { maxLength: 5 })
    .map((fields) => ({ kind: "struct" as const, fields: new Map(fields) })),
}));

test("gives back any struct as it was written", () => {
  fc.assert(
    fc.property(struct, (value) => {
      expect(decodeThrift(encodeThrift(value))).toEqual(value);
    }),
  );
});

describe("reads bytes that are known:", () => {
  test.each<[string, string, ThriftValue]>([
    ["a number", "15d00f00", { kind: "int", type: 5, value: 1000n }],
    ["a text", "18026162" + "00", { kind: "binary", bytes: Buffer.from("ab") }],
    ["true", "1100", { kind: "bool", value: true }],
    [
      "a list of two numbers",
      "1925020400",
      {
        kind: "list",
        itemType: 5,
        items: [
          { kind: "int", type: 5, value: 1n },
          { kind: "int", type: 5, value: 2n },
        ],
      },
    ],
  ])("%s", (_what, hex, value) => {
    expect(decodeThrift(Buffer.from(hex, "hex")).fields.get(1)).toEqual(value);
  });
});

test("throws nothing but RangeError, whatever the bytes are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
      try {
        decodeThrift(Buffer.from(array));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 500 },
  );
  expect(() => decodeThrift(Buffer.from(`${"1c".repeat(100)}`, "hex"))).toThrow("nested too deep");
  expect(() => decodeThrift(Buffer.from("19fcffffffff0f", "hex"))).toThrow("past the end");
});
