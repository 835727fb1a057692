import { createHash, hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { viewedBytes } from "../../../core/viewed-bytes.ts";
import { BLOCK_ROWS, TextBlock } from "../../records/text-block.ts";
import { MAX_MD5_BYTES, Md5 } from "./md5.ts";
import { clockSeconds, numberOf, truthOf, wholeOf } from "./number-text.ts";
import { ReleaseNames } from "./release-names.ts";
import { simpleLower } from "./simple-lower.ts";
import { trimmedEnd, trimmedStart } from "./trim.ts";

const of = <Value>(read: (bytes: Uint8Array, from: number, to: number) => Value, text: string): Value => {
  const bytes = Buffer.from(`7${text}7`);
  return read(bytes, 1, bytes.length - 1);
};

test("a number is the double next to what is written", () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.nat(999_999))
      .map(([whole, part]) => `${whole}.${part}`),
    fc.constantFrom("0", "-0", "5.", ".5", "+3", "007.50", "1e3", "123456789012345", "0.123456789012345"),
  );
  fc.assert(
    fc.property(number, (text) => {
      expect(of(numberOf, text)).toBe(Number(text));
    }),
  );
});

test.each(["", "-", ".", "1.2.3", "1_000", "0x10", "inf", "NaN", "1e999", "1 2", "٣"])(
  "%j is no number",
  (text) => {
    expect(of(numberOf, text)).toBeNaN();
  },
);

test("whole numbers, clocks and truths are what they say, and nothing else", () => {
  expect(["12", "4.0", "007"].map((text) => of((b, f, t) => wholeOf(b, f, t, 100), text))).toEqual([
    12, 4, 7,
  ]);
  for (const text of ["101", "-1", "4.5", "4.", "1e1", ""])
    expect(of((b, f, t) => wholeOf(b, f, t, 100), text)).toBeNaN();
  expect(["3:36", "1:02:03", "0:00.5"].map((text) => of(clockSeconds, text))).toEqual([216, 3723, 0.5]);
  expect(["true", "FALSE", "Y", "clean", "trug"].map((text) => of(truthOf, text))).toEqual([
    1,
    0,
    1,
    0,
    Number.NaN,
  ]);
});

test("spaces of Unicode are taken off both ends, and nothing else", () => {
  const piece = fc.constantFrom(
    " ",
    "\u00a0",
    "\u1680",
    "\u2003",
    "\u200b",
    "\u202f",
    "\u205f",
    "\u3000",
    "\t",
    "a",
    "é",
    "日",
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join("");
      const bytes = Buffer.from(text);
      const start = trimmedStart(bytes, 0, bytes.length);
      const trimmed = bytes.subarray(start, trimmedEnd(bytes, start, bytes.length)).toString();
      expect(trimmed).toBe(text.replace(/^\p{Zs}+|\p{Zs}+$/gu, ""));
    }),
  );
});

test("letters become small ones by themselves", () => {
  expect(simpleLower("ÀB İ ΣΑΣ ß")).toBe("àb i σασ ß");
});

test("releases are named by artist and title in small letters, whatever letters they have", () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."aZ@[`{zA é İΣ") }),
    fc.string({ maxLength: 700 }),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (rows, hasArtist) => {
        const cells = rows.flat().map((cell) => Buffer.from(cell));
        const block = new TextBlock(viewedBytes(Buffer.concat(cells)), 2);
        let at = 0;
        for (const [index, cell] of cells.entries()) {
          block.starts[(index % 2) * BLOCK_ROWS + (index >> 1)] = at;
          at += cell.length;
          block.ends[(index % 2) * BLOCK_ROWS + (index >> 1)] = at;
        }
        const names = new ReleaseNames(hasArtist ? 0 : -1, 1);
        for (const row of rows.keys()) {
          const name = `${hasArtist ? simpleLower(block.text(0, row)) : ""}\u001f${simpleLower(block.text(1, row))}`;
          expect(Buffer.from(names.hashOf(block, row)).toString("hex")).toBe(hash("md5", name));
        }
      },
    ),
  );
});

test("the MD5 of texts of any length", () => {
  const md5 = new Md5();
  for (let length = 0; length <= MAX_MD5_BYTES; length += 1) {
    const text = Buffer.from(Array.from({ length }, (_, at) => at * 7 + length));
    md5.text.array.set(text);
    expect(Buffer.from(md5.hash(length)).toString("hex")).toBe(createHash("md5").update(text).digest("hex"));
  }
});
