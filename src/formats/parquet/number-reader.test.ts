import { expect, test } from "vitest";
import { NumberReader } from "./number-reader.ts";
import { dataPageHeader, ENCODING } from "./pages.ts";

const CHUNK = { offsetBytes: 0, sizeBytes: 0, isFloat: false, isZstd: false, isOptional: false };
const body = Buffer.from(Uint32Array.of(7, 8, 9).buffer);
const page = Buffer.concat([dataPageHeader(ENCODING.plain, 3, body.length), body]);
const reader = await NumberReader.open();

test("pages follow one another until each row has its number", () => {
  const into = new Uint32Array(6);
  expect(reader.read(Buffer.concat([page, page]), CHUNK, null, into)).toBe(true);
  expect([...into]).toEqual([7, 8, 9, 7, 8, 9]);
  expect(
    reader.read(page, CHUNK, (values) => Uint32Array.from([...values, 0]).reverse(), new Uint32Array(3)),
  ).toBe(true);
  expect(reader.read(page, { ...CHUNK, isFloat: true }, null, new Uint32Array(3))).toBe(false);
});

test.each([
  ["fewer values than rows", page, 4],
  ["more values than rows", page, 2],
  ["a page that goes past the end", page.subarray(0, -1), 3],
  [
    "a page that is shorter than its values",
    Buffer.concat([dataPageHeader(ENCODING.plain, 3, 8), body.subarray(4)]),
    3,
  ],
  ["no page", Buffer.alloc(0), 1],
])("%s: refused", (_, bytes, rows) => {
  expect(() => reader.read(bytes, CHUNK, null, new Uint32Array(rows))).toThrow(RangeError);
});
