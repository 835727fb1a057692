import { expect, test } from "vitest";
import { packageListPaths } from "./package-list.ts";

const sum = "d41d8cd98f00b204e9800998ecf8427e";

test.each([
  ["list", "/.\n/usr\n/usr/share/a.ogg\n", [".", "usr", "usr/share/a.ogg"]],
  ["list", "/usr/b.ogg", ["usr/b.ogg"]],
  ["list", "usr/relative\n\n/\n", []],
  ["md5sums", `${sum}  usr/a b.ogg\n${sum} *usr/c.ogg\n`, ["usr/a b.ogg", "usr/c.ogg"]],
  ["md5sums", `${sum}\nnonsense  usr/d.ogg\n${sum} usr/e.ogg`, []],
] as const)("a %s gives the paths below the root of the package", (kind, text, paths) => {
  expect([...packageListPaths(Buffer.from(text), kind)].map(String)).toEqual(paths);
});
