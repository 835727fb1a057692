import fc from "fast-check";
import { expect, test } from "vitest";
import { bar, finishedLine, progressLine } from "./bar.ts";
import { displayWidth } from "./printable.ts";
import { choosePainter, colourPainter, plainPainter } from "./style.ts";

const reading = {
  label: "packing",
  unit: "bytes",
  done: 50_000_000,
  total: 205_000_000,
  perSecond: 12_300_000,
  secondsLeft: 12.6,
  seconds: 4,
  detail: "The King is Dead.ogg",
} as const;

test.each([
  [0, "        "],
  [0.5, "████    "],
  [0.51, "████▏   "],
  [0.99, "███████▉"],
  [1, "████████"],
  [7, "████████"],
  [-1, "        "],
])("a bar at %d is %j", (share, drawn) => {
  expect(bar(share, 8)).toBe(drawn);
});

test("a wide line tells label, bar, share, amount, rate, time left and what is being done", () => {
  const line = progressLine(reading, 120, plainPainter);
  expect(line).toMatch(
    /^packing +▕█+[▏▎▍▌▋▊▉]? +▏ +24 % 50\.0 MB of 205 MB {2}12\.3 MB\/s {2}0:13 left {2}The King is/,
  );
});

test("an operation without a total has no bar and no share", () => {
  const line = progressLine({ ...reading, total: null, secondsLeft: null }, 80, plainPainter);
  expect(line).not.toMatch(/[▕%]/);
  expect(line).toContain("50.0 MB");
});

test("a line never passes the width of the terminal, whatever the width and the text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.string({ unit: "grapheme" }), (columns, text) => {
      const line = progressLine({ ...reading, label: text, detail: text }, columns, plainPainter);
      expect(displayWidth(line)).toBeLessThan(Math.max(2, columns));
    }),
  );
});

test("escape sequences in a file name do not reach the terminal", () => {
  const line = progressLine({ ...reading, detail: "\u001b[2Jowned" }, 120, plainPainter);
  expect(line).not.toContain("\u001b");
});

test("a finished operation says what was done and how long it took", () => {
  expect(finishedLine({ ...reading, done: 205_000_000, seconds: 65 })).toBe("packing: 205 MB in 1:05");
  expect(finishedLine({ ...reading, unit: "items", done: 1, seconds: 2 })).toBe("packing: 1 item in 0:02");
});

test.each([
  [{ isTerminal: true, wanted: true, environment: {} }, true],
  [{ isTerminal: true, wanted: true, environment: { NO_COLOR: "" } }, true],
  [{ isTerminal: true, wanted: true, environment: { NO_COLOR: "1" } }, false],
  [{ isTerminal: true, wanted: true, environment: { TERM: "dumb" } }, false],
  [{ isTerminal: true, wanted: false, environment: {} }, false],
  [{ isTerminal: false, wanted: true, environment: {} }, false],
])("%o: colour %s", (choice, coloured) => {
  expect(choosePainter(choice)).toBe(coloured ? colourPainter : plainPainter);
});
