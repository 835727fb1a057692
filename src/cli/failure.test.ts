import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { ArchiveLockedError, FailedError, RightsRefusedError } from "../core/index.ts";
import { failureFrom } from "./failure.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: cannot`), { code });
}

test.each([
  ["a lock", new ArchiveLockedError("in use"), false, "archive-locked", 11],
  ["a refusal", new RightsRefusedError("no right"), false, "refused-for-rights", 13],
  [
    "a mistyped command",
    new CommanderError(1, "commander.unknownCommand", "error: unknown"),
    false,
    "usage",
    2,
  ],
  ["a full disk", systemError("ENOSPC"), false, "out-of-space", 14],
  ["a missing file", systemError("ENOENT"), false, "failed", 1],
  ["a fault of the program", new TypeError("x is not a function"), false, "failed", 1],
  ["text that was thrown", "what", false, "failed", 1],
  ["anything that breaks while stopping", new Error("aborted"), true, "interrupted", 130],
  ["a full disk while stopping", new FailedError("broken"), true, "failed", 1],
])("%s has its code and exit code", (_, error, interrupted, code, exitCode) => {
  expect(failureFrom(error, interrupted)).toMatchObject({ code, exitCode });
});

test("a suggestion becomes the hint", () => {
  const error = new CommanderError(
    1,
    "commander.unknownCommand",
    "error: unknown command 'pcak'\n(Did you mean pack?)",
  );
  expect(failureFrom(error, false)).toMatchObject({
    message: "unknown command 'pcak'",
    hint: "did you mean pack?",
  });
});

test("what lies behind an error is told, but not without end", () => {
  const loop = new Error("first");
  loop.cause = new Error("second", { cause: loop });
  const { causes } = failureFrom(new FailedError("cannot", { cause: loop }), false);
  expect(causes.slice(0, 2)).toEqual(["first", "second"]);
  expect(causes.length).toBeLessThanOrEqual(5);
});

test("every failure but a plain one says what to do next", () => {
  expect(failureFrom(new TypeError("x"), false).hint).toContain("DEADWAX_DEBUG");
  expect(failureFrom(systemError("ENOSPC"), false).hint).toContain("free some space");
});

test("who only asked something is not told that the answer goes on", () => {
  const stopped = new Error("aborted");
  expect(failureFrom(stopped, true).hint).toContain("it goes on");
  expect(failureFrom(stopped, true, "tells")).toMatchObject({
    exitCode: 130,
    hint: "run the same command again: it begins anew",
  });
});
