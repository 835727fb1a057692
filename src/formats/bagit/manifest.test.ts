import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeManifestPath,
  encodeManifest,
  encodeManifestPath,
  type Manifest,
  manifestFileName,
  parseManifest,
  parseManifestFileName,
} from "./manifest.ts";

const HASH = "0123456789abcdef".repeat(4);
const PAYLOAD = { kind: "payload", algorithm: "sha256" } as const;
const TAG = { kind: "tag", algorithm: "sha256" } as const;

function manifest(paths: readonly string[], head: Pick<Manifest, "kind" | "algorithm"> = PAYLOAD): Manifest {
  return { ...head, hashes: new Map(paths.map((path) => [path, HASH])) };
}

describe("encodeManifest", () => {
  test("writes a line for each file, sorted as bytes", () => {
    expect(encodeManifest(manifest(["data/é", "data/b%.tar", "data/a b"])).toString()).toBe(
      `${HASH}  data/a b\n${HASH}  data/b%25.tar\n${HASH}  data/é\n`,
    );
  });

  test.each([
    ["a path outside data/ among the payload", manifest(["bagit.txt"]), "outside data/"],
    ["a payload file among the tags", manifest(["data/a"], TAG), "below data/"],
    ["a path that leads out", manifest(["data/../a"]), '".." segment'],
    ["a short hash", { ...PAYLOAD, hashes: new Map([["data/a", "00"]]) }, "not 64 hex digits"],
    ["a hash in upper case", { ...PAYLOAD, hashes: new Map([["data/a", HASH.toUpperCase()]]) }, "not 64 hex"],
  ])("refuses %s", (_name, wrong, reason) => {
    expect(() => encodeManifest(wrong)).toThrow(reason);
  });
});

describe("parseManifest", () => {
  test("reads back what was written", () => {
    const path = fc
      .stringMatching(/^[a-zA-Z0-9%é曲 \u2028-]{1,10}x$/)
      .map((each) => `data/${each.normalize("NFC")}`);
    const hash = fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((each) => Buffer.from(each).toString("hex"));
    fc.assert(
      fc.property(fc.array(fc.tuple(path, hash)), (entries) => {
        const written: Manifest = { ...PAYLOAD, hashes: new Map(entries) };
        const result = parseManifest(encodeManifest(written), PAYLOAD);
        if (!result.ok) throw new Error(result.reason);
        expect(result.manifest).toEqual(written);
      }),
    );
  });

  test.each([
    ["a tab between them", `${HASH}\tdata/a\n`],
    ["a hash in upper case", `${HASH.toUpperCase()} data/a\n`],
    ["CRLF line ends", `${HASH}  data/a\r\n`],
    ["no end of the last line", `${HASH}  data/a`],
  ])("reads %s", (_name, text) => {
    const result = parseManifest(Buffer.from(text), PAYLOAD);
    expect(result).toEqual({ ok: true, manifest: manifest(["data/a"]) });
  });

  test.each([
    ["a line that is only a hash", `${HASH}\n`, "not a hash and a path"],
    ["an empty line", `${HASH}  data/a\n\n`, "not a hash and a path"],
    ["a path before its hash", `data/a  ${HASH}\n`, "not a hash and a path"],
    ["a hash of another algorithm", `${HASH.slice(24)}  data/a\n`, "not 64 hex digits"],
    ["a hash with a letter beyond f", `${HASH.slice(1)}g  data/a\n`, "not a hash and a path"],
    ["a path outside data/", `${HASH}  bagit.txt\n`, "outside data/"],
    ["the folder itself", `${HASH}  data\n`, "outside data/"],
    ["a path that leads out", `${HASH}  data/../../a\n`, '".." segment'],
    ["an absolute path", `${HASH}  /data/a\n`, "absolute"],
    ["a home folder's path with a dot", `${HASH}  ./data/a\n`, '"." segment'],
    ["a backslash", `${HASH}  data\\a\n`, "backslash"],
    ["an encoded line feed", `${HASH}  data/a%0Ab\n`, "control character"],
    ["an encoded carriage return in lower case", `${HASH}  data/a%0db\n`, "control character"],
    ["an encoded slash", `${HASH}  data/..%2Fa\n`, "stands for nothing"],
    ["a bare percent sign", `${HASH}  data/100%\n`, "stands for nothing"],
    ["a device name", `${HASH}  data/COM1.tar\n`, "device name"],
    ["a NUL", `${HASH}  data/a\0\n`, "control character"],
    ["a path that stands twice", `${HASH}  data/a\n${HASH}  data/a\n`, "stands twice"],
    ["a path that stands twice, once encoded", `${HASH}  data/%25\n${HASH}  data/%25\n`, "stands twice"],
    ["a path again in another Unicode form", `${HASH}  data/\u00e9\n${HASH}  data/e\u0301\n`, "not NFC"],
    ["a byte order mark", `\ufeff${HASH}  data/a\n`, "byte order mark"],
  ])("refuses %s", (_name, text, reason) => {
    const result = parseManifest(Buffer.from(text), PAYLOAD);
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  test("names the line that is wrong", () => {
    expect(parseManifest(Buffer.from(`${HASH}  data/a\n${HASH}  data/b\nx\n`), PAYLOAD)).toMatchObject({
      line: 3,
    });
  });

  test("refuses a tag manifest that lists a payload file, or itself", () => {
    expect(parseManifest(Buffer.from(`${HASH}  data/a\n`), TAG)).toMatchObject({
      reason: "a path below data/",
    });
    expect(parseManifest(Buffer.from(`${HASH}  tagmanifest-sha512.txt\n`), TAG)).toMatchObject({ ok: false });
    expect(parseManifest(Buffer.from(`${HASH}  manifest-sha256.txt\n`), TAG)).toMatchObject({ ok: true });
  });

  test("refuses more bytes than told", () => {
    expect(parseManifest(Buffer.alloc(11), PAYLOAD, 10)).toMatchObject({ reason: "larger than 10 bytes" });
  });

  test("reads any bytes without a crash", () => {
    const soup = fc.array(fc.constantFrom(HASH, " ", "data/", "a", "%", "25", "\n", "/", "..", "\0"), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          soup.map((each) => Buffer.from(each.join(""))),
          fc.uint8Array().map((each) => Buffer.from(each)),
        ),
        (bytes) => {
          expect(typeof parseManifest(bytes, PAYLOAD).ok).toBe("boolean");
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("a path comes back from its encoding, whatever it holds", () => {
  expect(encodeManifestPath("a%\r\n%0Ab")).toBe("a%25%0D%0A%250Ab");
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("%", "\r", "\n", "0", "A", "d", "2", "5", "é") }),
      (path) => {
        const encoded = encodeManifestPath(path);
        expect(encoded).not.toMatch(/[\r\n]/);
        expect(decodeManifestPath(encoded)).toBe(path);
      },
    ),
  );
});

test.each([
  ["manifest-sha256.txt", { kind: "payload", algorithm: "sha256" }],
  ["tagmanifest-sha512.txt", { kind: "tag", algorithm: "sha512" }],
  ["manifest-md5.txt", { kind: "payload", algorithm: "md5" }],
  ["manifest-crc32.txt", null],
  ["manifest-SHA256.txt", null],
  ["data/manifest-sha256.txt", null],
  ["bagit.txt", null],
])("the name %s says %j", (name, expected) => {
  const head = parseManifestFileName(name);
  expect(head).toEqual(expected);
  if (head !== null) expect(manifestFileName(head.kind, head.algorithm)).toBe(name);
});
