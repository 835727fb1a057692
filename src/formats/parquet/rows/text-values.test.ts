import { expect, test } from "vitest";
import { viewedBytes } from "../../../core/viewed-bytes.ts";
import { TextValues } from "./text-values.ts";
import { WordTable } from "./word-table.ts";

const ENOUGH_TO_GIVE_UP = 1100;

function textsOf(plain: Uint8Array): string[] {
  const bytes = Buffer.from(plain);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.toString("utf8", at + 4, end));
    at = end;
  }
  return texts;
}

test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])(
  "texts that are just too long for the memory are whole, %i bytes further on",
  (more) => {
    const texts = Array.from(
      { length: 10_000 },
      (_, index) => `${"x".repeat(index === 0 ? more : 0)}${index % 10}`,
    );
    const different = Array.from({ length: ENOUGH_TO_GIVE_UP }, (_, index) => `${index}`.padStart(6));
    const values = new TextValues();
    const words = new WordTable();
    for (const text of [...different, ...texts]) {
      const bytes = viewedBytes(Buffer.from(text));
      values.add(bytes, 0, bytes.array.length);
    }
    const { words: list, body } = values.encode();
    expect(list).toBeNull();
    expect(textsOf(Buffer.concat(body))).toEqual([...different, ...texts]);
    const long = texts.map((text, index) => `${text}${index}`.padStart(6 + (index === 0 ? more : 0)));
    for (const text of long) {
      const bytes = viewedBytes(Buffer.from(text));
      words.add(bytes, 0, bytes.array.length);
    }
    expect(textsOf(words.plain)).toEqual([...new Set(long)]);
  },
);

test("words are forgotten, as often as one likes", () => {
  const words = new WordTable();
  for (let round = 0; round < 12; round += 1) {
    words.clear();
    for (let word = 0; word < 1000; word += 1) {
      const bytes = viewedBytes(Buffer.from(`${round}/${word}`));
      expect([0, 1].map(() => words.add(bytes, 0, bytes.array.length))).toEqual([word, word]);
    }
    expect(words.size).toBe(1000);
  }
});
