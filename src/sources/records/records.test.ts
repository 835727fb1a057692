import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spareBytes } from "../documents/turn-lines.ts";
import type { SplitEvent } from "../lines/line-splitter.ts";
import { MAX_RECORD_BYTES } from "./closing-quote.ts";
import { type RecordForm, RecordSplitter } from "./record-splitter.ts";
import { RecordTurner } from "./record-turner.ts";
import type { TextBlock } from "./text-block.ts";

const COMMAS: RecordForm = { delimiter: ",", headerLines: 1 };

interface Found {
  readonly rows: string[][];
  /** By the line of the file. */
  readonly refused: Map<number, string>;
}

/** Cuts and reads a file that comes in such pieces. */
function read(
  file: Buffer,
  form: RecordForm,
  columns: number,
  pieces: readonly number[],
  batchBytes: number,
): Found {
  const rows: string[][] = [];
  const refused = new Map<number, string>();
  const turner = new RecordTurner(form, columns, {
    files: {},
    take(block: TextBlock) {
      for (let row = 0; row < block.rows; row += 1)
        rows.push(Array.from({ length: columns }, (_, column) => block.text(column, row)));
    },
  });
  let batch: Extract<SplitEvent, { kind: "lines" }>[] = [];
  const turn = (): void => {
    const bytes = Buffer.concat(batch.map((run) => run.bytes));
    const lines = batch.flatMap(({ line, count }) =>
      Array.from({ length: count }, (_, index) => line + index),
    );
    const memory = new Uint8Array(
      bytes.length + spareBytes(Math.max(0, ...batch.map((run) => run.longestBytes))),
    );
    memory.set(bytes);
    for (const [index, reason] of turner.turn(memory, bytes.length)) refused.set(lines[index] ?? -1, reason);
    batch = [];
  };
  const splitter = new RecordSplitter(form, batchBytes);
  const take = (events: Iterable<SplitEvent>): void => {
    for (const event of events) {
      if (event.kind === "cut") turn();
      else if (event.kind === "refused") refused.set(event.line, event.reason);
      else {
        const { offsetBytes, bytes } = event;
        const there = file.subarray(offsetBytes, offsetBytes + bytes.length - 1);
        expect(there.equals(bytes.subarray(0, -1))).toBe(true);
        batch.push({ ...event, bytes: Buffer.from(event.bytes) });
      }
    }
  };
  let at = 0;
  for (let piece = 0; at < file.length; piece += 1) {
    const length = Math.max(1, pieces[piece % pieces.length] ?? 1);
    take(splitter.push(Buffer.from(file.subarray(at, at + length))));
    at += length;
  }
  take(splitter.finish(false));
  turn();
  return { rows, refused };
}

/** The same by the plainest of means. */
function expected(text: string, { delimiter }: RecordForm, columns: number): Found {
  const rows: string[][] = [];
  const refused = new Map<number, string>();
  const all = text.endsWith("\n") || text === "" ? text : `${text}\n`;
  let isHeader = true;
  for (let start = 0, line = 1; start < all.length; ) {
    const { fields, fault, end } = record(all, start, delimiter);
    const isBlank = fault === null && fields.length === 1 && fields[0] === "" && all[start] !== '"';
    if (isBlank) {
      // Nothing.
    } else if (isHeader) isHeader = false;
    else if (fault !== null) refused.set(line, fault);
    else if (fields.length !== columns)
      refused.set(line, `${fields.length} fields where the header has ${columns}`);
    else if (fields.some((field) => field.includes("\0"))) refused.set(line, "a NUL in the text");
    else rows.push(fields);
    line += all.slice(start, end).split("\n").length - 1;
    start = end;
  }
  return { rows, refused };
}

function record(
  all: string,
  start: number,
  delimiter: string,
): { fields: string[]; fault: string | null; end: number } {
  const fields: string[] = [];
  const bad = (fault: string) => ({ fields, fault, end: all.indexOf("\n", start) + 1 });
  for (let at = start; ; ) {
    const quoted = delimiter === "\t" ? null : /^"((?:[^"]|"")*)"(?!")/.exec(all.slice(at));
    if (delimiter !== "\t" && all[at] === '"' && quoted === null) return bad("a quote that is not closed");
    const plain = /^[^\n]*?(?=\r?\n|$)/.exec(all.slice(at))?.[0].split(delimiter)[0] ?? "";
    const length = quoted === null ? plain.length : quoted[0].length;
    fields.push(quoted === null ? plain : (quoted[1] ?? "").replaceAll('""', '"'));
    at += length;
    if (all[at] === delimiter) at += 1;
    else if (all[at] === "\n") return { fields, fault: null, end: at + 1 };
    else if (all.startsWith("\r\n", at)) return { fields, fault: null, end: at + 2 };
    else
      return bad(
        all.slice(start, at).includes("\n") ? "a quote that is not closed" : "text after a closing quote",
      );
  }
}

