import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BagInfoField, encodeBagInfo, parseBagInfo } from "./bag-info.ts";

const OXUM = { sizeBytes: 12345, fileCount: 2 };

function encode(fields: readonly BagInfoField[]): Buffer {
  return encodeBagInfo({ baggingDate: "2024-02-29", payloadOxum: OXUM, fields });
}

describe("encodeBagInfo", () => {
  test("writes these lines", () => {
    expect(
      encode([
        ["External-Identifier", "a:b"],
        ["Source-Organization", "Größe"],
      ]).toString(),
    ).toBe(
      "Bagging-Date: 2024-02-29\nPayload-Oxum: 12345.2\nExternal-Identifier: a:b\nSource-Organization: Größe\n",
    );
  });

  test("what it writes is read back", () => {
    const text = fc.stringMatching(/^[a-zA-Zé:%.-]+( [a-zA-Zé:%.-]+)*$/);
    const label = fc.stringMatching(/^X-[A-Za-z-]+$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(label, text)), (fields) => {
        expect(parseBagInfo(encode(fields))).toEqual({
          ok: true,
          fields: [["Bagging-Date", "2024-02-29"], ["Payload-Oxum", "12345.2"], ...fields],
          payloadOxum: OXUM,
          baggingDate: "2024-02-29",
        });
      }),
    );
  });

  test.each<readonly [string, BagInfoField]>([
    ["a line break in a value", ["A", "b\nC: d"]],
    ["a colon in a label", ["A:B", "c"]],
    ["spaces around a value", ["A", " b"]],
    ["an empty label", ["", "b"]],
    ["a second Payload-Oxum", ["payload-oxum", "1.1"]],
    ["a control character", ["A", "\u0007"]],
    ["a lone surrogate", ["A", "\ud800"]],
  ])("refuses %s", (_name, field) => {
    expect(() => encode([field])).toThrow("would not be read");
  });

  test("refuses a date that is none", () => {
    expect(() => encodeBagInfo({ baggingDate: "today", payloadOxum: OXUM, fields: [] })).toThrow("no date");
  });
});

describe("parseBagInfo", () => {
  test("joins continued lines by one space", () => {
    const text = "Description: one\n  two\r\n\tthree\nContact: me\n";
    expect(parseBagInfo(Buffer.from(text))).toMatchObject({
      ok: true,
      fields: [
        ["Description", "one two three"],
        ["Contact", "me"],
      ],
      payloadOxum: null,
      baggingDate: null,
    });
  });

  test("knows labels in any case", () => {
    expect(parseBagInfo(Buffer.from("PAYLOAD-OXUM: 1.2\nbagging-date: 2024-01-01"))).toMatchObject({
      payloadOxum: { sizeBytes: 1, fileCount: 2 },
      baggingDate: "2024-01-01",
    });
  });

  test.each([
    ["a line without a colon", "a\n", "without a label", 1],
    ["an empty line", "A: b\n\n", "without a label", 2],
    ["a continued line at the start", " a\n", "without one before", 1],
    ["a space before the colon", "A : b\n", "without a label", 1],
    ["a NUL", "A: b\0\n", "control character", 1],
    ["a NUL in a continued line", "A: b\n c\0\n", "control character", 2],
    ["two of Payload-Oxum", "Payload-Oxum: 1.1\nPayload-Oxum: 1.1\n", "stands twice", 0],
    ["a Payload-Oxum without files", "Payload-Oxum: 1\n", "Payload-Oxum is not", 0],
    ["a negative Payload-Oxum", "Payload-Oxum: -1.1\n", "Payload-Oxum is not", 0],
    ["an absurd Payload-Oxum", "Payload-Oxum: 9007199254740992.1\n", "Payload-Oxum is not", 0],
    ["a Payload-Oxum of 400 digits", `Payload-Oxum: ${"9".repeat(400)}.1\n`, "Payload-Oxum is not", 0],
    ["a Bagging-Date that is none", "Bagging-Date: 1/2/2024\n", "no date", 0],
    ["a megabyte and more", "A: b\n".repeat(250_000), "larger", 0],
  ])("refuses %s", (_name, text, reason, line) => {
    expect(parseBagInfo(Buffer.from(text))).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
      line,
    });
  });

  test("reads any bytes without a crash", () => {
    const soup = fc.array(
      fc.constantFrom("A", ":", " ", "\n", "\r", "\t", "Payload-Oxum: ", "1", ".", "\0"),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((each) => Buffer.from(each.join(""))),
          fc.uint8Array().map((each) => Buffer.from(each)),
        ),
        (bytes) => {
          expect(typeof parseBagInfo(bytes).ok).toBe("boolean");
        },
      ),
      { numRuns: 1000 },
    );
  });
});
