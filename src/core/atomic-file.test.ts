import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureFolder, publishFolder, writeFileAtomic } from "./atomic-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-atomic-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a file is replaced as a whole, with its permissions, and nothing else is left", async () => {
  const path = join(folder, "a");
  await writeFileAtomic(path, "one");
  await writeFileAtomic(path, Buffer.from("two"), { mode: 0o600 });
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("a file that cannot be published leaves the old one and no temporary", async () => {
  const path = join(folder, "a");
  await ensureFolder(join(path, "in-the-way"));
  await expect(writeFileAtomic(path, "one")).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("folders are made as deep as asked, once", async () => {
  await ensureFolder(join(folder, "x/y/z"));
  await ensureFolder(join(folder, "x/y/z"));
  expect(statSync(join(folder, "x/y/z")).isDirectory()).toBe(true);
});

test.each(["/proc/deadwax", "/proc/deadwax/a/b"])("%s cannot be made, and that is said", async (path) => {
  await expect(ensureFolder(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a file where a folder should be is an error", async () => {
  writeFileSync(join(folder, "f"), "");
  await expect(ensureFolder(join(folder, "f"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(ensureFolder(join(folder, "f/g"))).rejects.toMatchObject({
    message: expect.stringContaining("a file stands where a folder should be"),
  });
});

test("a folder is published under a name that is free only", async () => {
  await ensureFolder(join(folder, "t1"));
  writeFileSync(join(folder, "t1/f"), "1");
  await publishFolder(join(folder, "t1"), join(folder, "done"), ["f"]);
  await ensureFolder(join(folder, "t2"));
  writeFileSync(join(folder, "t2/f"), "2");
  await expect(publishFolder(join(folder, "t2"), join(folder, "done"), ["f"])).rejects.toThrow();
  expect(readFileSync(join(folder, "done/f"), "utf8")).toBe("1");
});
