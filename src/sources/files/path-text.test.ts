import fc from "fast-check";
import { expect, test } from "vitest";
import { pathBytes, pathText } from "./path-text.ts";

test.each([
  ["plain ASCII is its own text", "61622f632e6f6767", "ab/c.ogg", false],
  ["composed letters stay as they are", "c3a9", "é", false],
  ["decomposed letters are shown composed, and their bytes kept", "65cc81", "é", true],
  ["Latin-1 is shown with a replacement character", "e92e6f6767", "\ufffd.ogg", true],
  ["a new line is shown as its picture", "610a62", "a␊b", true],
  ["an escape sequence cannot reach a terminal", "1b5b33316d", "␛[31m", true],
  ["nor can its one-byte form", "c29b33316d", "\ufffd31m", true],
  ["a byte order mark is kept", "efbbbf61", "\ufeffa", false],
])("%s", (_, hex, text, hasBase64) => {
  const made = pathText(Buffer.from(hex, "hex"));
  expect(made.text).toBe(text);
  expect(made.base64 !== null).toBe(hasBase64);
  expect(pathBytes(made.text, made.base64).toString("hex")).toBe(hex);
});

const names = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: "binary" }).map(Buffer.from));

test("the bytes of any name come back", () => {
  fc.assert(
    fc.property(names, (bytes) => {
      const { text, base64 } = pathText(bytes);
      expect(pathBytes(text, base64).equals(bytes)).toBe(true);
    }),
  );
});

test("the text of any name is well-formed, composed and printable", () => {
  fc.assert(
    fc.property(names, (bytes) => {
      const { text } = pathText(bytes);
      expect(text.isWellFormed()).toBe(true);
      expect(text.normalize("NFC")).toBe(text);
      expect(/\p{Cc}/u.test(text)).toBe(false);
    }),
  );
});
