import fc from "fast-check";
import { expect, it } from "vitest";
import { oggCrc32 } from "./crc.ts";

/** Bit by bit, from the polynomial alone. */
function plainCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

it.each([
  ["", 0],
  ["00", 0],
  ["01", 0x04c11db7],
  ["313233343536373839", 0x89a1897f],
])("of %s is known", (hex, crc) => {
  const bytes = Buffer.from(hex, "hex");
  expect(oggCrc32(bytes, 0, bytes.length)).toBe(crc);
});

it("equals the plain one for any bytes at any alignment, also when taken in two parts", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(20), fc.nat(200), (bytes, skip, cut) => {
      const start = Math.min(skip, bytes.length);
      const middle = Math.min(start + cut, bytes.length);
      const expected = plainCrc(bytes.subarray(start));
      expect(oggCrc32(bytes, start, bytes.length)).toBe(expected);
      expect(oggCrc32(bytes, middle, bytes.length, oggCrc32(bytes, start, middle))).toBe(expected);
    }),
  );
});
