import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultPolicy } from "../core/policy.ts";
import { type OpenSource, openSource, SourceError, type SourceLocator } from "./source-file.ts";
import { makeZip } from "./testing/make-zip.ts";
import { type TemporaryFolder, temporaryFolder } from "./testing/temporary-folder.ts";

const limits = defaultPolicy().intake;
let folder: TemporaryFolder;
const opened: OpenSource[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const source of opened.splice(0)) await source.close();
  folder.remove();
});

async function open(path: string, more: Partial<SourceLocator> = {}, bounds = limits): Promise<OpenSource> {
  const locator = { root: folder.path, path, pathB64: null, member: null, memberB64: null, ...more };
  const source = await openSource(locator, bounds);
  opened.push(source);
  return source;
}

async function readAll(source: OpenSource): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("reads a plain file to its last byte", async () => {
  const content = Buffer.alloc(600_001, "deadwax");
  folder.put("sub/a.ogg", content);
  const source = await open("sub/a.ogg");
  expect(source.sizeBytes).toBe(600_001);
  expect((await readAll(source)).equals(content)).toBe(true);
  expect(await source.recheck()).toBe(true);
});

test("opens names that are no UTF-8 by their bytes", async () => {
  const name = Buffer.from("6dfc2e6f6767", "hex");
  folder.put(name, "x");
  const source = await open("m\ufffd.ogg", { pathB64: name.toString("base64") });
  expect((await readAll(source)).toString()).toBe("x");
});

test.each([true, false])("reads a member of a container (stored: %s)", async (stored) => {
  const content = Buffer.from("a member's content ".repeat(1000));
  folder.put("a.pk3", makeZip([{ name: "music/a.ogg", content, stored }]));
  const source = await open("a.pk3", { member: "music/a.ogg" }, { ...limits, maxExpansionRatio: 1000 });
  expect(source.sizeBytes).toBe(content.length);
  expect((await readAll(source)).equals(content)).toBe(true);
});

test.each([
  ["a file that is gone", "gone", "gone.ogg"],
  ["a folder that is gone", "gone", "gone/a.ogg"],
  ["a folder", "not-a-file", "folder"],
  ["a pipe", "not-a-file", "pipe"],
  ["a link", "outside", "link.ogg"],
  ["a file behind a link that leads out", "outside", "way-out/passwd"],
  ["a path that leads out", "outside", "../a.ogg"],
  ["an absolute path", "outside", "/etc/passwd"],
  ["an empty path", "outside", ""],
])("refuses %s", async (_, trouble, path) => {
  mkdirSync(join(folder.path, "folder"));
  execFileSync("mkfifo", [join(folder.path, "pipe")]);
  folder.put("target.ogg", "x");
  symlinkSync("target.ogg", join(folder.path, "link.ogg"));
  symlinkSync("/etc", join(folder.path, "way-out"));
  await expect(open(path)).rejects.toMatchObject({ trouble });
});

test("refuses a file above the limit", async () => {
  folder.put("a.ogg", "12345");
  await expect(open("a.ogg", {}, { ...limits, maxFileBytes: 4 })).rejects.toMatchObject({
    trouble: "too-large",
  });
});

test.each([
  ["a member that is not there", "member-gone", "c.ogg"],
  ["a member with an unsafe name", "member-refused", "../b.ogg"],
])("refuses %s", async (_, trouble, member) => {
  folder.put(
    "a.zip",
    makeZip([
      { name: "a.ogg", content: "a" },
      { name: "../b.ogg", content: "b" },
    ]),
  );
  await expect(open("a.zip", { member })).rejects.toMatchObject({ trouble });
});

test("refuses a container that is no zip any more", async () => {
  folder.put("a.zip", "no zip at all, and not one at its end");
  await expect(open("a.zip", { member: "a.ogg" })).rejects.toMatchObject({ trouble: "member-refused" });
});

const changes: [string, (path: string) => void][] = [
  ["grows", (path) => appendFileSync(path, "more")],
  ["shrinks", (path) => truncateSync(path, 5)],
  ["is touched", (path) => utimesSync(path, 1, 1)],
  ["is deleted", (path) => rmSync(path)],
  [
    "is replaced",
    (path) => {
      renameSync(path, `${path}.old`);
      folder.put("a.ogg", Buffer.alloc(400_000));
    },
  ],
];

test.each(changes)("notices a file that %s while it is read", async (_, change) => {
  folder.put("a.ogg", Buffer.alloc(400_000));
  const source = await open("a.ogg");
  const chunks = source.chunks[Symbol.asyncIterator]();
  await chunks.next();
  change(join(folder.path, "a.ogg"));
  const rest = async (): Promise<void> => {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next());
  };
  await expect(rest()).rejects.toThrow(SourceError);
  expect(await source.recheck()).toBe(false);
});

test("notices a container that changes while a member is read", async () => {
  folder.put("a.zip", makeZip([{ name: "a.ogg", content: Buffer.alloc(400_000, "abc"), stored: true }]));
  const source = await open("a.zip", { member: "a.ogg" });
  const chunks = source.chunks[Symbol.asyncIterator]();
  await chunks.next();
  utimesSync(join(folder.path, "a.zip"), 1, 1);
  await chunks.next();
  await expect(chunks.next()).rejects.toMatchObject({ trouble: "changed-while-read" });
});

test("sees that a container was replaced between two readings", async () => {
  folder.put("a.zip", makeZip([{ name: "a.ogg", content: "first" }]));
  expect((await readAll(await open("a.zip", { member: "a.ogg" }))).toString()).toBe("first");
  folder.put("a.zip", makeZip([{ name: "a.ogg", content: "the second one" }]));
  expect((await readAll(await open("a.zip", { member: "a.ogg" }))).toString()).toBe("the second one");
});

test("may be closed twice, and knows nothing afterwards", async () => {
  folder.put("a.ogg", "x");
  const source = await open("a.ogg");
  await source.close();
  await source.close();
  expect(await source.recheck()).toBe(false);
});
