import fc from "fast-check";
import { expect, test } from "vitest";
import { TermNumbers } from "./term-numbers.ts";
import { termsOfText } from "./words.ts";

const piece = fc.oneof(
  fc.constantFrom("don't", "東京都", "Ünder", "÷", "\u0301", "\t", "\u3000", "a\u00a0b", "ΣΑΣ", "l'amour"),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

test("remembered pieces give the terms that a question gives, whatever stands between them", () => {
  const numbers = new TermNumbers();
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 80 }),
      fc.constantFrom(" ", "  ", "\t", "\u2003"),
      (pieces, space) => {
        const text = pieces.join(space);
        const found: number[] = [];
        numbers.ofText(text, (number) => found.push(number));
        const terms = numbers.terms();
        expect(found.map((number) => terms[number])).toEqual(termsOfText(text));
      },
    ),
  );
});

test("a term keeps its number until all are forgotten", () => {
  const numbers = new TermNumbers();
  const of = (text: string): number[] => {
    const found: number[] = [];
    numbers.ofText(text, (number) => found.push(number));
    return found;
  };
  expect(of("love song")).toEqual([0, 1]);
  expect(of("song LOVE song")).toEqual([1, 0, 1]);
  numbers.clear();
  expect(of("song")).toEqual([0]);
});
