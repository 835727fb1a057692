import { closeSync, openSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defaultPolicy } from "../../core/policy.ts";
import { SourceError } from "../files/source-error.ts";
import { makeZip, type ZipEntrySpec } from "../testing/make-zip.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type IntakeLimits, readZipDirectory, type ZipDirectory } from "./zip-directory.ts";
import { memberChunks } from "./zip-member.ts";

const limits: IntakeLimits = {
  ...defaultPolicy().intake,
  maxMemberBytes: 1_000_000,
  maxContainerMembers: 50,
};
let folder: TemporaryFolder;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  folder.remove();
});

async function withZip<T>(
  bytes: Buffer,
  work: (fd: number, directory: ZipDirectory) => Promise<T>,
): Promise<T> {
  const fd = openSync(folder.put("a.zip", bytes), "r");
  try {
    return await work(fd, await readZipDirectory(fd, bytes.length, limits));
  } finally {
    closeSync(fd);
  }
}

/** Name to content, or to the reason why there is none. */
async function contents(bytes: Buffer): Promise<Record<string, string>> {
  return withZip(bytes, async (fd, directory) => {
    if (!directory.ok) return { "": directory.reason };
    const found: Record<string, string> = {};
    for (const { name, reason } of directory.refused) found[name.toString("latin1")] = reason;
    for (const member of directory.members) {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of memberChunks(fd, bytes.length, member)) chunks.push(chunk);
        found[member.name.toString("latin1")] = Buffer.concat(chunks).toString("latin1");
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        found[member.name.toString("latin1")] = error.trouble;
      }
    }
    return found;
  });
}

test("reads stored and deflated members and leaves folders out", async () => {
  const zip = makeZip([
    { name: "a.ogg", content: "stored", stored: true },
    { name: "sub/", content: "", stored: true },
    { name: "sub/b.ogg", content: "deflated" },
  ]);
  expect(await contents(zip)).toEqual({ "a.ogg": "stored", "sub/b.ogg": "deflated" });
});

test("keeps the bytes of a name that is no UTF-8", async () => {
  expect(await contents(makeZip([{ name: Buffer.from("e92e6f6767", "hex"), content: "x" }]))).toEqual({
    "\xe9.ogg": "x",
  });
});

const zeros = Buffer.alloc(500_000);

test.each<[string, ZipEntrySpec, string]>([
  ["a name that leads out", { name: "../../etc/passwd", content: "x" }, "unsafe-member-name"],
  ["a name that leads out in the middle", { name: "a/../../b", content: "x" }, "unsafe-member-name"],
  ["an absolute name", { name: "/etc/passwd", content: "x" }, "unsafe-member-name"],
  ["a drive", { name: "C:evil.ogg", content: "x" }, "unsafe-member-name"],
  ["a backslash", { name: "..\\evil.ogg", content: "x" }, "unsafe-member-name"],
  ["a NUL", { name: "a.ogg\0.txt", content: "x" }, "unsafe-member-name"],
  ["an empty part", { name: "a//b.ogg", content: "x" }, "unsafe-member-name"],
  ["an empty name", { name: "", content: "x" }, "unsafe-member-name"],
  ["a folder with content", { name: "a/", content: "x" }, "unsafe-member-name"],
  ["encryption", { name: "a.ogg", content: "x", claims: { flags: 1 } }, "member-encrypted"],
  ["an unknown method", { name: "a.ogg", content: "x", claims: { method: 12 } }, "member-method-unknown"],
  [
    "a size above the limit",
    { name: "a.ogg", content: "x", claims: { sizeBytes: 1_000_001 } },
    "member-too-large",
  ],
  ["a ratio above the limit", { name: "a.ogg", content: zeros }, "zip-bomb"],
  ["a declared ratio above it", { name: "a.ogg", content: "x", claims: { sizeBytes: 999_999 } }, "zip-bomb"],
  [
    "more content than declared",
    { name: "a.ogg", content: "xyz", claims: { sizeBytes: 2 } },
    "member-damaged",
  ],
  [
    "less content than declared",
    { name: "a.ogg", content: "xyz", claims: { sizeBytes: 4 } },
    "member-damaged",
  ],
  ["another CRC than declared", { name: "a.ogg", content: "xyz", claims: { crc32: 1 } }, "member-damaged"],
])("refuses %s and reads the others", async (_, entry, reason) => {
  const found = await contents(makeZip([entry, { name: "good.ogg", content: "good" }]));
  expect(found).toEqual({ [entry.name.toString("latin1")]: reason, "good.ogg": "good" });
});