const token = (delimiter: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    delimiter,
    delimiter,
    "\n",
    "\r\n",
    '"',
    '""',
    "a",
    "é",
    " ",
    "\r",
    "\0",
    `x${delimiter}y\n`,
    `"q${delimiter}\n"`,
    `"${"line\n".repeat(9)}"`,
  );

describe.each([",", ";", "\t"] as const)("records parted by %j", (delimiter) => {
  test("come out as the plainest reader has them, however the file is cut", () => {
    fc.assert(
      fc.property(
        fc.array(token(delimiter), { maxLength: 60, size: "max" }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (tokens, columns, pieces, batchBytes) => {
          const text = `h\n${tokens.join("")}`;
          const form: RecordForm = { delimiter, headerLines: 1 };
          expect(read(Buffer.from(text), form, columns, pieces, batchBytes)).toEqual(
            expected(text, form, columns),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("long files of good and bad records", () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => {
    if (index % 7919 === 100) return "short";
    if (index % 4001 === 7) return `${index},"open,x`;
    return index % 3 === 0 ? `${index},"a ""b"", c",\u00e9` : `${index},"plain, text",x`;
  });
  const text = `a,b,c\n${lines.join("\n")}\n`;
  const found = read(Buffer.from(text), COMMAS, 3, [65_536], 1 << 19);
  expect(found).toEqual(expected(text, COMMAS, 3));
  expect(found.refused.size).toBe(12);
});

test("fields that are longer than a stretch", () => {
  const long = "x,y\n".repeat(100_000);
  const text = `a,b\n1,"${long}"\n2,${"z".repeat(300_000)}\n3,c\n`;
  expect(read(Buffer.from(text), COMMAS, 2, [50_000], 1 << 20).rows).toEqual([
    ["1", long],
    ["2", "z".repeat(300_000)],
    ["3", "c"],
  ]);
});

test.each([[70_000], [1 << 20], [3 * MAX_RECORD_BYTES]])(
  "what is too long is refused, in pieces of %i bytes",
  (piece) => {
    const long = "z".repeat(MAX_RECORD_BYTES);
    const text = `a,b\n1,x\n2,${long}\n3,"${"q\n".repeat(3)}${long}\n4,y\n`;
    const { rows, refused } = read(Buffer.from(text), COMMAS, 2, [piece], 1 << 20);
    expect(rows).toEqual([
      ["1", "x"],
      ["4", "y"],
    ]);
    expect([...refused].sort(([a], [b]) => a - b)).toEqual([
      [3, `a record of ${long.length + 3} bytes; the longest that is read has ${MAX_RECORD_BYTES}`],
      [4, "a quote that is not closed"],
      [5, "1 fields where the header has 2"],
      [6, "1 fields where the header has 2"],
      [7, `a record of ${long.length + 1} bytes; the longest that is read has ${MAX_RECORD_BYTES}`],
    ]);
  },
);

test.each([1 << 20, 3 * MAX_RECORD_BYTES])(
  "a quote that closes further from the beginning of its record than is looked at never does, in pieces of %i bytes",
  (piece) => {
    const before = "z".repeat(MAX_RECORD_BYTES - 100);
    const first = "x".repeat(1000);
    const text = `a,b\n1,${first}\n${before},"${"q".repeat(90)}\n${"q".repeat(90)}"\n4,y\n`;
    const { rows, refused } = read(Buffer.from(text), COMMAS, 2, [piece], 1 << 20);
    expect(rows).toEqual([
      ["1", first],
      ["4", "y"],
    ]);
    expect([...refused]).toEqual([
      [3, "a quote that is not closed"],
      [4, "1 fields where the header has 2"],
    ]);
  },
);

test("a byte order mark, blank lines before and after the header, and no end of line at the end", () => {
  const text = "\ufeff\n\r\na,b\r\n\r\n1,2\r\n\n3,4";
  expect(read(Buffer.from(text), COMMAS, 2, [3], 10)).toEqual({
    rows: [
      ["1", "2"],
      ["3", "4"],
    ],
    refused: new Map(),
  });
});
