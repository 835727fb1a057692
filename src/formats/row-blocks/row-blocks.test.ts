import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MalformedIndexError } from "../text-index/varint.ts";
import { type CellOfRow, type ColumnSlice, FIXED_BYTES, ROWS_BLOCK } from "./column-types.ts";
import { type RowColumn, RowsBlock } from "./decode-rows.ts";
import { RowsEncoder } from "./encode-rows.ts";

const VALUES: { readonly [type: string]: fc.Arbitrary<CellOfRow> } = {
  BOOLEAN: fc.boolean(),
  UTINYINT: fc.integer({ min: 0, max: 255 }),
  USMALLINT: fc.integer({ min: 0, max: 65_535 }),
  UINTEGER: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  INTEGER: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  FLOAT: fc.float({ noNaN: true }),
  UBIGINT: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  BIGINT: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  VARCHAR: fc.string({ unit: "grapheme", maxLength: 20 }),
  "UINTEGER[]": fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 4 }),
};
const TYPES = Object.keys(VALUES);

/** A column whose rows are often null, often all the same. */
const columnArbitrary = (type: string, rows: number): fc.Arbitrary<CellOfRow[]> => {
  const value = VALUES[type] ?? fc.constant(null);
  return fc.oneof(
    fc.array(fc.option(value), { minLength: rows, maxLength: rows }),
    value.map((one) => new Array<CellOfRow>(rows).fill(one)),
    fc.constant(new Array<CellOfRow>(rows).fill(null)),
  );
};
const table = fc
  .integer({ min: 1, max: ROWS_BLOCK })
  .chain((rows) => fc.tuple(...TYPES.map((type) => columnArbitrary(type, rows))));

function sliceOf(type: string, values: readonly CellOfRow[]): ColumnSlice {
  const width = FIXED_BYTES[type];
  if (width === undefined && type === "VARCHAR") {
    return { kind: "text", values: values.map((value) => (typeof value === "string" ? value : null)) };
  }
  if (width === undefined) {
    return { kind: "list", values: values.map((value) => (Array.isArray(value) ? value : null)) };
  }
  const bytes = Buffer.alloc(values.length * width);
  const valid = Buffer.alloc(Math.ceil(values.length / 8));
  values.forEach((value, row) => {
    if (value === null) return;
    valid[row >>> 3] = (valid[row >>> 3] ?? 0) | (1 << (row & 7));
    if (type === "FLOAT") bytes.writeFloatLE(Number(value), row * width);
    else if (typeof value === "bigint") bytes.writeBigUInt64LE(BigInt.asUintN(64, value), row * width);
    else bytes.writeUIntLE(Number(value) >>> 0, row * width, width);
  });
  return { kind: "fixed", bytes, valid };
}

const columns: readonly RowColumn[] = TYPES.map((type) => ({ name: type, type }));

test("every row comes back as it was written", () => {
  fc.assert(
    fc.property(table, (values) => {
      const rows = values[0]?.length ?? 0;
      const encoder = new RowsEncoder(TYPES);
      const slices = values.map((column, index) => sliceOf(TYPES[index] ?? "", column));
      const block = new RowsBlock(columns, encoder.encode(slices, 0, rows));
      expect(block.count).toBe(rows);
      for (let row = 0; row < rows; row += 1) {
        expect(block.row(row)).toEqual(
          Object.fromEntries(TYPES.map((type, index) => [type, values[index]?.[row] ?? null])),
        );
      }
      expect(block.row(rows)).toBeNull();
    }),
    { numRuns: 200 },
  );
});

test("texts by their codes are what the texts themselves are", () => {
  const names = [null, "de", "fr"];
  fc.assert(
    fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: ROWS_BLOCK }), (codes) => {
      const coded = new RowsEncoder(["VARCHAR"]).encode(
        [{ kind: "coded", codes: Uint8Array.from(codes), names }],
        0,
        codes.length,
      );
      const plain = new RowsEncoder(["VARCHAR"]).encode(
        [{ kind: "text", values: codes.map((code) => names[code] ?? null) }],
        0,
        codes.length,
      );
      expect(coded.equals(plain)).toBe(true);
    }),
  );
});

test("what stands in memory where there is no value does not show", () => {
  const encode = (garbage: number): Buffer => {
    const bytes = Buffer.from([1, 0, 0, 0, garbage, garbage, garbage, garbage, 3, 0, 0, 0]);
    return new RowsEncoder(["UINTEGER"]).encode(
      [{ kind: "fixed", bytes, valid: Buffer.from([0b101]) }],
      0,
      3,
    );
  };
  expect(encode(7).equals(encode(200))).toBe(true);
});

describe("bytes that are no block", () => {
  test.each([
    ["nothing", Buffer.alloc(0)],
    ["no rows", deflateRawSync(Buffer.from([0]))],
    ["too many rows", deflateRawSync(Buffer.from([0xff, 0x7f]))],
  ])("%s", (_what, bytes) => {
    expect(() => new RowsBlock(columns, bytes)).toThrow(MalformedIndexError);
  });

  test("one that is changed anywhere gives rows or a fault, soon", () => {
    const values = TYPES.map(
      (type) => fc.sample(columnArbitrary(type, 40), { numRuns: 1, seed: 7 })[0] ?? [],
    );
    const encoder = new RowsEncoder(TYPES);
    const whole = encoder.encode(
      values.map((column, index) => sliceOf(TYPES[index] ?? "", column)),
      0,
      40,
    );
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(39), (place, change, row) => {
        const bytes = Buffer.from(whole);
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change;
        try {
          new RowsBlock(columns, bytes).row(row);
        } catch (error) {
          if (!(error instanceof MalformedIndexError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});
