import { expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { defaultReleaseName, isReleaseName, requireReleaseName } from "./release-name.ts";

test.each([
  ["spring-2026", true],
  ["r1", true],
  ["a".repeat(100), true],
  ["a".repeat(101), false],
  ["", false],
  ["Spring", false],
  ["spring_2026", false],
  ["spring--2026", false],
  ["-spring", false],
  ["spring-", false],
  ["../spring", false],
  ["spring/2026", false],
  [".tmp-x", false],
  ["frühling", false],
  ["con", false],
  ["lpt1", false],
  ["spring\n", false],
])("%j is a name of a release: %s", (name, expected) => {
  expect(isReleaseName(name)).toBe(expected);
});

test("refuses another name with a way to correct it", () => {
  expect(() => requireReleaseName("My Release")).toThrow(UsageError);
});

test("numbers the second and third release of a day", () => {
  const now = new Date("2026-11-23T23:59:59Z");
  expect(defaultReleaseName(now, () => false)).toBe("release-2026-11-23");
  const taken = new Set(["release-2026-11-23", "release-2026-11-23-2"]);
  expect(defaultReleaseName(now, (name) => taken.has(name))).toBe("release-2026-11-23-3");
});
