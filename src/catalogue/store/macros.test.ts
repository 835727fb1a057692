import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { packIsrc, unpackIsrc } from "../../formats/identifiers/index.ts";

let database: Database;
beforeAll(async () => {
  database = await Database.open({ threads: 1 });
  await database.runFile(new URL("./macros.sql", import.meta.url));
});
afterAll(() => database.close());

const LETTER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const character = (set: string) => fc.constantFrom(...set);
const isrc = fc
  .tuple(
    fc.array(character(LETTER), { minLength: 2, maxLength: 2 }),
    fc.array(character(`0123456789${LETTER}`), { minLength: 3, maxLength: 3 }),
    fc.integer({ min: 0, max: 9_999_999 }),
  )
  .map(([country, registrant, digits]) =>
    [...country, ...registrant, String(digits).padStart(7, "0")].join(""),
  );

test("codes are packed and unpacked in SQL as in the program, and sort as their text", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(isrc, { minLength: 1, maxLength: 200 }), async (codes) => {
      const all = [...codes, "AA0000000000", "ZZZZZ9999999"];
      const rows = await database.rows(
        `select isrc_pack(code) as packed, isrc_text(isrc_pack(code)) as text from (select unnest(['${all.join("','")}']) as code) order by isrc_pack(code)`,
      );
      const expected = [...all].sort().map((code) => {
        const packed = packIsrc(code);
        return { packed: packed.ok ? packed.value : null, text: code };
      });
      expect(rows).toEqual(expected);
      for (const { packed, text } of expected) {
        expect(packed === null ? null : unpackIsrc(packed)).toEqual({ ok: true, value: text });
      }
    }),
    { numRuns: 25 },
  );
});

test("what is no canonical code has no number, and null none either", async () => {
  const rows = await database.rows(
    "select isrc_pack(code) as packed from (values ('usrc17607839'), ('US-RC1-76-07839'), (''), ('USRC1760783'), ('ÜSRC17607839'), (null)) t(code)",
  );
  expect(rows).toEqual(Array(6).fill({ packed: null }));
  expect(await database.rows("select isrc_text(null::ubigint) as text")).toEqual([{ text: null }]);
});
