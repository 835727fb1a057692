import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { askYesNo } from "./ask.ts";
import { Output } from "./report/output.ts";

function ask(typed: string | null, signal: AbortSignal = new AbortController().signal) {
  const input = new PassThrough();
  if (typed !== null) input.end(typed);
  const stream = new PassThrough();
  const answer = askYesNo(input, new Output(stream, false, {}), "Go on\u001b[2J?", signal);
  return { answer, shown: () => String(stream.read() ?? "") };
}

test.each([
  ["y\n", true],
  ["YES\n", true],
  [" yes \n", true],
  ["n\n", false],
  ["\n", false],
  ["yesterday\n", false],
  ["", false],
  ["y", false],
])("%j means %s", async (typed, meaning) => {
  const { answer, shown } = ask(typed);
  expect(await answer).toBe(meaning);
  expect(shown()).toBe("Go on␛[2J? [y/N] ");
});

test("an interrupt ends the question", async () => {
  const controller = new AbortController();
  const { answer } = ask(null, controller.signal);
  controller.abort();
  await expect(answer).rejects.toThrow();
});
