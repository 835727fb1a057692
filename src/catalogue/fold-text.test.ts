import fc from "fast-check";
import { expect, test } from "vitest";
import { foldText } from "./fold-text.ts";

test.each([
  ["Sigur Rós", "sigur ros"],
  ["  Björk\t\n Guðmundsdóttir ", "bjork guðmundsdottir"],
  ["ﬁnale Ⅳ", "finale iv"],
  ["ＡＢＢＡ", "abba"],
  ["İstanbul", "istanbul"],
  ["がか", "がか"],
  ["हिन्दी", "हिन्दी"],
  ["한국", "한국"],
  ["", ""],
  ["\u0301", "\u0301"],
  ["***", "***"],
])("folds %j to %j", (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test("folding is idempotent, and composed and decomposed spellings fold alike", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const folded = foldText(text);
      expect(foldText(folded)).toBe(folded);
      expect(foldText(text.normalize("NFD"))).toBe(foldText(text.normalize("NFC")));
    }),
    { numRuns: 2000 },
  );
});
