import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenSource, SourceError, type SourceTrouble } from "../sources/source-file.ts";
import { spoolSource } from "./spool-source.ts";

let folder: string;
let spoolPath: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-spool-"));
  spoolPath = join(folder, "x.original");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface FakeSource extends OpenSource {
  readonly wasClosed: () => boolean;
}

function source(chunks: () => AsyncIterable<Buffer>, unchanged = true): FakeSource {
  let closed = false;
  return {
    sizeBytes: 6,
    mtimeNs: 42n,
    chunks: chunks(),
    recheck: () => Promise.resolve(unchanged),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
    wasClosed: () => closed,
  };
}

async function* words(): AsyncGenerator<Buffer> {
  yield Buffer.from("abc");
  yield Buffer.from("def");
}

test("the bytes go to the hash, to the walk and to the spool file", async () => {
  const seen: string[] = [];
  const opened = source(words);
  const spooled = await spoolSource(
    () => Promise.resolve(opened),
    spoolPath,
    (chunk) => seen.push(String(chunk)),
  );
  expect(spooled).toEqual({
    ok: true,
    fileSha256: createHash("sha256").update("abcdef").digest("hex"),
    sizeBytes: 6,
    mtimeNs: 42n,
  });
  expect(seen).toEqual(["abc", "def"]);
  expect(readFileSync(spoolPath, "utf8")).toBe("abcdef");
  expect(opened.wasClosed()).toBe(true);
});

test.each([
  ["gone", "unreadable"],
  ["unreadable", "unreadable"],
  ["outside", "unreadable"],
  ["not-a-file", "unreadable"],
  ["too-large", "too-large"],
  ["member-gone", "changed-while-read"],
  ["member-refused", "unreadable"],
  ["member-damaged", "unreadable"],
  ["changed-while-read", "changed-while-read"],
] satisfies readonly (readonly [SourceTrouble, string])[])(
  "a source that is %s is %s",
  async (trouble, reason) => {
    const open = (): Promise<OpenSource> => Promise.reject(new SourceError(trouble, "why"));
    rmSync(spoolPath, { force: true });
    expect(await spoolSource(open, spoolPath, () => {})).toEqual({ ok: false, reason, detail: "why" });
    expect(existsSync(spoolPath)).toBe(false);
  },
);

test("a source that breaks while it is read is refused and closed", async () => {
  const opened = source(async function* () {
    yield Buffer.from("abc");
    throw new SourceError("unreadable", "EIO");
  });
  const spooled = await spoolSource(
    () => Promise.resolve(opened),
    spoolPath,
    () => {},
  );
  expect(spooled).toMatchObject({ ok: false, reason: "unreadable" });
  expect(opened.wasClosed()).toBe(true);
});

test("a source that is not what it was at the end is refused", async () => {
  const spooled = await spoolSource(
    () => Promise.resolve(source(words, false)),
    spoolPath,
    () => {},
  );
  expect(spooled).toMatchObject({ ok: false, reason: "changed-while-read" });
});

test("trouble that is not the source's is thrown", async () => {
  const open = (): Promise<OpenSource> => Promise.resolve(source(words));
  await expect(spoolSource(open, join(folder, "no", "folder"), () => {})).rejects.toMatchObject({
    code: "ENOENT",
  });
});
