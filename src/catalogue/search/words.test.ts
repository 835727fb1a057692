import fc from "fast-check";
import { expect, test } from "vitest";
import { canHaveTypo, isWithinOneEdit, typoHashes } from "./one-edit.ts";
import { splitWords, termsOf } from "./words.ts";

test.each([
  ["The King is DEAD", ["the", "king", "is", "dead"]],
  ["Sigur RÓS — ágætis byrjun", ["sigur", "ros", "agætis", "byrjun"]],
  ["Don’t Stop / L'Amour (100%)", ["dont", "stop", "l", "amour", "100"]],
  ["Кино: Группа крови", ["кино", "группа", "крови"]],
  ["हरे कृष्ण", ["हरे", "कृष्ण"]],
  ["東京 2020 カラオケ", ["東京", "2020", "カラオケ"]],
  ["愛してるTonight", ["愛してる", "tonight"]],
  ["÷", ["÷"]],
  [" ! ? ", ["!?"]],
  ["", []],
])("%j has the words %j", (text, words) => {
  expect(splitWords(text).map((word) => word.text)).toEqual(words);
});

test("scripts without spaces are indexed by pairs and the last character, others by words", () => {
  expect([...termsOf("東京都 ab", "ab 한국 노래")]).toEqual(["東京", "京都", "都", "ab", "한국", "노래"]);
});

test("a composed and a decomposed text have the same words", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(splitWords(text.normalize("NFD"))).toEqual(splitWords(text.normalize("NFC")));
    }),
  );
});

const letter: fc.Arbitrary<string> = fc.constantFrom("a", "b", "é", "я", "愛", "𠮷");
const word = fc.array(letter, { minLength: 3, maxLength: 8 });

test("words within one edit share a hash, whatever the edit", () => {
  const kind = fc.constantFrom("insert", "delete", "replace", "swap");
  fc.assert(
    fc.property(word, fc.nat(7), letter, kind, (characters, place, other, edit) => {
      const at = place % characters.length;
      const [one = "", two = ""] = characters.slice(at);
      const edited = {
        insert: characters.toSpliced(at, 0, other),
        delete: characters.toSpliced(at, 1),
        replace: characters.toSpliced(at, 1, other),
        swap: at + 1 < characters.length ? characters.toSpliced(at, 2, two, one) : characters,
      }[edit].join("");
      const original = characters.join("");
      expect(isWithinOneEdit(original, edited)).toBe(true);
      const hashes = typoHashes(edited);
      expect([...typoHashes(original)].some((hash) => hashes.has(hash))).toBe(true);
    }),
  );
});

test.each([
  ["abc", "abc", true],
  ["abc", "acb", true],
  ["abc", "bac", true],
  ["abc", "cba", false],
  ["abc", "abcde", false],
  ["abcd", "badc", false],
  ["", "a", true],
])("%j and %j within one edit: %j", (a, b, expected) => {
  expect(isWithinOneEdit(a, b)).toBe(expected);
  expect(isWithinOneEdit(b, a)).toBe(expected);
});

test("words of one or two letters have no typo", () => {
  expect(["ab", "abc", "x".repeat(25)].map(canHaveTypo)).toEqual([false, true, false]);
});
