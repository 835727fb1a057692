import fc from "fast-check";
import { expect, test } from "vitest";
import { packBits, widthFor } from "./pack-bits.ts";
import { BitUnpacker, MAX_ROWS } from "./unpack-bits.ts";

const bits = new BitUnpacker();
const hex = (text: string): Uint8Array => Buffer.from(text, "hex");
const NONE = 0xffff_ffff;

/** Codes of rows that all have a value. */
function codes(packed: string, rows: number, values = rows): number[] {
  bits.setLevels(null, rows);
  return Array.from(
    bits.codes(
      hex(packed),
      rows,
      Uint32Array.from({ length: values + 1 }, (_, at) => at),
    ),
  );
}

test("codes are packed as in the examples of the specification", () => {
  // Three bits each; one group of eight.
  expect(codes("03" + "03" + "88c6fa", 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // A run of five 4s, then a group whose last numbers are not asked for.
  expect(codes("03" + "0a04" + "03" + "88c6fa", 7, 8)).toEqual([4, 4, 4, 4, 4, 0, 1]);
  expect(codes("00" + "06", 3)).toEqual([0, 0, 0]);
});

test("differences are packed as in the examples of the specification", () => {
  bits.setLevels(null, 5);
  // Blocks of 128 in four parts, five numbers from 1 on; the least difference is 1, and all differ from it by 0.
  expect(Array.from(bits.differences(hex("8001" + "04" + "05" + "02" + "02" + "00000000"), 5, NONE))).toEqual(
    [1, 2, 3, 4, 5],
  );
  bits.setLevels(null, 8);
  const packed = "8001" + "04" + "08" + "0e" + "03" + "02000000" + "c03f000000000000";
  expect(Array.from(bits.differences(hex(packed), 8, NONE))).toEqual([7, 5, 3, 1, 2, 3, 4, 5]);
});

test("rows without a value get the last of the table, or what stands for none", () => {
  bits.setLevels(hex("03" + "a5"), 8);
  expect(Array.from(bits.codes(hex("01" + "03" + "06"), 8, Uint32Array.of(70, 71, 99)))).toEqual([
    70, 99, 71, 99, 99, 71, 99, 70,
  ]);
  bits.setLevels(hex("10" + "00"), 8);
  expect(Array.from(bits.codes(hex(""), 8, Uint32Array.of(5)))).toEqual(new Array(8).fill(5));
  bits.setLevels(hex("03" + "03"), 3);
  expect(Array.from(bits.differences(hex("8001" + "04" + "02" + "08" + "02" + "00000000"), 3, NONE))).toEqual(
    [4, 5, NONE],
  );
});

test("plain numbers stand in the rows that have one", () => {
  bits.setLevels(hex("03" + "05"), 3);
  expect(Array.from(bits.plain(Uint32Array.of(8, 7, 99), 3))).toEqual([8, 99, 7]);
  expect(() => bits.plain(Uint32Array.of(8, 7, 6, 99), 3)).toThrow(RangeError);
});

test("what the packer packs comes out again", () => {
  const lists = fc
    .integer({ min: 1, max: 256 })
    .chain((values) => fc.tuple(fc.constant(values), fc.array(fc.nat(values - 1), { maxLength: 300 })));
  fc.assert(
    fc.property(lists, ([values, numbers]) => {
      const width = widthFor(values);
      const packed = Buffer.concat([Buffer.of(width), packBits(Uint8Array.from(numbers), width)]);
      expect(codes(packed.toString("hex"), numbers.length, values)).toEqual(numbers);
    }),
  );
});

test.each([
  ["a code beyond the table", () => codes("03" + "03" + "88c6fa", 8, 7)],
  ["a run beyond the table", () => codes("03" + "1007", 8, 7)],
  ["too few codes", () => codes("03" + "0404", 8)],
  ["a group that is cut", () => codes("03" + "03" + "88c6", 8)],
  ["a run of nothing", () => codes("03" + "00", 8)],
  ["a length without an end", () => codes("03" + "ffffffffff01", 8)],
  ["codes of 18 bits", () => codes("12" + "1000000000", 8)],
  ["too many rows", () => bits.setLevels(null, MAX_ROWS + 1)],
  ["another number of values", () => differences("8001" + "04" + "05" + "02" + "02" + "00000000", 6)],
  ["parts that are no groups of eight", () => differences("14" + "04" + "05" + "02" + "02" + "00000000", 5)],
  ["no parts", () => differences("8001" + "00" + "05" + "02" + "02", 5)],
  ["differences of 33 bits", () => differences(`800104050202${"21".repeat(600)}`, 5)],
  [
    "differences that are cut",
    () => differences("8001" + "04" + "08" + "0e" + "03" + "02000000" + "c03f", 8),
  ],
])("%s is refused", (_, read) => {
  expect(read).toThrow(RangeError);
});

function differences(packed: string, rows: number): void {
  bits.setLevels(null, rows);
  bits.differences(hex(packed), rows, NONE);
}

test("any bytes are refused or read, and never more than they hold", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(400), (packed, rows) => {
      for (const read of [
        () => bits.setLevels(packed, rows),
        () => bits.codes(packed, rows, new Uint32Array(20)),
        () => bits.differences(packed, rows, NONE),
      ]) {
        try {
          read();
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
