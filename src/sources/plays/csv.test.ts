import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_RECORD_CHARACTERS, parseCsvRecord } from "./csv.ts";
import { csvRecords, type NumberedRecord } from "./csv-records.ts";

async function records(text: string | Buffer, chunkBytes = 7): Promise<NumberedRecord[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const found: NumberedRecord[] = [];
  for await (const record of csvRecords(chunks())) found.push(record);
  return found;
}

async function table(text: string | Buffer): Promise<string[]> {
  return (await records(text)).map((record) => {
    if (record.kind === "record") return `${record.line}:${record.fields.join("|")}`;
    return record.kind === "bad" ? `${record.line}!${record.reason}` : `${record.line}#${record.text}`;
  });
}

test.each([
  ["commas", "a,b\n1,2\n", ["1:a|b", "2:1|2"]],
  ["tabs, and quotes that mean nothing there", 'a\tb\n"1\t2,3\n', ["1:a|b", '2:"1|2,3']],
  ["semicolons", "a;b\n1;2\n", ["1:a|b", "2:1|2"]],
  ["lines that end as in Windows", "a,b\r\n1,2\r\n", ["1:a|b", "2:1|2"]],
  ["no end of the last line", "a,b\n1,2", ["1:a|b", "2:1|2"]],
  [
    "quotes, commas and lines inside quotes",
    'a,b\n"x,""y""\nz",2\n3,4\n',
    ["1:a|b", '2:x,"y"\nz|2', "4:3|4"],
  ],
  ["empty fields", "a,b\n,\n", ["1:a|b", "2:|"]],
  ["blank lines and comments", "# by hand\n\na,b\n  \n1,2\n# end", ["1#by hand", "3:a|b", "5:1|2", "6#end"]],
  ["a byte order mark", "\ufeffa,b\n", ["1:a|b"]],
  ["a quote that stays open", 'a,b\n"1,2\n3,4\n', ["1:a|b", "2!a quote that is not closed", "3:3|4"]],
  ["text behind a quote", 'a,b\n"1"x,2\n3,4\n', ["1:a|b", "2!text after a closing quote", "3:3|4"]],
  [
    "a quote in the middle",
    'a,b\n1"x,2\n3,4\n',
    ["1:a|b", "2!a quote inside a field that is not quoted", "3:3|4"],
  ],
  ["a lone carriage return", "a,b\n1\r2,3\n", ["1:a|b", "2:1\r2|3"]],
  ["nothing", "", []],
])("reads %s", async (_, text, expected) => {
  expect(await table(text)).toEqual(expected);
});

test.each([
  ["a field", `a,b\n${"x".repeat(100_000)},2\n3,4\n`, ["1:a|b", "2!a line that is too long", "3:3|4"]],
  ["a comment", `#${"x".repeat(100_000)}\na,b\n`, ["1!a line that is too long", "2:a|b"]],
  ["a quoted field", `a,b\n"${"x\n".repeat(50_000)}",2\n3,4\n`, ["1:a|b", "2!a quote that is not closed"]],
  ["a record of many fields", `a,b\n${",".repeat(300)}\n3,4\n`, ["1:a|b", "2!more than 256 fields", "3:3|4"]],
])("takes %s that is too long for one bad line", async (_, text, expected) => {
  const found = await table(text);
  expect(found.slice(0, expected.length)).toEqual(expected);
  expect(found.at(-1)?.endsWith(":3|4") || found.at(-1) === expected.at(-1)).toBe(true);
});

const fieldText = fc.string({
  unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r\n", " ", "#", "\t"),
  maxLength: 12,
});

function written(rows: readonly (readonly string[])[]): string {
  const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  return rows.map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

test("what was written by the rules comes back, however the bytes are cut", async () => {
  const rows = fc.array(fc.array(fieldText, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (table, chunkBytes) => {
      // A first line without signs of other delimiters.
      const found = await records(`"head",x\n${written(table)}`, chunkBytes);
      expect(
        found.slice(1).map((record) => (record.kind === "record" ? record.fields : record.kind)),
      ).toEqual(table);
    }),
  );
});

test("any text is read to its end, with rising line numbers", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fieldText).map((parts) => parts.join("")),
      async (text) => {
        const lines = (await records(text)).map(({ line }) => line);
        expect(lines).toEqual([...lines].sort((a, b) => a - b));
        expect(lines.every((line) => line <= text.split("\n").length)).toBe(true);
      },
    ),
  );
});

test("every record moves on", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.constantFrom(",", "\t", ";"), (text, delimiter) => {
      const { end } = parseCsvRecord(text, 0, delimiter);
      expect(end).toBeGreaterThan(0);
      expect(end).toBeLessThanOrEqual(Math.max(text.length, MAX_RECORD_CHARACTERS));
    }),
  );
});
