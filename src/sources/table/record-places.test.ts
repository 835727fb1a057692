import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordPlaces } from "./record-places.ts";

interface Place {
  readonly offsetBytes: number;
  readonly line: number;
  readonly text: string;
}

async function placesOf(
  text: string | Buffer,
  options: { readonly size?: number; readonly hasQuotes?: boolean; readonly maxBytes?: number } = {},
): Promise<Place[]> {
  const { size = 1 << 16, hasQuotes = true, maxBytes = 1000 } = options;
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const places: Place[] = [];
  for await (const place of recordPlaces(chunks(), { delimiter: ",", hasQuotes, maxBytes })) {
    places.push({ offsetBytes: place.offsetBytes, line: place.line, text: place.bytes.toString() });
  }
  return places;
}

describe("finds each record:", () => {
  test.each<[string, string, readonly (readonly [offset: number, line: number])[]]>([
    ["plain lines", "a,b\nc,d\n", [[0, 1], [4, 2]]], // biome-ignore format: a table
    ["no line feed at the end", "a\nb", [[0, 1], [2, 2]]], // biome-ignore format: a table
    ["a line feed in quotes", 'a,"b\nc"\nd\n', [[0, 1], [8, 3]]], // biome-ignore format: a table
    ["a quote twice", '"a""\n",b\nc\n', [[0, 1], [9, 3]]], // biome-ignore format: a table
    ["a quote within a field, which is no quote", 'a"b,c\nd"\n', [[0, 1], [6, 2]]], // biome-ignore format: a table
    ["blank lines", "\na\r\n\r\nb\n", [[1, 2], [6, 4]]], // biome-ignore format: a table
    ["a quote that never closes", 'a\n"b\nc\n', [[0, 1], [2, 2]]], // biome-ignore format: a table
  ])("%s", async (_what, text, expected) => {
    expect((await placesOf(text)).map(({ offsetBytes, line }) => [offsetBytes, line])).toEqual(expected);
  });
});

test("in TSV a quote is a character", async () => {
  expect(await placesOf('"a\nb"\n', { hasQuotes: false })).toHaveLength(2);
});

test("ends at a record that is longer than it may be", async () => {
  const text = `a\n"${"x\n".repeat(100)}"\nb\n`;
  expect(await placesOf(text, { size: 16, maxBytes: 50 })).toHaveLength(1);
});

test("it does not matter how the bytes arrive", async () => {
  const field = fc.constantFrom("a", "b c", "", '"x"', '"y\n""z"",\n"', "ø", 'q"');
  const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(records, fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const texts = rows.map((row) => `${row.join(",")}\n`);
      const all = texts.map((text, index) => {
        const before = texts.slice(0, index).join("");
        return { offsetBytes: Buffer.byteLength(before), line: before.split("\n").length, text };
      });
      const expected = all.filter(({ text }) => text !== "\n");
      expect(await placesOf(texts.join(""), { size })).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
