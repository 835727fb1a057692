import { expect, test } from "vitest";
import { explainSystemError, FailedError, OutOfSpaceError } from "./errors.ts";

test.each([
  ["of Node", Object.assign(new Error("write"), { code: "ENOSPC" })],
  ["of the database", new Error('IO Error: Could not write file "x.parquet": No space left on device')],
])("a full disk in the words %s is told as one", (_, error) => {
  expect(explainSystemError(error, "writing")).toBeInstanceOf(OutOfSpaceError);
});

test("errors that say all already, and those that nobody knows, pass through", () => {
  for (const error of [new FailedError("x"), new Error("no space left in my cupboard"), "text"]) {
    expect(explainSystemError(error, "writing")).toBe(error);
  }
});
