import { expect, test } from "vitest";
import { placesOf } from "../../formats/json/reading-plan.ts";
import { goodLine, LINE_FIELDS, ODD_LINES, type OddLine } from "../lines/testing/odd-lines.ts";
import { LineTurner, spareBytes } from "./turn-lines.ts";

const PLACE = placesOf(LINE_FIELDS);

/** Ids and lengths of the lines that are taken, and why others are refused. */
function turn(lines: readonly string[]): { taken: unknown[]; refused: Map<number, string> } {
  const taken: unknown[] = [];
  const turner = new LineTurner((json) => ({
    fields: LINE_FIELDS,
    files: {},
    refusal: (_, node) => (json.text(json.nodes.member(node, PLACE.id)) === "refused" ? "not wanted" : null),
    add(_, node) {
      const { nodes } = json;
      taken.push([json.text(nodes.member(node, PLACE.id)), json.whole(nodes.member(node, PLACE.length))]);
    },
    endBatch: () => taken.push("end"),
  }));
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const memory = new Uint8Array(bytes.length + spareBytes(Math.max(...lines.map((line) => line.length))));
  memory.set(bytes);
  const refused = turner.turn(memory, bytes.length);
  expect(Buffer.from(memory.subarray(0, bytes.length)).equals(bytes)).toBe(true);
  return { taken, refused };
}

test.each<OddLine>([
  ...ODD_LINES,
  ["a comma too much", '{"id":"x",}', "not valid JSON"],
  ["a name that is there twice", '{"id":"x","id":"y"}', "a name that is there twice"],
  ["a number that is too large", '{"length":99999999999999999999}', "a number that is too large"],
  ["a number that has no end", '{"length":1e999}', "length is a number that is too large"],
  ["the same as text", '{"length":"-Infinity"}', "length is a number that is too large"],
  ["a name twice, once with an escape", '{"id":"x","i\\u0064":"y"}', "a name that is there twice"],
  ["a name twice, and a number as text", '{"length":"7","id":"x","id":"y"}', "a name that is there twice"],
  [
    "a name twice, deep in it, behind a number as text",
    '{"media":[{"position":"1"},{"title":"a","title":"b"}]}',
    "a name that is there twice",
  ],
])("%s costs that line alone", (_, line, reason) => {
  const { taken, refused } = turn([goodLine("a"), goodLine("b"), line, goodLine("c")]);
  expect(taken).toEqual([["a", 5], ["b", 5], ["c", 5], "end"]);
  expect([...refused]).toEqual([[2, reason]]);
});

test.each([
  ["a number as text", '{"id":"x","length":"7"}', ["x", 7]],
  ["a fraction", '{"id":"x","length":6.6}', ["x", 7]],
  ["a number with an exponent", '{"id":"x","length":7e0}', ["x", 7]],
  ["a number as name", '{"id":5,"length":7}', ["5", 7]],
  ["escapes", '{"id":"\\u00e9\\ud83d\\udcbf\\n\\"","length":7}', ['é💿\n"', 7]],
  ["an escape in a name", '{"i\\u0064":"x","length":7}', ["x", 7]],
  ["a name twice that nobody asks for", '{"id":"x","length":"7","other":1,"other":2}', ["x", 7]],
  ["an escape in a line that is not plain", '{"id":"\\u00e9","length":"7"}', ["é", 7]],
])("%s is read as what it means", (_, line, expected) => {
  const { taken, refused } = turn([goodLine("a"), line, goodLine("c")]);
  expect(taken).toEqual([["a", 5], expected, ["c", 5], "end"]);
  expect(refused.size).toBe(0);
});

test("a long line that is not written as documents are is refused without being parsed", () => {
  const line = `{"id":"x","other":"${"a".repeat(1 << 23)}","length":"7"}`;
  const { taken, refused } = turn([goodLine("a"), line, goodLine("c")]);
  expect(taken).toEqual([["a", 5], ["c", 5], "end"]);
  expect([...refused]).toEqual([[1, `not written as documents are, from byte ${line.indexOf('"7"')} on`]]);
});
