import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BencodeItem, bencodeMember, decodeBencode, isBencodeDictionary } from "./decode.ts";
import { type BencodeValue, encodeBencode } from "./encode.ts";

const bytesArbitrary = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes));
const { item } = fc.letrec<{ item: BencodeValue }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    bytesArbitrary,
    fc.array(tie("item"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(bytesArbitrary, tie("item")), {
        maxLength: 4,
        selector: ([key]) => key.toString("latin1"),
      })
      .map((members) => new Map(members)),
  ),
}));

function decoded(text: string | Uint8Array): BencodeItem {
  const result = decodeBencode(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

describe("decodeBencode", () => {
  test("reads each kind of value", () => {
    expect(decoded("i-42e")).toBe(-42n);
    expect(decoded("i-9223372036854775808e")).toBe(-9223372036854775808n);
    expect(decoded("0:")).toEqual(Buffer.alloc(0));
    expect(decoded("li1e1:ae")).toEqual([1n, Buffer.from("a")]);
    expect(decoded("d1:ai1e2:aai2ee")).toEqual(
      new Map([
        [Buffer.from("a"), 1n],
        [Buffer.from("aa"), 2n],
      ]),
    );
  });

  test.each([
    ["nothing", "", "ends too early"],
    ["an unknown letter", "x", "digit expected"],
    ["an integer without digits", "ie", "digit expected"],
    ["an integer with only a sign", "i-e", "digit expected"],
    ["an integer with a plus sign", "i+1e", "digit expected"],
    ["a leading zero", "i01e", "leading zero"],
    ["a leading zero after the sign", "i-01e", "leading zero"],
    ["minus zero", "i-0e", "minus zero"],
    ["an integer beyond 64 bits", "i9223372036854775808e", "beyond 64 bits"],
    ["an integer of 20 digits", "i10000000000000000000e", "too many digits"],
    ["an integer that does not end", "i1", 'without its "e"'],
    ["a length with a leading zero", "01:a", "leading zero"],
    ["a length of 11 digits", "10000000000:", "too many digits"],
    ["a length without its colon", "1a", 'without its ":"'],
    ["a string that is too short", "3:ab", "past the end"],
    ["a list that does not end", "li1e", "ends too early"],
    ["a dictionary with an integer as key", "di1ei1ee", "digit expected"],
    ["a key without a value", "d1:ae", "digit expected"],
    ["keys out of order", "d1:b0:1:a0:e", "out of order"],
    ["a longer key before its prefix", "d2:aa0:1:a0:e", "out of order"],
    ["a key twice", "d1:a0:1:a0:e", "stands twice"],
    ["a byte after the value", "i1e\n", "after the value"],
    ["nesting without end", "l".repeat(200), "nested"],
  ])("refuses %s", (_name, text, reason) => {
    const result = decodeBencode(Buffer.from(text, "latin1"));
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("keeps to its limits of bytes and values", () => {
    expect(decodeBencode(Buffer.from("li1ei2ee"), { maxItems: 2 })).toMatchObject({
      reason: "too many values",
    });
    expect(decodeBencode(Buffer.from("li1ei2ee"), { maxItems: 3 }).ok).toBe(true);
    expect(decodeBencode(Buffer.alloc(9), { maxBytes: 8 })).toMatchObject({ reason: "larger than 8 bytes" });
  });

  test("gives the bytes of a chosen key as they stand, of the outermost dictionary only", () => {
    const bytes = Buffer.from("d1:ad4:infoi1ee4:infod1:xi7eee");
    const result = decodeBencode(bytes, { rangeOfKey: "info" });
    if (!result.ok || result.range === null) throw new Error("no range");
    expect(bytes.subarray(result.range.start, result.range.end).toString()).toBe("d1:xi7ee");
  });

  test("finds a member by its name", () => {
    const dictionary = decoded("d1:ai1e1:bi2ee");
    if (!isBencodeDictionary(dictionary)) throw new Error("not a dictionary");
    expect(bencodeMember(dictionary, "b")).toBe(2n);
    expect(bencodeMember(dictionary, "c")).toBeUndefined();
  });

  test("gives back what was encoded", () => {
    fc.assert(
      fc.property(item, (value) => {
        const bytes = encodeBencode(value);
        expect(encodeBencode(decoded(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  test("reads any bytes without a crash, and takes only what it would write itself", () => {
    const soup = fc.array(fc.constantFrom("i", "l", "d", "e", "0", "1", "2", ":", "-", "a"), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((letters) => Buffer.from(letters.join(""))),
          fc.uint8Array(),
        ),
        (bytes) => {
          const result = decodeBencode(bytes);
          if (result.ok) expect(encodeBencode(result.value).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("reads any value with any byte changed without a crash", () => {
    fc.assert(
      fc.property(item, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, position, change) => {
        const bytes = encodeBencode(value);
        const index = position % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        const result = decodeBencode(bytes);
        if (result.ok) expect(encodeBencode(result.value).equals(bytes)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
