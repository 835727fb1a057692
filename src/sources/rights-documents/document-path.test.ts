import { expect, test } from "vitest";
import { documentPlace, packageListPlace } from "./document-path.ts";

test.each([
  ["/music", "usr/share/doc/wesnoth/copyright", "", "wesnoth"],
  ["/music", "x/wesnoth/usr/share/doc/wesnoth/copyright", "x/wesnoth", "wesnoth"],
  ["/music", "src/debian/copyright", "src", null],
  ["/music", "debian/copyright", "", null],
  ["/", "usr/share/doc/wesnoth/copyright", "", "wesnoth"],
  ["/usr", "share/doc/wesnoth/copyright", "", "wesnoth"],
  ["/x/usr/share/doc", "wesnoth/copyright", "", "wesnoth"],
  ["/music", "usr/share/doc/Not a Package/copyright", "", null],
])("in %s, %s speaks for %j", (root, path, scope, packageName) => {
  const place = documentPlace(root, Buffer.from(path));
  expect(place).toEqual({ scope: Buffer.from(scope), packageName });
});

test.each([
  "usr/share/doc/wesnoth/changelog",
  "usr/share/doc/wesnoth/examples/copyright",
  "usr/share/doc/copyright",
  "album/LICENSE",
  "album/copyright",
  "xdebian/copyright",
])("%s is no rights document", (path) => {
  expect(documentPlace("/music", Buffer.from(path))).toBeNull();
});

test("a scope keeps the bytes of its name", () => {
  const folder = Buffer.from([0xe9, 0xff]);
  const path = Buffer.concat([folder, Buffer.from("/usr/share/doc/abc/copyright")]);
  expect(documentPlace("/müsic", path)?.scope).toEqual(folder);
});

test.each([
  ["var/lib/dpkg/info/wesnoth-music.list", "", "wesnoth-music", "list"],
  ["r/var/lib/dpkg/info/libc6:amd64.md5sums", "r", "libc6", "md5sums"],
])("%s lists a package", (path, scope, packageName, kind) => {
  expect(packageListPlace("/music", Buffer.from(path))).toEqual({
    scope: Buffer.from(scope),
    packageName,
    kind,
  });
});

test.each(["var/lib/dpkg/info/wesnoth.postinst", "var/lib/dpkg/status", "var/lib/dpkg/info/.list"])(
  "%s lists no package",
  (path) => {
    expect(packageListPlace("/music", Buffer.from(path))).toBeNull();
  },
);