test("stops a bomb that lies about its size before it has grown past it", async () => {
  const zip = makeZip([{ name: "a.ogg", content: zeros, claims: { sizeBytes: 40_000 } }]);
  await withZip(zip, async (fd, directory) => {
    const [member] = directory.ok ? directory.members : [];
    let bytes = 0;
    const read = async (): Promise<void> => {
      if (!member) throw new Error("no member");
      for await (const chunk of memberChunks(fd, zip.length, member)) bytes += chunk.length;
    };
    await expect(read()).rejects.toMatchObject({ trouble: "member-damaged" });
    expect(bytes).toBeLessThanOrEqual(40_000);
  });
});

test("refuses the second of two members with one name", async () => {
  const zip = makeZip([
    { name: "a.ogg", content: "first" },
    { name: "a.ogg", content: "second" },
  ]);
  await withZip(zip, async (_, directory) => {
    expect(directory).toMatchObject({
      ok: true,
      members: [{ name: Buffer.from("a.ogg"), sizeBytes: 5 }],
      refused: [{ reason: "duplicate-member-name" }],
    });
  });
});

test("refuses a zip whose members share bytes", async () => {
  const zip = makeZip([
    { name: "a.ogg", content: "0123456789" },
    { name: "b.ogg", content: "0123456789", claims: { bytesOf: 0 } },
  ]);
  expect(await contents(zip)).toEqual({ "": "zip-entries-overlap" });
});

test("refuses a zip with more members than allowed", async () => {
  const entries = Array.from({ length: 51 }, (_, index) => ({ name: `${index}.ogg`, content: "x" }));
  expect(await contents(makeZip(entries))).toEqual({ "": "zip-too-many-members" });
  expect(await contents(makeZip([], 60_000))).toEqual({ "": "zip-too-many-members" });
});

test.each([
  ["a cut zip", (zip: Buffer) => zip.subarray(0, zip.length - 5)],
  ["a beginning without an end", (zip: Buffer) => zip.subarray(0, 20)],
  [
    "a directory that points elsewhere",
    (zip: Buffer) => {
      zip.writeUInt32LE(3, zip.length - 6);
      return zip;
    },
  ],
])("refuses %s as damaged", async (_, damage) => {
  expect(await contents(damage(makeZip([{ name: "a.ogg", content: "abc" }])))).toEqual({ "": "zip-damaged" });
});

test("any flipped bit is noticed, or changes no content", async () => {
  const entries = [
    { name: "a.ogg", content: "some content that is deflated" },
    { name: "b.ogg", content: "some content that is stored", stored: true },
  ];
  const zip = makeZip(entries);
  const good = new Set(entries.map(({ content }) => content));
  await fc.assert(
    fc.asyncProperty(fc.nat(zip.length - 1), fc.nat(7), async (at, bit) => {
      const flipped = Buffer.from(zip);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
      for (const value of Object.values(await contents(flipped))) {
        expect(good.has(value) || /^[a-z-]+$/.test(value)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test("random bytes behind the magic are never more than damaged", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 30, maxLength: 400 }), async (noise) => {
      const zip = makeZip([{ name: "a.ogg", content: "x" }]);
      zip.set(noise.subarray(0, zip.length - 4), 4);
      expect(
        Object.values(await contents(zip)).every((value) => value === "x" || /^[a-z-]+$/.test(value)),
      ).toBe(true);
    }),
    { numRuns: 200 },
  );
});
