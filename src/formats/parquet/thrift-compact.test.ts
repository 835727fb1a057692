import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeThrift, encodeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.ts";
import { ThriftScanner } from "./thrift-scanner.ts";
import { ThriftWriter } from "./thrift-writer.ts";

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

describe("goes over bytes:", () => {
  test("the fields of any struct are found where they stand", () => {
    fc.assert(
      fc.property(struct, (value) => {
        const encoded = encodeThrift(value);
        const scanner = new ThriftScanner(encoded);
        const found = [...scanner.fields()].map(([id, { start, end }]) => [id, encoded.subarray(start, end)]);
        expect(scanner.at).toBe(encoded.length);
        const fields = [...value.fields].map(([id, field]) => [
          id,
          field.kind === "bool" ? Buffer.alloc(0) : encodeThrift(field),
        ]);
        expect(found).toEqual(fields);
      }),
    );
  });

  test("a struct that is cut is refused, and any bytes are one or refused", () => {
    fc.assert(
      fc.property(struct, fc.nat(), (value, cut) => {
        const encoded = encodeThrift(value);
        const end = cut % encoded.length;
        expect(() => new ThriftScanner(encoded.subarray(0, end)).fields()).toThrow(RangeError);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: "max" }), (any) => {
        try {
          new ThriftScanner(any).fields();
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  test("what is nested too deep is refused", () => {
    expect(() => new ThriftScanner(Buffer.alloc(1000, 0x1c)).fields()).toThrow("nested too deep");
    expect(() => new ThriftScanner(Buffer.alloc(1000, 0x19)).fields()).toThrow("nested too deep");
  });
});

/** Writes a value that is no truth as an item, or as a field where it has an id. */
function write(writer: ThriftWriter, value: ThriftValue, id: number | null): void {
  switch (value.kind) {
    case "int":
      if (id !== null) writer.field(id, value.type);
      writer.whole(Number(value.value));
      break;
    case "binary":
      if (id === null) writer.text(value.bytes);
      else writer.binary(id, value.bytes);
      break;
    case "list":
      if (id === null) writer.listHead(value.itemType, value.items.length);
      else writer.list(id, value.itemType, value.items.length);
      for (const item of value.items) write(writer, item, null);
      break;
    case "struct":
      if (id === null) writer.begin();
      else writer.struct(id);
      for (const [field, of] of value.fields) write(writer, of, field);
      writer.end();
      break;
    default:
      throw new TypeError(value.kind);
  }
}

test("written field by field, a struct has the same bytes", () => {
  const safe = fc.record({
    kind: fc.constant("int" as const),
    type: fc.constantFrom(5 as const, 6 as const),
    value: fc
      .maxSafeInteger()
      .filter((value) => Math.abs(value) < 2 ** 52)
      .map(BigInt),
  });
  const { tree } = fc.letrec<{ tree: ThriftStruct; value: ThriftValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      safe,
      binary,
      fc
        .array(tie("tree"), { maxLength: 20 })
        .map((items) => ({ kind: "list" as const, itemType: 12, items })),
      tie("tree"),
    ),
    tree: fc
      .array(fc.tuple(fc.integer({ min: 1, max: 60 }), tie("value")), { maxLength: 5 })
      .map((fields) => ({ kind: "struct" as const, fields: new Map(fields) })),
  }));
  const writer = new ThriftWriter();
  fc.assert(
    fc.property(tree, (value) => {
      writer.clear();
      write(writer, value, null);
      expect(Buffer.from(writer.bytes)).toEqual(encodeThrift(value));
    }),
  );
});
