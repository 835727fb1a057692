import fc from "fast-check";
import { expect, test } from "vitest";
import { isSafePath, unsafePathReason } from "./safe-path.ts";

test.each(["a", "data/0123.tar", "Ä/β/音.ogg", "a b/c", "..a", "con-sole"])("accepts %j", (path) => {
  expect(unsafePathReason(path)).toBeNull();
});

test.each([
  "",
  "/etc/passwd",
  "..",
  "a/../b",
  "a//b",
  "./a",
  "a/",
  "C:/x",
  "a\\b",
  "a\u0000b",
  "a\nb",
  "NUL",
  "a/com1.txt",
  "a ",
  "a.",
  "e\u0301",
  "\ud800",
  "x".repeat(5000),
])("refuses %j", (path) => expect(isSafePath(path)).toBe(false));

test("no accepted path leaves its folder", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "..", ".", "", "/", "b", "\\", "C:"), { maxLength: 8 }),
      (parts) => {
        const path = parts.join("/");
        const depth = path.split("/").reduce((at, part) => Math.min(at, 0) + (part === ".." ? -1 : 1), 0);
        return !isSafePath(path) || (depth > 0 && !path.includes(".."));
      },
    ),
  );
});
