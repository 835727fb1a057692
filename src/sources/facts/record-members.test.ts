import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { InputFault } from "../lines/input-fault.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { openRecordInput } from "./record-input.ts";
import { recordMembers } from "./record-members.ts";

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Hard to pack, so that half of the packed bytes are about half of the content. */
const TEXT = Array.from({ length: 3000 }, () => randomBytes(60).toString("hex")).join("\n");
const CONTENT = Buffer.from(TEXT);

interface Read {
  readonly members: readonly { readonly name: string | null; readonly text: string }[];
  readonly fault: string | null;
}

async function readAll(name: string): Promise<Read> {
  const input = openRecordInput(join(folder.path, name));
  const found: { name: string | null; text: string }[] = [];
  let seen = 0;
  try {
    const progress = {
      ...NO_PROGRESS,
      advance(bytes: number) {
        seen += bytes;
      },
    };
    for await (const member of recordMembers(input, progress)) {
      const entry = { name: member.name, text: "" };
      found.push(entry);
      for await (const chunk of member.chunks) entry.text += chunk.toString("latin1");
    }
    expect(seen).toBe(input.sizeBytes);
    return { members: found, fault: null };
  } catch (error) {
    if (!(error instanceof InputFault)) throw error;
    return { members: found, fault: error.message };
  } finally {
    input.close();
  }
}

function packedWith(program: string, bytes: Buffer): Buffer {
  const { status, stdout } = spawnSync(program, ["-c"], { input: bytes, maxBuffer: 1e9 });
  expect(status).toBe(0);
  return stdout;
}

function tarOf(files: Readonly<Record<string, Buffer>>): Buffer {
  mkdirSync(join(folder.path, "tree"), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) folder.put(`tree/${name}`, bytes);
  const args = ["--format=posix", "-C", join(folder.path, "tree"), "-cf", "-", ...Object.keys(files)];
  return spawnSync("tar", args, { maxBuffer: 1e9 }).stdout;
}

const NO_PROGRESS = { advance() {}, setTotal() {}, finish() {} };
const PACKERS = { none: null, gzip: "gzip", zstd: "zstd", xz: "xz", bzip2: "bzip2" };

test.each(Object.entries(PACKERS))(
  "reads a file packed with %s, and says where it ends early",
  async (_, program) => {
    const packed = program === null ? CONTENT : packedWith(program, CONTENT);
    folder.put("whole", packed);
    expect(await readAll("whole")).toEqual({ members: [{ name: null, text: TEXT }], fault: null });
    if (program === null) return;
    folder.put("half", packed.subarray(0, packed.length >> 1));
    const half = await readAll("half");
    expect(half.fault).toMatch(program);
    const [member] = half.members;
    const text = member?.text ?? "";
    expect(TEXT.startsWith(text)).toBe(true);
    if (program === "gzip") expect(text.length).toBeGreaterThan(TEXT.length * 0.4);
  },
);

test("gives the files of a tar one by one, and what a half of it has", async () => {
  const files = { COPYING: Buffer.from("x"), "mbdump/release": CONTENT, empty: Buffer.alloc(0) };
  const tar = tarOf(files);
  folder.put("a.tar.gz", gzipSync(tar));
  const members = Object.entries(files).map(([name, bytes]) => ({ name, text: bytes.toString("latin1") }));
  expect(await readAll("a.tar.gz")).toEqual({ members, fault: null });
  folder.put("half.tar", tar.subarray(0, 100_000));
  const half = await readAll("half.tar");
  expect(half.fault).toBe("tar: ends before its two blocks of zeros");
  expect(half.members.map(({ name }) => name)).toEqual(["COPYING", "mbdump/release"]);
  const text = half.members[1]?.text ?? "";
  expect(text.length).toBeGreaterThan(90_000);
  expect(TEXT.startsWith(text)).toBe(true);
});

test("a member that nobody reads is passed over", async () => {
  folder.put("a.tar", tarOf({ a: CONTENT, b: Buffer.from("b") }));
  const input = openRecordInput(join(folder.path, "a.tar"));
  const names: (string | null)[] = [];
  for await (const { name } of recordMembers(input, NO_PROGRESS)) names.push(name);
  const sha256 = await input.sha256(NO_PROGRESS);
  input.close();
  expect(names).toEqual(["a", "b"]);
  expect(sha256).toBe(
    spawnSync("sha256sum", [join(folder.path, "a.tar")])
      .stdout.toString()
      .slice(0, 64),
  );
});

test("whatever is done to a tar, what comes out is some of it, or a fault", async () => {
  const rows = Array.from({ length: 200 }, (_, index) => `{"n":${index}}\n`).join("");
  const tar = tarOf({ a: Buffer.from(rows), b: Buffer.from("{}\n".repeat(100)) });
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (isPacked, flips, share) => {
        const bytes = Buffer.from(isPacked ? gzipSync(tar) : tar);
        for (const { at, byte } of flips) bytes[at % bytes.length] = byte;
        folder.put("fuzzed", bytes.subarray(0, Math.ceil(bytes.length * share)));
        const { members, fault } = await readAll("fuzzed");
        expect(members.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(2 * tar.length);
        const untouched = flips.length === 0 ? members.filter(({ name }) => name === "a") : [];
        for (const { text } of untouched) expect(rows.startsWith(text)).toBe(true);
        if (flips.length === 0 && share === 1) expect(fault).toBe(null);
      },
    ),
    { numRuns: 150 },
  );
});

test("an empty file has one empty member", async () => {
  folder.put("nothing", "");
  expect(await readAll("nothing")).toEqual({
    members: [{ name: null, text: "" }],
    fault: null,
  });
});
