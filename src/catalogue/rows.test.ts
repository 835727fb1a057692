import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../core/index.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open({ threads: 1 });
  await database.runFile(new URL("./rows.sql", import.meta.url));
  await database.run("create table given (place integer, text varchar)");
});
afterAll(() => database.close());

/** White space that goes, white space that stays (no-break space, vertical tab, line separator), and marks that join what is before. */
const CHARACTERS = [
  "\t",
  "\n",
  "\f",
  "\r",
  " ",
  "\u00a0",
  "\u000b",
  "\u2028",
  "\u0301",
  "\u200d",
  "a",
  "é",
  "日",
  "🎵",
];

test("text loses tabs, line ends and spaces at its ends, and nothing else", async () => {
  const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 5 }).map((all) => all.join(""));
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 300 }), async (texts) => {
      await database.run("truncate given");
      for (const [place, one] of texts.entries()) {
        await database.run("insert into given values ($place, $text)", { place, text: one });
      }
      const rows = await database.rows("select clean(text) as text from given order by place");
      const expected = texts.map((one) => one.replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, ""));
      expect(rows.map(({ text: cleaned }) => cleaned)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});

test("no text stays none", async () => {
  expect(await database.rows("select clean(null) as text")).toEqual([{ text: null }]);
});
