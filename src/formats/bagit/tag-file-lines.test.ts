import { expect, test } from "vitest";
import { readTagFileLines } from "./tag-file-lines.ts";

test.each([
  ["", []],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\n", ["a", ""]],
  ["\n", [""]],
  ["a\r\nb\rc\nd", ["a", "b", "c", "d"]],
  ["a\n\rb", ["a", "", "b"]],
  ["a\u2028b\u0085c", ["a\u2028b\u0085c"]],
])("the text %j has the lines %j", (text, lines) => {
  const read = readTagFileLines(Buffer.from(text), 100);
  expect(read.ok && [...read.lines]).toEqual(lines);
});
