import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePaxRecords, parsePaxRecords } from "./pax-records.ts";

describe("encodePaxRecords", () => {
  test.each([
    ["path", "é", "3131 20 70617468 3d c3a9 0a"],
    ["path", "", "38 20 70617468 3d 0a"],
    // Nine bytes of record and one digit make ten, which takes two digits.
    ["path", "ab", "3131 20 70617468 3d 6162 0a"],
    ["size", "8589934592", "3139 20 73697a65 3d 38353839393334353932 0a"],
  ])("writes %s %j", (key, value, hex) => {
    const bytes = encodePaxRecords(new Map([[key, value]]));
    expect(bytes.toString("hex")).toBe(hex.replaceAll(" ", ""));
  });

  test("counts its own length, whatever the number of its digits", () => {
    for (let length = 0; length < 1200; length += 1) {
      const bytes = encodePaxRecords(new Map([["k", "v".repeat(length)]]));
      expect(Number.parseInt(bytes.toString("latin1"), 10)).toBe(bytes.length);
    }
  });
});

describe("parsePaxRecords", () => {
  test("reads back what was written", () => {
    const key = fc.stringMatching(/^[a-zA-Z.]{1,12}$/);
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: "binary" }), { maxKeys: 6 }), (values) => {
        const records = new Map(Object.entries(values));
        const result = parsePaxRecords(encodePaxRecords(records));
        if (!result.ok) throw new Error(result.reason);
        expect(new Map([...result.records].map(([name, value]) => [name, value.toString()]))).toEqual(
          records,
        );
      }),
    );
  });

  test.each([
    ["text without a length", "path=a\n", "wrong length"],
    ["a length of zero", "0 path=a\n", "wrong length"],
    ["a leading zero", "010 path=a\n", "wrong length"],
    ["a length past the end", "11 path=a\n", "wrong length"],
    ["a length that ends before the line feed", "9 path=ab\n", "wrong length"],
    ["a huge length", "99999999 path=a\n", "wrong length"],
    ["a record that is only a length", "3 \n", "without a key"],
    ["a record without a key", "5 =a\n", "without a key"],
    ["a record without an equals sign", "9 path a\n", "without a key"],
    ["a key that stands twice", "10 path=a\n10 path=b\n", "stands twice"],
    ["NULs behind the records", "10 path=a\n\0\0", "wrong length"],
  ])("refuses %s", (_name, text, reason) => {
    const result = parsePaxRecords(Buffer.from(text));
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("reads any bytes without a crash", () => {
    const soup = fc.array(fc.constantFrom("1", "0", " ", "=", "\n", "a", "9"), { maxLength: 30 });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((each) => Buffer.from(each.join(""))),
          fc.uint8Array().map(Buffer.from),
        ),
        (bytes) => {
          expect(typeof parsePaxRecords(Buffer.from(bytes)).ok).toBe("boolean");
        },
      ),
      { numRuns: 1000 },
    );
  });
});
