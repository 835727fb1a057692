import { expect, test } from "vitest";
import { BAG_DECLARATION, parseBagDeclaration } from "./declaration.ts";

test("the declaration has these bytes", () => {
  expect(Buffer.from(BAG_DECLARATION).toString("hex")).toBe(
    "42616749742d56657273696f6e3a20312e300a5461672d46696c652d4368617261637465722d456e636f64696e673a205554462d380a",
  );
  expect(parseBagDeclaration(Buffer.from(BAG_DECLARATION))).toEqual({ ok: true, version: "1.0" });
});

test.each([
  ["CRLF line ends", "BagIt-Version: 1.0\r\nTag-File-Character-Encoding: UTF-8\r\n", "1.0"],
  ["no end of the last line", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8", "1.0"],
  ["the version before", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n", "0.97"],
])("a declaration with %s is read", (_name, text, version) => {
  expect(parseBagDeclaration(Buffer.from(text))).toEqual({ ok: true, version });
});

test.each([
  ["nothing", "", "first line"],
  ["another version", "BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n", "first line"],
  ["two spaces", "BagIt-Version:  1.0\nTag-File-Character-Encoding: UTF-8\n", "first line"],
  ["one line", "BagIt-Version: 1.0\n", "second line"],
  ["another encoding", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n", "second line"],
  ["a third line", `${BAG_DECLARATION}x\n`, "more than two"],
  ["a byte order mark", `\ufeff${BAG_DECLARATION}`, "byte order mark"],
  ["a kilobyte and more", BAG_DECLARATION + "x".repeat(1024), "larger"],
])("a declaration of %s is refused", (_name, text, reason) => {
  expect(parseBagDeclaration(Buffer.from(text))).toMatchObject({
    ok: false,
    reason: expect.stringContaining(reason),
  });
});

test("a declaration with bytes that are not UTF-8 is refused", () => {
  expect(parseBagDeclaration(Buffer.from([0xff]))).toEqual({ ok: false, reason: "not UTF-8" });
});
