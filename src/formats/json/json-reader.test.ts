import fc from "fast-check";
import { expect, test } from "vitest";
import { newBytes } from "../../core/viewed-bytes.ts";
import { JsonFault } from "./json-fault.ts";
import { JsonReader } from "./json-reader.ts";
import { NODE } from "./node-memory.ts";
import { objectPlan } from "./reading-plan.ts";
import type { Fields, Shape } from "./shape.ts";

const FIELDS = {
  id: "VARCHAR",
  "artist-credit": { list: { fields: { name: "VARCHAR", länge: "BIGINT" } } },
  score: "DOUBLE",
  isLive: "BOOLEAN",
  texts: { list: "VARCHAR" },
  inner: { fields: { id: "VARCHAR", texts: { list: { list: "BIGINT" } } } },
} as const satisfies Fields;

/** What the reader has of a document, as `JSON.parse` would give it. */
function read(line: Buffer, reader = new JsonReader(), fields: Fields = FIELDS): unknown {
  const before = Buffer.from('{"a":1}\n');
  const after = Buffer.from('\n{"b":"2"}');
  const from = before.length;
  const to = from + line.length;
  const spare = to + after.length;
  reader.bytes = newBytes(spare + 2 * line.length);
  Buffer.concat([before, line, after]).copy(reader.bytes.array);
  return valueAt(reader, { fields }, reader.read(objectPlan(fields), from, to, spare));
}

function valueAt(reader: JsonReader, shape: Shape, node: number): unknown {
  const { nodes } = reader;
  if (nodes.kind(node) === NODE.null) return null;
  if (shape === "VARCHAR") return reader.text(node);
  if (shape === "BIGINT") return reader.whole(node);
  if (shape === "DOUBLE") return reader.real(node);
  if (shape === "BOOLEAN") return nodes.first(node) === 1;
  if ("list" in shape) {
    const items: unknown[] = [];
    for (let item = nodes.first(node); item !== 0; item = nodes.next(item)) {
      items.push(valueAt(reader, shape.list, item));
    }
    return items;
  }
  const members = Object.entries(shape.fields).flatMap(([name, member], place) => {
    const found = nodes.member(node, place);
    return found === 0 ? [] : [[name, valueAt(reader, member, found)] as const];
  });
  return Object.fromEntries(members);
}

