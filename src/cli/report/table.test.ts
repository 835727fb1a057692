import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Output } from "./output.ts";
import { displayWidth } from "./printable.ts";
import { printFields, printTable } from "./table.ts";

function collect(terminalColumns: number | null, print: (output: Output) => void): string[] {
  const stream = Object.assign(new PassThrough(), {
    isTTY: terminalColumns !== null,
    columns: terminalColumns ?? undefined,
  });
  print(new Output(stream, false, {}));
  return String(stream.read() ?? "")
    .split("\n")
    .slice(0, -1);
}

const columns = [
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "BYTES", align: "right" },
] as const;
const rows = [
  ["0Z4", "The King is Dead, long live the Queen", 12_345_678n],
  ["9XY", "交響曲", null],
] as const;

test("elsewhere than on a terminal a table is tab-separated with a heading and nothing is cut", () => {
  expect(collect(null, (output) => printTable(output, columns, rows))).toEqual([
    "TRACK\tTITLE\tBYTES",
    "0Z4\tThe King is Dead, long live the Queen\t12345678",
    "9XY\t交響曲\t",
  ]);
});

test("on a terminal columns are aligned", () => {
  expect(collect(80, (output) => printTable(output, columns, rows))).toEqual([
    `TRACK  TITLE${" ".repeat(32)}     BYTES`,
    "0Z4    The King is Dead, long live the Queen  12345678",
    "9XY    交響曲",
  ]);
});

test("on a narrow terminal the column that may shrink is cut and no line passes the width", () => {
  const lines = collect(30, (output) => printTable(output, columns, rows));
  expect(lines.every((line) => displayWidth(line) <= 30)).toBe(true);
  expect(lines[1]).toMatch(/^0Z4 {4}The King is … {2}12345678$/);
});

test("on a narrow terminal the column that wraps goes on below, with every word", () => {
  const verdicts = [{ name: "FILE" }, { name: "DETAIL", wraps: true }];
  const row = ["a.flac", "byte 998162: frame 177 does not match its CRC-16"];
  expect(collect(30, (output) => printTable(output, verdicts, [row, ["b.flac", "sound"]]))).toEqual([
    "FILE    DETAIL",
    "a.flac  byte 998162: frame 177",
    "        does not match its",
    "        CRC-16",
    "b.flac  sound",
  ]);
});

test("a terminal that does not know its width is taken to be 80 columns wide", () => {
  const print = (output: Output): void => printTable(output, columns, rows);
  expect(collect(0, print)).toEqual(collect(80, print));
});

test("tabs, line feeds and escape sequences in a cell cannot make columns, rows or colours", () => {
  expect(collect(null, (output) => printTable(output, [{ name: "T" }], [["a\tb\nc\u001b[31m"]]))).toEqual([
    "T",
    "a␉b␊c␛[31m",
  ]);
});

test("fields without a value are left out", () => {
  const print = (output: Output): void =>
    printFields(output, [
      ["title", "Awakening"],
      ["isrc", null],
      ["size", 12],
    ]);
  expect(collect(80, print)).toEqual(["title  Awakening", "size   12"]);
  expect(collect(null, print)).toEqual(["title\tAwakening", "size\t12"]);
});

test("on a terminal spaces in front of a value stay, as pictures need them", () => {
  expect(collect(80, (output) => printFields(output, [["picture", "  ▃ ▃"]]))).toEqual(["picture    ▃ ▃"]);
});

test("on a terminal a long value is wrapped under its own beginning, and a path stays in one piece", () => {
  const path = `/${"long/".repeat(10)}file.ogg`;
  const print = (output: Output): void =>
    printFields(output, [
      ["why", "nobody has said that this may be given away"],
      ["file", path],
    ]);
  expect(collect(30, print)).toEqual([
    "why   nobody has said that",
    "      this may be given away",
    `file  ${path}`,
  ]);
});
