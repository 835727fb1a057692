import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_OCTAL_SIZE_BYTES, parseTarHeader, TAR_BLOCK_BYTES, ustarBlock } from "./header.ts";

/** Sets bytes of a good header, and its checksum after it. */
function forged(changes: readonly (readonly [offset: number, hex: string])[]): Buffer {
  const block = ustarBlock(Buffer.from("a.ogg"), 5, "0");
  for (const [offset, hex] of changes) block.write(hex, offset, "hex");
  block.write("        ", 148, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

const NULS = (count: number) => "00".repeat(count);

describe("ustarBlock", () => {
  test("writes these bytes", () => {
    const hex = [
      `612e6f6767${NULS(95)}`, // name: a.ogg
      "3030303036343400", // mode: 0000644
      "3030303030303000", // uid
      "3030303030303000", // gid
      "303030303030303137353300", // size: 1003 = 1753 octal
      "303030303030303030303000", // mtime
      "303130313331" + "0020", // checksum
      "30", // type: 0
      NULS(100), // link
      "7573746172003030", // ustar 00
      NULS(64), // names of user and group
      "3030303030303000".repeat(2), // device
      NULS(155 + 12), // prefix
    ].join("");
    expect(ustarBlock(Buffer.from("a.ogg"), 1003, "0").toString("hex")).toBe(hex);
    expect(hex.length).toBe(2 * TAR_BLOCK_BYTES);
  });

  test("refuses what does not fit its fields", () => {
    expect(() => ustarBlock(Buffer.alloc(101, 0x61), 0, "0")).toThrow(RangeError);
    expect(() => ustarBlock(Buffer.from("a"), MAX_OCTAL_SIZE_BYTES + 1, "0")).toThrow(RangeError);
  });
});

describe("parseTarHeader", () => {
  test("reads back what was written", () => {
    const nameArbitrary = fc
      .uint8Array({ minLength: 1, maxLength: 100 })
      .map((bytes) => Buffer.from(bytes.map((byte) => byte || 1)));
    fc.assert(
      fc.property(
        nameArbitrary,
        fc.integer({ min: 0, max: MAX_OCTAL_SIZE_BYTES }),
        (nameBytes, sizeBytes) => {
          expect(parseTarHeader(ustarBlock(nameBytes, sizeBytes, "0"))).toEqual({
            ok: true,
            header: { nameBytes, sizeBytes, type: "0" },
          });
        },
      ),
    );
  });

  test("takes a block of zeros for none", () => {
    expect(parseTarHeader(Buffer.alloc(TAR_BLOCK_BYTES))).toEqual({ ok: true, header: null });
  });

  test("notices any changed byte", () => {
    const block = ustarBlock(Buffer.from("0123456789abc.ogg"), 5_000_000, "0");
    const changed = fc.tuple(fc.nat(TAR_BLOCK_BYTES - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(changed, ([index, change]) => {
        // Digits may turn into white space around the checksum and leave its value as it is.
        fc.pre(index < 148 || index >= 156);
        const broken = Buffer.from(block);
        broken[index] = (broken[index] ?? 0) ^ change;
        expect(parseTarHeader(broken)).toEqual({ ok: false, reason: "wrong header checksum" });
      }),
    );
  });

  test.each<readonly [string, readonly (readonly [number, string])[], object]>([
    ["a size in base 256", [[124, "800000000000000200000000"]], { sizeBytes: 2 ** 33 }],
    ["the largest size", [[124, "80000000001fffffffffffff"]], { sizeBytes: 2 ** 53 - 1 }],
    ["a size with spaces around it", [[124, "202020202020203520202000"]], { sizeBytes: 5 }],
    ["a type of NUL as a file", [[156, "00"]], { type: "0" }],
    ["a symbolic link", [[156, "32"]], { type: "2" }],
    ["a prefix", [[345, "642f65"]], { nameBytes: Buffer.from("d/e/a.ogg") }],
    [
      "no prefix in a GNU archive",
      [
        [257, "7573746172202000"],
        [345, "642f65"],
      ],
      { nameBytes: Buffer.from("a.ogg") },
    ],
    ["a name that fills its field", [[0, "61".repeat(100)]], { nameBytes: Buffer.alloc(100, 0x61) }],
  ])("reads %s", (_name, changes, header) => {
    expect(parseTarHeader(forged(changes))).toMatchObject({ ok: true, header });
  });

  test.each<readonly [string, readonly (readonly [number, string])[], string]>([
    ["a negative size", [[124, "ff".repeat(12)]], "size out of bounds"],
    ["a negative size that begins otherwise", [[124, "c00000000000000000000000"]], "size out of bounds"],
    ["a size of 2^53", [[124, "800000000020000000000000"]], "size out of bounds"],
    ["the largest base-256 size", [[124, `80${"ff".repeat(11)}`]], "size out of bounds"],
    ["a size with an 8 in it", [[124, "303030303030303030303800"]], "not a number"],
    ["a size with a sign", [[124, "2d3030303030303030303100"]], "not a number"],
    ["a size of NULs", [[124, NULS(12)]], "not a number"],
    ["bytes behind the name", [[6, "62"]], "after the NUL"],
    ["bytes behind the prefix", [[345, "640065"]], "after the NUL"],
  ])("refuses %s", (_name, changes, reason) => {
    expect(parseTarHeader(forged(changes))).toMatchObject({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  test("refuses a block of another length", () => {
    expect(parseTarHeader(Buffer.alloc(511))).toMatchObject({ ok: false });
  });
});
