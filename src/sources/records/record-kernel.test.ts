import fc from "fast-check";
import { expect, test } from "vitest";
import { TrackIds } from "../facts/track-id.ts";
import { numberOf, truthOf } from "../table/rows/number-text.ts";
import { CUT } from "./field-loop.ts";
import { RecordKernel } from "./record-kernel.ts";
import { BLOCK_ROWS, type BlockLoops, type TextBlock } from "./text-block.ts";

const COMMA = 0x2c;

/** A block of rows, each with a text twice. */
function blockOf(texts: readonly string[]): { readonly block: TextBlock; readonly loops: BlockLoops } {
  const file = Buffer.from(texts.map((text) => `"${text}",${text}\n`).join(""));
  const kernel = new RecordKernel(COMMA, true, 2);
  kernel.load(file, 0, file.length);
  expect(kernel.addRows()).toBe(CUT);
  const { block } = kernel;
  expect(block.rows).toBe(texts.length);
  if (block.loops === null) throw new Error("no loops");
  return { block, loops: block.loops };
}

const word = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."abé日 "), maxLength: 70, size: "max" }),
  fc.constantFrom("", "same", "0123456789abcdef", "0123456789abcdeF", "0123456789abcdefg"),
);
const texts = fc.array(word, { minLength: 1, maxLength: 40 });
/** Some cells of the second column. */
const part = (rows: number, skip: number): { first: number; count: number } => {
  const from = Math.min(skip, rows - 1);
  return { first: BLOCK_ROWS + from, count: rows - from };
};

test("texts become PLAIN values, without those that are empty", () => {
  fc.assert(
    fc.property(texts, fc.nat(5), (rows, skip) => {
      const { loops } = blockOf(rows);
      const { first, count } = part(rows.length, skip);
      const plain = rows.slice(rows.length - count).flatMap((text) => {
        const bytes = Buffer.from(text);
        const length = Buffer.alloc(4);
        length.writeUInt32LE(bytes.length);
        return bytes.length === 0 ? [] : [length, bytes];
      });
      expect(Buffer.from(loops.plain(first, count))).toEqual(Buffer.concat(plain));
    }),
  );
});

test("changes are told, and empty texts, and a row whose texts are all those of the one before", () => {
  fc.assert(
    fc.property(texts, fc.nat(5), (rows, skip) => {
      const { block, loops } = blockOf(rows);
      const { first, count } = part(rows.length, skip);
      const chosen = rows.slice(rows.length - count);
      const changes = chosen.flatMap((text, at) => (at > 0 && text === chosen[at - 1] ? [] : [at]));
      expect([...loops.changes(first, count)]).toEqual(changes);
      expect(loops.hasEmpty(first, count)).toBe(chosen.includes(""));
      const all = rows.map((text, at) => (at > 0 && text === rows[at - 1] ? 1 : 0));
      expect([...loops.sameAsBefore([0, 1], block.rows)]).toEqual(all);
    }),
  );
});

/** Most of them are short enough together with a prefix. */
const keys = fc.integer({ min: 1, max: 56 }).chain((most) =>
  fc.array(fc.string({ unit: fc.constantFrom(..."ab0"), maxLength: most, size: "max" }), {
    minLength: 1,
    maxLength: 9,
  }),
);

test("ids are those of TrackIds; where a key is too long for one block of the hash there are none", () => {
  fc.assert(
    fc.property(keys, fc.string({ minLength: 1, maxLength: 30, size: "max" }), (rows, source) => {
      const { block, loops } = blockOf(rows);
      const ids = new TrackIds(source);
      const [lows, highs] = [new Uint32Array(rows.length), new Uint32Array(rows.length)];
      ids.setMany(block, BLOCK_ROWS, lows, highs, rows.length);
      const found = loops.ids(ids.prefix, BLOCK_ROWS, rows.length);
      const longest = Math.max(...rows.map((text) => Buffer.byteLength(text)));
      expect(found === null).toBe(longest + ids.prefix.length > 55);
      if (found === null) return;
      const words = new Uint32Array(Uint8Array.from(found).buffer);
      expect([...words]).toEqual(rows.flatMap((_, at) => [lows[at] ?? 0, highs[at] ?? 0]));
    }),
    { numRuns: 500 },
  );
});

test("a column in which a text may have to be trimmed is told", () => {
  for (const odd of [" a", "a ", "\u00a0a", "a\u3000", "日", "\t"]) {
    expect([...blockOf(["plain", "", odd]).block.isOdd]).toEqual([1, 1]);
  }
  expect([...blockOf(["plain", "a b", "", "~!"]).block.isOdd]).toEqual([0, 0]);
});

test("numbers are read as elsewhere, or left to that", () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.integer(), fc.nat(999)).map(([whole, digits]) => `${whole}.${digits}`),
    fc.constantFrom(
      "",
      "-0",
      "5.",
      ".5",
      "+3",
      "007.50",
      "1e3",
      "123456789012345",
      "1234567890123456",
      "-",
      ".",
      "1.2.3",
      "x",
    ),
  );
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), (rows) => {
      const { loops } = blockOf(rows);
      const values = new Float64Array(rows.length);
      const odd = new Set(loops.numbers(BLOCK_ROWS, rows.length, values));
      for (const [row, text] of rows.entries()) {
        const bytes = Buffer.from(text);
        const value = text === "" ? Number.NaN : numberOf(bytes, 0, bytes.length);
        if (odd.has(row)) expect(text).not.toMatch(/^-?\d{1,8}(\.\d{1,6})?$/);
        else expect(values[row]).toBe(value);
      }
    }),
    { numRuns: 300 },
  );
});

test("truths are read as elsewhere, or left to that", () => {
  const truth = fc.constantFrom(
    "true",
    "false",
    "",
    "True",
    "falsE",
    "fals",
    "falsey",
    "t",
    "0",
    "tru",
    "trues",
  );
  fc.assert(
    fc.property(fc.array(truth, { minLength: 1, maxLength: 40 }), (rows) => {
      const { loops } = blockOf(rows);
      const values = new Float64Array(rows.length);
      const odd = [...loops.truths(BLOCK_ROWS, rows.length, values)];
      const isPlain = (text: string): boolean => ["true", "false", ""].includes(text);
      expect(odd).toEqual(rows.flatMap((text, row) => (isPlain(text) ? [] : [row])));
      for (const [row, text] of rows.entries()) {
        const bytes = Buffer.from(text);
        if (isPlain(text))
          expect(values[row]).toBe(text === "" ? Number.NaN : truthOf(bytes, 0, bytes.length));
      }
    }),
  );
});
