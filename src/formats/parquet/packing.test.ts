import fc from "fast-check";
import { expect, test } from "vitest";
import { packBits, widthFor } from "./pack-bits.ts";
import { DifferencePacker } from "./pack-differences.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("differences are packed as in the example of the specification", () => {
  const packer = new DifferencePacker();
  // What a longer list leaves behind must not show.
  packer.pack(BigUint64Array.from({ length: 300 }, (_, at) => BigInt(at) ** 7n));
  // -2 -2 -2 1 1 1 1: the least is -2 (zigzag 3), above it 0 0 0 3 3 3 3 in two bits each, 32 of them.
  expect(hex(packer.pack(BigInt64Array.of(7n, 5n, 3n, 1n, 2n, 3n, 4n, 5n)))).toBe(
    "03" + "02000000" + "c03f000000000000",
  );
  expect(hex(packer.pack(BigInt64Array.of(0n, 40n)))).toBe("50" + "00000000");
  expect(hex(packer.pack(BigInt64Array.of(0n, 64n)))).toBe("8001" + "00000000");
  expect(hex(packer.pack(BigInt64Array.of(9n)))).toBe("");
});

test("small numbers are one run, repeated or packed", () => {
  expect(hex(packBits(Uint8Array.of(5, 5, 5, 5), 4))).toBe("0805");
  expect(hex(packBits(Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 3, 1), 2))).toBe("05" + "e4e4" + "0100");
  expect(hex(packBits(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1), 1))).toBe("03" + "81");
  expect(hex(packBits(new Uint8Array(200), 1))).toBe("900300");
  expect([1, 2, 3, 4, 5, 16, 17, 256].map(widthFor)).toEqual([1, 1, 2, 2, 4, 4, 8, 8]);
});

test("truths are packed from the lowest bit of each byte up", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 100, size: "max" }), (truths) => {
      fc.pre(new Set(truths).size > 1);
      const packed = packBits(Uint16Array.from(truths), 1);
      // The head says how many groups of eight there are.
      const groups = Math.ceil(truths.length / 8);
      expect(packed.length).toBe(1 + groups);
      expect(packed[0]).toBe(2 * groups + 1);
      const bits = [...packed.subarray(1)].flatMap((byte) =>
        Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
      );
      expect(bits).toEqual([...truths, ...Array.from({ length: 8 * groups - truths.length }, () => 0)]);
    }),
  );
});
