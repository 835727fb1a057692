import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { JsonReporter } from "./json-reporter.ts";
import { Output } from "./output.ts";
import { TextReporter } from "./text-reporter.ts";

function fixture(isTerminal: boolean): {
  output: Output;
  clock: { ms: number };
  nowMs: () => number;
  read: () => string;
} {
  const stream = Object.assign(new PassThrough(), { isTTY: isTerminal, columns: 80 });
  const clock = { ms: 0 };
  return {
    output: new Output(stream, false, {}),
    clock,
    nowMs: () => clock.ms,
    read: () => String(stream.read() ?? ""),
  };
}

test("a program sees each operation with its id, its amount and whether it has finished", () => {
  const { output, clock, nowMs, read } = fixture(false);
  const reporter = new JsonReporter({ output, quiet: false, nowMs });
  const first = reporter.progress("packing", "bytes", 100);
  const second = reporter.progress("hashing", "items");
  first.advance(40, "a.ogg");
  clock.ms = 1000;
  first.advance(60);
  first.finish();
  first.finish();
  second.finish();
  const lines = read()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ type, operation, done, finished }) => [type, operation, done, finished])).toEqual([
    ["progress", 1, 0, false],
    ["progress", 2, 0, false],
    ["progress", 1, 40, false],
    ["progress", 1, 100, false],
    ["progress", 1, 100, true],
    ["progress", 2, 0, true],
  ]);
  expect(lines[2]).toMatchObject({ label: "packing", unit: "bytes", total: 100, detail: "a.ogg" });
});

test("a program that asked for quiet gets results and warnings, no notes and no progress", () => {
  const { output, nowMs, read } = fixture(false);
  const reporter = new JsonReporter({ output, quiet: true, nowMs });
  reporter.note("reading");
  reporter.progress("packing", "bytes", 100).finish();
  reporter.warn("a file was left out", { type: "rejected", path: "a.txt" });
  reporter.record({ type: "track", title: "Awakening" });
  expect(read()).toBe(
    '{"type":"rejected","path":"a.txt","message":"a file was left out"}\n{"type":"track","title":"Awakening"}\n',
  );
});

test("on a terminal the progress line is drawn at most ten times a second and taken away before other lines", () => {
  const { output, clock, nowMs, read } = fixture(true);
  const reporter = new TextReporter({ output, quiet: false, nowMs });
  const progress = reporter.progress("packing", "items", 1000);
  for (let step = 0; step < 1000; step += 1) {
    clock.ms += 1;
    progress.advance(1);
  }
  const drawn = read();
  expect(drawn.match(/packing/g)?.length).toBe(10);
  reporter.warn("a file was left out");
  expect(read().startsWith("\u001b[1G\u001b[0Kwarning: a file was left out\n")).toBe(true);
  progress.finish();
  expect(read()).toContain("packing: 1000 items in 0:01\n");
});

test("elsewhere than on a terminal no line is redrawn and escape sequences are never written", () => {
  const { output, clock, nowMs, read } = fixture(false);
  const reporter = new TextReporter({ output, quiet: false, nowMs });
  const progress = reporter.progress("packing", "items", 100);
  for (let second = 1; second <= 90; second += 1) {
    clock.ms = second * 1000;
    progress.advance(1, "a\u001b[2J");
  }
  reporter.note("evil \u001b]0;title\u0007");
  progress.finish();
  const text = read();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  expect(text.trimEnd().split("\n")).toHaveLength(3 + 1 + 1);
});

test("quiet leaves warnings alone", () => {
  const { output, nowMs, read } = fixture(true);
  const reporter = new TextReporter({ output, quiet: true, nowMs });
  reporter.note("reading");
  reporter.step("1/8");
  const progress = reporter.progress("packing", "items", 10);
  progress.advance(5);
  progress.finish();
  expect(read()).toBe("");
  reporter.warn("look here");
  expect(read()).toBe("warning: look here\n");
});

test("nothing more is written once the reader has gone", () => {
  const { output, nowMs, read } = fixture(false);
  output.markClosed();
  new JsonReporter({ output, quiet: false, nowMs }).record({ type: "track" });
  expect(read()).toBe("");
});
