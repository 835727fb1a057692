import { expect, test } from "vitest";
import { InterruptedError } from "./errors.ts";
import { runThread } from "./run-thread.ts";

const entry = new URL("./testing/thread.ts", import.meta.url);

test("a thread answers with what its program makes of the input", async () => {
  expect(await runThread(entry, { number: 5n })).toEqual([{ number: 5n }, { number: 5n }]);
});

test("what the program throws is thrown", async () => {
  await expect(runThread(entry, "fail")).rejects.toThrow(new RangeError("as the test wants it"));
});

test("a signal ends the thread", async () => {
  const abort = new AbortController();
  const running = runThread(entry, "wait", abort.signal);
  setTimeout(() => abort.abort(), 300);
  await expect(running).rejects.toThrow(InterruptedError);
});
