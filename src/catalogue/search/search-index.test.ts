import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { IndexedDocument } from "../../formats/text-index/index.ts";
import { DamagedIndexError } from "../look-up/index-file.ts";
import { isWithinOneEdit } from "./one-edit.ts";
import { searchIndex } from "./search-index.ts";
import { TextIndex } from "./text-index.ts";
import { termsOf } from "./words.ts";
import { writeTextIndex } from "./write-text-index.ts";

const SOURCE = new Uint8Array(32).fill(3);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-search-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function indexOf(
  texts: readonly (readonly [title: string, artist: string])[],
  here = mkdtempSync(join(folder, "index-")),
): Promise<TextIndex> {
  async function* documents(): AsyncGenerator<IndexedDocument> {
    for (const [at, [title, artist]] of texts.entries()) {
      yield { trackId: BigInt(at), title, artist, durationMs: null, popularity: null };
    }
  }
  await writeTextIndex({ folder: here, scratch: here, source: SOURCE, documents: documents() });
  return new TextIndex(here, SOURCE);
}

const found = (index: TextIndex, text: string, limit = 10): string[] =>
  searchIndex(index, text, limit).map(({ title, match }) => `${title} ${match}`);

test("words as written come before words that go on, and those before typos; each by popularity", async () => {
  const index = await indexOf([
    ["Lovely", "B"],
    ["Glove", "G"],
    ["Love", "A"],
    ["Move", "C"],
    ["Lvoe Song", "D"],
    ["Love Song", "E"],
    ["Loves", "F"],
  ]);
  expect(found(index, "love")).toEqual([
    "Love exact",
    "Love Song exact",
    "Lovely prefix",
    "Loves prefix",
    "Glove typo",
    "Move typo",
    "Lvoe Song typo",
  ]);
  expect(found(index, "love", 3)).toEqual(["Love exact", "Love Song exact", "Lovely prefix"]);
  expect(found(index, "LOVÉ a")).toEqual(["Love exact"]);
  expect(found(index, "love ")).not.toContain("Lovely prefix");
  expect(found(index, "zzz")).toEqual([]);
  expect(found(index, "!!!")).toEqual([]);
  index.close();
});

test("one typo is found in any alphabet, the first letter included", async () => {
  const index = await indexOf([
    ["Группа крови", "Кино"],
    ["東京都庁物語", "椎名"],
    ["Ágætis byrjun", "Sigur Rós"],
    ["Σ'αγαπώ", "Χάρις"],
    ["한국의 노래", "가수"],
  ]);
  expect(found(index, "Гриппа крови")).toEqual(["Группа крови typo"]);
  expect(found(index, "руппа кино")).toEqual(["Группа крови typo"]);
  expect(found(index, "sgiur byrjun")).toEqual(["Ágætis byrjun typo"]);
  expect(found(index, "xagætis ros")).toEqual(["Ágætis byrjun typo"]);
  expect(found(index, "東京都庁物話 椎名")).toEqual(["東京都庁物語 typo"]);
  expect(found(index, "京都")).toEqual(["東京都庁物語 exact"]);
  expect(found(index, "語")).toEqual(["東京都庁物語 exact"]);
  expect(found(index, "αγαπω χαριςς")).toEqual(["Σ'αγαπώ typo"]);
  index.close();
});

const syllable = fc.constantFrom("ka", "ko", "kan", "lo", "love", "r", "愛", "恋人", "é");
const words = fc.array(
  fc.array(syllable, { minLength: 1, maxLength: 3 }).map((some) => some.join("")),
  {
    minLength: 1,
    maxLength: 3,
  },
);

test("finds what reading every document finds, by words as written and started", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(words, { minLength: 1, maxLength: 600, size: "max" }),
      words,
      async (titles, asked) => {
        const index = await indexOf(titles.map((title) => [title.join(" "), "x"]));
        const spaced = asked.filter((word) => /^[a-z]+$/.test(word));
        if (spaced.length > 0) {
          const all = titles.map((title) => [...termsOf(title.join(" "), "x")]);
          const has = (terms: string[], test: (term: string) => boolean): boolean => terms.some(test);
          const exact = all.flatMap((terms, at) =>
            spaced.every((word) => terms.includes(word)) ? [at] : [],
          );
          const prefix = all.flatMap((terms, at) => {
            const before = spaced.slice(0, -1).every((word) => terms.includes(word));
            return before && has(terms, (term) => term.startsWith(spaced.at(-1) ?? "")) ? [at] : [];
          });
          const typo = all.flatMap((terms, at) => {
            const isMatch = spaced.some((word, place) =>
              spaced.every((other, otherPlace) =>
                otherPlace === place
                  ? has(
                      terms,
                      (term) =>
                        term.length > 2 && term.length < 25 && isWithinOneEdit(term, word) && word.length > 1,
                    )
                  : has(terms, (term) =>
                      otherPlace === spaced.length - 1 ? term.startsWith(other) : term === other,
                    ),
              ),
            );
            return isMatch ? [at] : [];
          });
          const hits = searchIndex(index, spaced.join(" "), 10_000);
          const ranks = (match: string): number[] =>
            hits.filter((hit) => hit.match === match).map(({ rank }) => rank);
          expect(ranks("exact")).toEqual(exact);
          expect(ranks("prefix")).toEqual(prefix.filter((at) => !exact.includes(at)));
          const isAnswered = spaced.length > 1 && exact.length + prefix.length > 0;
          const others = typo.filter((at) => !exact.includes(at) && !prefix.includes(at));
          expect(ranks("typo")).toEqual(isAnswered ? [] : others);
        }
        index.close();
      },
    ),
    { numRuns: 30, interruptAfterTimeLimit: 20_000 },
  );
});

test("a flipped byte is refused or changes what is found, and nothing else", async () => {
  const titles = Array.from({ length: 900 }, (_, at): [string, string] => [
    `word${at % 7} title${at}`,
    "artist",
  ]);
  const index = await indexOf(titles);
  index.close();
  const [name = ""] = readdirSync(folder)
    .filter((one) => one.startsWith("index-"))
    .toReversed();
  const here = join(folder, name);
  const files = readdirSync(here);
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (file, place, flip) => {
        const path = join(here, file);
        const good = readFileSync(path);
        const bad = Buffer.from(good);
        const at = place % good.length;
        bad[at] = (bad[at] ?? 0) ^ flip;
        writeFileSync(path, bad);
        try {
          const damaged = new TextIndex(here);
          try {
            for (const text of ["word3 title17", "word3", "titel21", "a"]) searchIndex(damaged, text, 10);
          } finally {
            damaged.close();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedIndexError);
        } finally {
          writeFileSync(path, good);
        }
      },
    ),
    { numRuns: 300 },
  );
});