/** Without what is null or not asked for. */
function asked(shape: Shape, value: unknown): unknown {
  if (typeof shape === "string" || value === null) return value;
  if ("list" in shape) return (value as unknown[]).map((item) => asked(shape.list, item));
  const object = value as Record<string, unknown>;
  const members = Object.entries(shape.fields).flatMap(([name, member]) =>
    Object.hasOwn(object, name) && object[name] !== null
      ? [[name, asked(member, object[name])] as const]
      : [],
  );
  return Object.fromEntries(members);
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("\\", '"', "\u0001", "ab\ncd\t", "日本", "💿/"),
);
const whole = fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 });
const nothing = fc.constant(null);
const plainValue = fc.oneof(
  whole,
  text,
  fc.array(text),
  fc.dictionary(fc.constantFrom("id", "a b", "é"), text),
);
const document = fc.record(
  {
    other: plainValue,
    id: fc.oneof(text, nothing),
    "artist-credit": fc.oneof(
      nothing,
      fc.array(
        fc.record({ name: text, länge: fc.oneof(whole, nothing), more: plainValue }, { requiredKeys: [] }),
      ),
    ),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    isLive: fc.boolean(),
    texts: fc.array(fc.oneof(text, nothing)),
    inner: fc.record({ id: text, texts: fc.array(fc.array(whole)) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

test("what is asked for is what JSON.parse gives, written with and without spaces and escapes", () => {
  const reader = new JsonReader();
  fc.assert(
    fc.property(document, fc.constantFrom(0, 1, "\t"), fc.boolean(), (value, space, isEscaped) => {
      const written = JSON.stringify(value, null, space);
      const line = isEscaped ? escapedTexts(written) : written;
      // A zero below zero is no whole number of a column.
      const expected = JSON.parse(line, (_, member) => (member === 0 ? 0 : member));
      expect(read(Buffer.from(line), reader)).toEqual(asked({ fields: FIELDS }, expected));
    }),
    { numRuns: 500 },
  );
});

function escapedTexts(line: string): string {
  return line.replace(
    /[^\x20-\x7e\n\t]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

test("bytes that JSON.parse refuses are refused, and nothing else is thrown, whatever is changed", () => {
  const change = fc.record({
    at: fc.nat(),
    byte: fc.constantFrom(...Buffer.from('{}[]:,"\\ 0-e.+tfnu\n'), 0xc3, 7),
  });
  fc.assert(
    fc.property(document, fc.array(change, { minLength: 1, maxLength: 3 }), (value, changes) => {
      const line = Buffer.from(JSON.stringify(value));
      for (const { at, byte } of changes) line[at % line.length] = byte;
      let isRead = true;
      try {
        read(line);
      } catch (error) {
        expect(error).toBeInstanceOf(JsonFault);
        isRead = false;
      }
      if (isRead) expect(() => JSON.parse(line.toString("utf8"))).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ["a name twice", '{"id":"a","id":"b"}'],
  ["a number where a list should be", '{"texts":5}'],
  ["a text where an object should be", '{"inner":"x"}'],
  ["a text where a number should be", '{"score":"1"}'],
  ["a fraction where a whole number should be", '{"artist-credit":[{"länge":1.5}]}'],
  ["a whole number that no double holds", '{"artist-credit":[{"länge":9007199254740993}]}'],
  ["a name twice, once with an escape", '{"i\\u0064":"a","id":"b"}'],
  ["a number that no double has", '{"score":1e999}'],
  ["more values than are meant", `{"texts":[${"0,".repeat(1 << 23)}0]}`],
  ["half of a character", '{"id":"\\ud83d"}'],
  ["the wrong half of a character", '{"id":"\\udcbf\\ud83d"}'],
  ["half of a character before another one", '{"id":"\\ud83d\\ue000"}'],
  ["a document that ends early", '{"id":"a"'],
  ["two documents", '{"id":"a"}{"id":"b"}'],
  ["nothing", ""],
  ["more levels than are meant", `{"other":${"[".repeat(300)}${"]".repeat(300)}}`],
])("%s is not read", (_, line) => {
  expect(() => read(Buffer.from(line))).toThrow(JsonFault);
});

test("a name with an escape is found, and read again where it is expected", () => {
  const reader = new JsonReader();
  const line = Buffer.from('{"i\\u0064":"\\n","l\\u00e4nge":1,"\\u0074exts":["\\t"]}');
  const expected = { id: "\n", texts: ["\t"] };
  expect([read(line, reader), read(line, reader)]).toEqual([expected, expected]);
});

test("other values of a text stand as they are written", () => {
  expect(read(Buffer.from('{"id":{"a":[1,"}"]},"texts":[1e3,true]}'))).toEqual({
    id: '{"a":[1,"}"]}',
    texts: ["1e3", "true"],
  });
});

test("a name that is expected is not looked for behind the end of the memory", () => {
  const reader = new JsonReader();
  const plan = objectPlan(FIELDS);
  const readAll = (line: string): void => {
    reader.bytes = newBytes(line.length);
    Buffer.from(line).copy(reader.bytes.array);
    reader.read(plan, 0, line.length, line.length);
  };
  readAll('{"name":1}');
  for (let length = 1; length < 8; length += 1)
    expect(() => readAll('{"name":'.slice(0, length))).toThrow(JsonFault);
});

test("long lists, and what stands before and behind them, are whole", () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => (index % 9 === 0 ? null : `${index}`));
  const value = { id: "a", texts, inner: { id: "b", texts: [texts.map((_, index) => index)] }, score: 1.5 };
  expect(read(Buffer.from(JSON.stringify(value)))).toEqual(value);
});

test("names that differ in one byte only are not taken for each other", () => {
  const name = "artist-credit";
  for (let at = 0; at < name.length; at += 1) {
    const other = `${name.slice(0, at)}_${name.slice(at + 1)}`;
    expect(read(Buffer.from(`{"${other}":[{"name":"a"}]}`))).toEqual({});
  }
  const reader = new JsonReader();
  for (let more = 1; more < 1000; more += 1) {
    const longer = `{"artist-cr${"_".repeat(more)}edit":1}`;
    expect(read(Buffer.from(longer), reader)).toEqual({});
  }
});

test("members in another order, or missing, or new, are found", () => {
  const reader = new JsonReader();
  const lines = [
    '{"id":"1","score":1,"isLive":true}',
    '{"score":2,"id":"2"}',
    '{"new":0,"isLive":false,"more":1,"id":"3"}',
    '{"id":"4","score":4,"isLive":true}',
  ];
  expect(lines.map((line) => read(Buffer.from(line), reader))).toEqual([
    { id: "1", score: 1, isLive: true },
    { id: "2", score: 2 },
    { id: "3", isLive: false },
    { id: "4", score: 4, isLive: true },
  ]);
});
