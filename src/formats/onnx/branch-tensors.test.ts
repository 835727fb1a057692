import fc from "fast-check";
import { expect, test } from "vitest";
import { readBranchTensors } from "./branch-tensors.ts";

/** A field of bytes, with its length in two bytes. */
function field(id: number, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.of(8 * id + 2, (body.length & 0x7f) | 0x80, body.length >> 7), body]);
}

function constant(name: string, type: number, shape: readonly number[], hex: string): Buffer {
  const dimensions = Buffer.from(shape.flatMap((length) => [0x08, length]));
  const tensor = [dimensions, Buffer.of(0x10, type), field(8, name), field(9, Buffer.from(hex, "hex"))];
  return field(1, field(4, "Constant"), field(5, field(1, "value"), field(5, ...tensor)));
}

function model(...constants: readonly Buffer[]): Buffer {
  const branch = field(5, field(1, "then_branch"), field(6, ...constants));
  return field(7, field(1, field(4, "Equal")), field(1, field(4, "If"), branch));
}

test("gives the named constants of single precision, by name", () => {
  const bytes = model(
    constant("weight", 1, [1, 2], "0000803f000000c0"),
    constant("counts", 7, [1], "0100000000000000"),
    constant("", 1, [1], "00000000"),
  );
  expect([...readBranchTensors(bytes, "then_branch")]).toEqual([
    ["weight", { shape: [1, 2], values: Float32Array.of(1, -2) }],
  ]);
});

test.each([
  ["a branch that is not there", field(7, field(1, field(4, "Add"))), /no then_branch/],
  ["a tensor that is not as long as its shape says", model(constant("w", 1, [3], "0000803f")), /4 bytes/],
  ["a field past the end", Buffer.from("3a05", "hex"), /passes the end/],
  ["a number without an end", Buffer.from("ffffffffffffffffffffff", "hex"), /ends nowhere/],
  ["a kind of field that there is not", Buffer.from("0b", "hex"), /kind 3/],
])("refuses %s", (_what, bytes, why) => {
  expect(() => readBranchTensors(bytes, "then_branch")).toThrow(why);
});

test("whatever the bytes are, it ends with tensors or a RangeError", () => {
  const whole = model(constant("weight", 1, [1, 2], "0000803f000000c0"));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      try {
        readBranchTensors(bytes, "then_branch");
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});
