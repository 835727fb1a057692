import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, type SplitEvent, type SplitOptions } from "./line-splitter.ts";

const JSON_LINES: SplitOptions = { batchBytes: 1e9, isJson: true };

function split(chunks: readonly Buffer[], options: SplitOptions, isCut = false): SplitEvent[] {
  const splitter = new LineSplitter(options);
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.finish(isCut)];
}

/** `line@offset: text` of the good lines, `line@offset! reason` of the others, `---` for a cut. */
function told(events: readonly SplitEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.kind === "cut") return ["---"];
    if (event.kind === "refused") return [`${event.line}@${event.offsetBytes}! ${event.reason}`];
    let offset = event.offsetBytes;
    const lines = event.bytes.toString("latin1").split("\n").slice(0, -1);
    expect(lines).toHaveLength(event.count);
    return lines.map((text, index) => {
      const entry = `${event.line + index}@${offset}: ${text}`;
      offset += text.length + 1;
      return entry;
    });
  });
}

test.each([
  ["lines", '{"a":1}\n{"b":2}\n', ['1@0: {"a":1}', '2@8: {"b":2}']],
  ["a last line without its newline", "{}\n{}", ["1@0: {}", "2@3: {}"]],
  ["blank lines, passed over", "\n{}\n \t\r\n{}\r\n\n", ["2@1: {}", "4@8: {}\r"]],
  ["a byte order mark before the first line", "\xef\xbb\xbf{}\n", ["1@3: {}"]],
  ["one later", "{}\n\xef\xbb\xbf{}\n", ["1@0: {}", "2@3! a byte order mark within the file"]],
  ["what is no UTF-8", '{"a":"\xe9"}\n{}\n', ["1@0! not UTF-8", "2@10: {}"]],
  ["a NUL", '{"a":"\0"}\n{}\n', ["1@0! a NUL", "2@10: {}"]],
  ["the escape of a NUL", '{"a":"\\u0000"}\n', ["1@0! a NUL in a text (\\u0000)"]],
  ["a backslash before letters", '{"a":"\\\\u0000"}\n', ['1@0: {"a":"\\\\u0000"}']],
  [
    "what is no object",
    '[1]\nnull\n{"a":\n',
    ["1", "2", "3"].map((n) => expect.stringMatching(`^${n}@.*object`)),
  ],
])("reads %s", (_, text, expected) => {
  expect(told(split([Buffer.from(text, "latin1")], JSON_LINES))).toEqual(expected);
});

test("a line without an end, in an input that was cut, is refused", () => {
  expect(told(split([Buffer.from("{}\n{}")], JSON_LINES, true))).toEqual([
    "1@0: {}",
    "2@3! the input ends within this line",
  ]);
});

test("a line that is too long is refused with its size, and is not held", () => {
  const splitter = new LineSplitter(JSON_LINES);
  const zeros = Buffer.alloc(1 << 20, "x");
  const before = process.memoryUsage().rss;
  const events = [...splitter.push(Buffer.from("{}\n"))];
  let peak = 0;
  for (let megabytes = 0; megabytes < 2048; megabytes += 1) {
    events.push(...splitter.push(zeros));
    if (megabytes % 64 === 0) peak = Math.max(peak, process.memoryUsage().rss - before);
  }
  events.push(...splitter.push(Buffer.from("\n{}\n")));
  expect(told(events)).toEqual([
    "1@0: {}",
    `2@3! a line of ${2 ** 31} bytes; the longest that is read has ${2 ** 26}`,
    "---",
    `3@${2 ** 31 + 4}: {}`,
  ]);
  expect(peak).toBeLessThan(2e8);
});

test("the same bytes give the same lines and cuts, however they arrive", () => {
  const line = fc.oneof(
    fc.constantFrom("{}", "", " ", "x", '{"a":"\xff"}', '{"\0":1}', `{"a":"${"y".repeat(40)}"}`),
    fc.string({ maxLength: 30 }).map((text) => JSON.stringify({ text })),
  );
  fc.assert(
    fc.property(
      fc.array(line),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }),
      (lines, hasEnd, sizes) => {
        const bytes = Buffer.from(lines.join("\n") + (hasEnd ? "\n" : ""), "latin1");
        const chunks: Buffer[] = [];
        for (let start = 0, turn = 0; start < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(start, start + size));
          start += size;
        }
        const options = { batchBytes: 50, isJson: true, maxLineBytes: 45 };
        const whole = told(split([bytes], options));
        expect(told(split(chunks, options))).toEqual(whole);
        const isBlank = (text: string): boolean => /^[ \t\r]*$/.test(text);
        const accounted = whole.filter((entry) => entry !== "---").length;
        expect(accounted).toBe(
          bytes
            .toString("latin1")
            .split("\n")
            .filter((text) => !isBlank(text)).length,
        );
      },
    ),
  );
});
