import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth, fitToWidth, padToWidth, printable } from "./printable.ts";

test.each([
  ["plain text", "plain text"],
  ["\u001b[2J\u001b]0;owned\u0007", "␛[2J␛]0;owned␇"],
  ["8-bit \u009b31m", "8-bit <U+009B>31m"],
  ["two\nlines\ttab\rreturn", "two␊lines␉tab␍return"],
  ["evil\u202egnp.exe", "evil<U+202E>gnp.exe"],
  ["half \ud800 a pair", "half \ufffd a pair"],
  ["Dvořák – 交響曲 🎵", "Dvořák – 交響曲 🎵"],
])("%j is printed as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test("nothing that a terminal obeys is left in any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that must not be left
      expect(printable(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

test.each([
  ["", 0],
  ["abc", 3],
  ["e\u0301", 1],
  ["交響曲", 6],
  ["🎵", 2],
])("%j takes %i columns", (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test("a text that is cut fits, ends in an ellipsis and is the beginning of the whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      const cut = fitToWidth(text, columns);
      expect(displayWidth(cut)).toBeLessThanOrEqual(columns);
      if (cut !== text) expect(text.startsWith(cut.slice(0, -1)) && cut.endsWith("…")).toBe(true);
    }),
  );
});

test("a padded text is as wide as it was asked to be", () => {
  expect(padToWidth("交", 5)).toBe("交   ");
  expect(padToWidth("12", 5, "right")).toBe("   12");
});
