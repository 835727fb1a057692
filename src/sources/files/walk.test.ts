import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InterruptedError } from "../../core/errors.ts";
import { type WalkEntry, walkFolder } from "./walk.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "walk-")));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function walked(options: { leaveOut?: string } = {}): Promise<Map<string, WalkEntry>> {
  const found = new Map<string, WalkEntry>();
  for await (const entry of walkFolder({ root, ...options })) {
    const name = entry.path.toString("latin1");
    expect(found.has(name)).toBe(false);
    found.set(name, entry);
  }
  return found;
}

function put(path: string, content = "x"): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), content);
}

function reasons(found: Map<string, WalkEntry>): Record<string, string> {
  const pairs = [...found].map(([name, entry]) => [name, entry.kind === "file" ? "file" : entry.reason]);
  return Object.fromEntries(pairs);
}

test("lists files of all depths once, with size and inode", async () => {
  put("a.ogg", "12345");
  put("one/two/three/b.ogg");
  const found = await walked();
  expect(reasons(found)).toEqual({ "a.ogg": "file", "one/two/three/b.ogg": "file" });
  expect(found.get("a.ogg")).toMatchObject({ state: { sizeBytes: 5 } });
});

test("gives names back byte for byte, whatever their encoding", async () => {
  const name = Buffer.from([0x6d, 0xfc, 0x73, 0x69, 0x63, 0xff, 0x2e, 0x6f, 0x67, 0x67]);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), "x");
  expect([...(await walked()).keys()]).toEqual([name.toString("latin1")]);
});

test("lists a hard link as a path of its own", async () => {
  put("a.ogg");
  linkSync(join(root, "a.ogg"), join(root, "b.ogg"));
  expect(reasons(await walked())).toEqual({ "a.ogg": "file", "b.ogg": "file" });
});

test("follows no link, and says where each leads", async () => {
  put("sub/a.ogg");
  const outside = realpathSync(mkdtempSync(join(tmpdir(), "walk-outside-")));
  writeFileSync(join(outside, "secret.ogg"), "x");
  symlinkSync("sub/a.ogg", join(root, "again.ogg"));
  symlinkSync(join(outside, "secret.ogg"), join(root, "escape.ogg"));
  symlinkSync("../sub", join(root, "sub/up"));
  symlinkSync(".", join(root, "here"));
  symlinkSync("nowhere.ogg", join(root, "broken.ogg"));
  symlinkSync("loop-b", join(root, "loop-a"));
  symlinkSync("loop-a", join(root, "loop-b"));
  const found = await walked();
  rmSync(outside, { recursive: true });
  expect(reasons(found)).toEqual({
    "sub/a.ogg": "file",
    "again.ogg": "link-duplicate",
    "escape.ogg": "link-outside",
    "sub/up": "folder-link",
    here: "folder-link",
    "broken.ogg": "link-broken",
    "loop-a": "link-loop",
    "loop-b": "link-loop",
  });
});

test("does not open a pipe", async () => {
  execFileSync("mkfifo", [join(root, "pipe.ogg")]);
  expect(reasons(await walked())).toEqual({ "pipe.ogg": "special-file" });
});

test("leaves the archive itself out", async () => {
  put("archive/shards/x.tar");
  put("a.ogg");
  const found = await walked({ leaveOut: join(root, "archive") });
  expect(reasons(found)).toEqual({ "a.ogg": "file", archive: "archive-folder" });
});

test("goes on after a folder that cannot be listed", async () => {
  put("locked/a.ogg");
  put("b.ogg");
  chmodSync(join(root, "locked"), 0);
  const script = `
    import { walkFolder } from ${JSON.stringify(new URL("./walk.ts", import.meta.url).href)};
    process.setuid?.(65534);
    const found = [];
    for await (const entry of walkFolder({ root: ${JSON.stringify(root)} })) {
      found.push([entry.path.toString(), entry.kind === "file" ? "file" : entry.reason]);
    }
    console.log(JSON.stringify(Object.fromEntries(found)));`;
  chmodSync(root, 0o755);
  const isRoot = process.getuid?.() === 0;
  const source = isRoot ? script : script.replace("process.setuid?.(65534);", "");
  const output = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", source]);
  chmodSync(join(root, "locked"), 0o755);
  expect(JSON.parse(output.toString())).toEqual({ "b.ogg": "file", locked: "unreadable-folder" });
});

test("throws when the folder itself is not there", async () => {
  rmSync(root, { recursive: true });
  await expect(walked()).rejects.toMatchObject({ code: "ENOENT" });
});

test("stops when it is told to", async () => {
  put("a.ogg");
  put("b.ogg");
  const controller = new AbortController();
  const walk = walkFolder({ root, signal: controller.signal });
  await walk.next();
  controller.abort();
  await expect(walk.next()).rejects.toThrow(InterruptedError);
});
