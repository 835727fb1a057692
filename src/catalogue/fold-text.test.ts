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
  ["\u1fee", "\u0385"],
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

test("Latin text folds alike by itself and beside text of another script", () => {
  const latin = fc.string({
    unit: fc.integer({ min: 0, max: 0x24f }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(latin, (text) => {
      // Letters of another script are folded the long way, with all that stands beside them.
      expect(foldText(`か${text}か`)).toBe(`か${foldText(`x${text}x`).slice(1, -1)}か`);
    }),
    { numRuns: 2000 },
  );
});

test("every single character folds idempotently, however it is composed", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
    const text = String.fromCodePoint(codePoint);
    if (/[\p{Unassigned}\p{Private_Use}\p{Surrogate}]/u.test(text)) continue;
    const folded = foldText(text);
    if (foldText(folded) !== folded || foldText(text.normalize("NFD")) !== foldText(text.normalize("NFC"))) {
      expect.fail(`U+${codePoint.toString(16)}`);
    }
  }
});
