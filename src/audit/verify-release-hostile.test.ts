import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  FORGER,
  forge,
  forgeDocument,
  type JsonObject,
  readJson,
  rewriteTable,
} from "../../test/fixtures/forged-release.ts";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, type JsonValue, silentReporter } from "../core/index.ts";
import { encodeBencode } from "../formats/bencode/encode.ts";
import { createRelease } from "../release/index.ts";
import { createTableReader, type TableReader } from "../release/table-reader.ts";
import { verifyRelease } from "./verify-release.ts";
import type { VerifyReport } from "./verify-report.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-hostile-"));
let archive: Archive;
let reader: TableReader;
let folder: string;
let bag: string;

beforeAll(async () => {
  reader = createTableReader();
  archive = await makeEmptyArchive(join(root, "archive"));
  await sealTracks(
    archive,
    [1, 2, 3].map((number) => ({ number, audio: noiseBytes(number, 20_000) })),
  );
  const packed = [1, 2, 3].map((number) => ({ number, disposition: "original" as const }));
  await planByHand(archive, [...packed, { number: 4, disposition: "metadata-only" }]);
  await createRelease({ archive, reporter: silentReporter, gate: gateBut(), name: "first" });
});
beforeEach(() => {
  folder = mkdtempSync(join(root, "copy-"));
  cpSync(archive.layout.releases, folder, { recursive: true });
  bag = join(folder, "first");
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(async () => {
  await reader.close();
  rmSync(root, { recursive: true });
});

function verify(expectedDid?: string): Promise<VerifyReport> {
  return verifyRelease({
    path: bag,
    reporter: silentReporter,
    decode: false,
    tableReader: reader,
    expectedDid,
  });
}

async function errors(): Promise<readonly string[]> {
  const { ok, findings } = await verify();
  const wrong = findings.filter(({ severity }) => severity === "error");
  expect(ok).toBe(wrong.length === 0);
  return wrong.map(({ kind, detail }) => `${kind}: ${detail}`);
}

describe("a release that somebody signed for himself", () => {
  test("holds together, and is told from the one that was expected", async () => {
    forge(folder, "first");
    expect((await verify()).ok).toBe(true);
    const { ok, findings } = await verify(archive.config.did);
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({
      kind: "signer-unexpected",
      detail: `signed by ${FORGER}, not by ${archive.config.did}`,
    });
  });

  test("does not go with the announcement of another", async () => {
    const announcement = readFileSync(join(folder, "first.json"));
    forge(folder, "first");
    writeFileSync(join(folder, "first.json"), announcement);
    expect((await errors()).filter((error) => error.startsWith("announcement-differs"))).toHaveLength(2);
  });
});

const file = (document: JsonObject, edit: (entry: JsonObject) => JsonObject) => {
  const files = document.files;
  if (!Array.isArray(files)) throw new TypeError("no files");
  return { ...document, files: files.map((entry: JsonObject) => edit(entry)) };
};
const renamed = (path: string) => (document: JsonObject) =>
  file(document, (entry) => (entry.path === "bagit.txt" ? { ...entry, path } : entry));

describe("RELEASE.json", () => {
  test.each<[string, (document: JsonObject) => JsonObject, string]>([
    ["a path out of the bag", renamed("../../../etc/passwd"), "unsafe path"],
    ["an absolute path", renamed("/etc/passwd"), "unsafe path"],
    ["a path with a backslash", renamed("data\\x"), "unsafe path"],
    ["a file twice", (doc) => file(doc, (entry) => ({ ...entry, path: "same" })), "files"],
    ["itself among the files", renamed("RELEASE.json"), "files"],
    ["a tag manifest among the files", renamed("tagmanifest-md5.txt"), "files"],
    [
      "no track table",
      (doc) => file(doc, (entry) => (entry.path === "tracks.parquet" ? { ...entry, path: "z" } : entry)),
      "files",
    ],
    [
      "a shard that is not named by its digest",
      (doc) =>
        file(doc, (entry) =>
          String(entry.path).startsWith("data/") ? { ...entry, path: "data/0000000000000000.tar" } : entry,
        ),
      "named by its digest",
    ],
    ["a negative size", (doc) => file(doc, (entry) => ({ ...entry, sizeBytes: -1 })), "sizeBytes"],
    [
      "a size beyond counting",
      (doc) => file(doc, (entry) => ({ ...entry, sizeBytes: 2 ** 53 })),
      "sizeBytes",
    ],
    [
      "a huge tag file",
      (doc) => file(doc, (entry) => (entry.path === "bagit.txt" ? { ...entry, sizeBytes: 2 ** 40 } : entry)),
      "too large",
    ],
    ["a piece length that is none", (doc) => ({ ...doc, pieceLengthBytes: 12_345 }), "pieceLengthBytes"],
    ["a name that leads elsewhere", (doc) => ({ ...doc, name: "../first" }), "name"],
    [
      "a previous release that leads elsewhere",
      (doc) => ({ ...doc, previous: { name: "../../x", sha256: "0".repeat(64) } }),
      "previous",
    ],
    ["another format", (doc) => ({ ...doc, format: "deadwax-release/2" }), "format"],
    ["no files", (doc) => ({ ...doc, files: [] }), "files"],
  ])("with %s is refused, whoever signed it", async (_what, edit, reason) => {
    forge(folder, "first", edit);
    const found = await errors();
    expect(found.find((error) => error.startsWith("document-invalid"))).toContain(reason);
  });

  test("with other counts than its track table is found out", async () => {
    forge(folder, "first", (document) => ({
      ...document,
      tracks: { released: 4, metadataOnly: 0, withheld: 0 },
    }));
    expect((await errors()).filter((error) => error.startsWith("table-wrong"))).toHaveLength(2);
  });

  test.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["a list", Buffer.from("[]\n")],
    ["deep nesting", Buffer.from(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)],
    ["deep nesting of objects", Buffer.from(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00])],
    ["a signature of nothing", Buffer.from('{"signature":"","signer":"did:key:z6Mk"}\n')],
    [
      "deep and signed",
      Buffer.from(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)},"signature":"AA","signer":"x"}\n`),
    ],
    [
      "numbers that are none",
      Buffer.from(
        '{"a":1e999,"signature":"AA","signer":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"}\n',
      ),
    ],
  ])("that is %s is refused", async (_what, bytes) => {
    writeFileSync(join(bag, "RELEASE.json"), bytes);
    expect((await errors()).some((error) => error.startsWith("document-invalid"))).toBe(true);
  });

  test("of any JSON at all is reported and never thrown", async () => {
    const values = fc.dictionary(
      fc.constantFrom(
        "format",
        "name",
        "files",
        "previous",
        "tracks",
        "pieceLengthBytes",
        "signer",
        "created",
        "x",
      ),
      fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value ?? null))),
    );
    await fc.assert(
      fc.asyncProperty(values, async (document) => {
        writeFileSync(join(bag, "RELEASE.json"), forgeDocument(document));
        expect((await verify()).ok).toBe(false);
      }),
      { numRuns: 20 },
    );
  });
});

describe("the track table", () => {
  const withRows = async (sql: string) => {
    await rewriteTable(bag, sql);
    forge(folder, "first");
    return errors();
  };
  const change = (set: string) => withRows(`select * replace (${set}) from tracks order by track_id`);

  test.each([
    [
      "points past the end of a shard",
      "case when track_id = 3 then 9000000000 else offset_bytes end as offset_bytes",
    ],
    ["points before its beginning", "case when track_id = 3 then -5 else offset_bytes end as offset_bytes"],
    ["has a size that is negative", "case when track_id = 3 then -5 else size_bytes end as size_bytes"],
    [
      "has a size beyond counting",
      "case when track_id = 3 then 9223372036854775807 else size_bytes end as size_bytes",
    ],
    [
      "lets two tracks overlap",
      "case when track_id = 3 then offset_bytes - 512 else offset_bytes end as offset_bytes",
    ],
    ["gives a track another digest", `case when track_id = 3 then repeat('0', 64) else sha256 end as sha256`],
    [
      "gives a track's JSON another digest",
      `case when track_id = 3 then repeat('0', 64) else json_sha256 end as json_sha256`,
    ],
    ["gives a track another title", `case when track_id = 3 then 'Other' else title end as title`],
    [
      "gives a track another original",
      `case when track_id = 3 then repeat('0', 64) else original_sha256 end as original_sha256`,
    ],
    ["shows another id than it has", "case when track_id = 3 then '0000000000001' else id end as id"],
    ["names a shard outside the bag", "case when track_id = 3 then '../../secret' else shard end as shard"],
    [
      "names a shard that is not there",
      "case when track_id = 3 then '0123456789abcdef' else shard end as shard",
    ],
    ["has an extension that is a path", "case when track_id = 3 then '/../x' else ext end as ext"],
    ["has a state that is unknown", "case when track_id = 4 then 'secret' else state end as state"],
    [
      "places a track that is not released",
      "case when track_id = 4 then 7 else offset_bytes end as offset_bytes",
    ],
    ["has no digest for a track", "case when track_id = 3 then null else sha256 end as sha256"],
  ])("that %s is found out", async (_what, set) => {
    const found = await change(set);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((error) => /^(table-wrong|shard-wrong)/.test(error))).toBe(true);
  });

  test.each([
    ["lacks a track", "select * from tracks where track_id <> 2 order by track_id"],
    ["has a track twice", "select * from tracks union all select * from tracks where track_id = 2"],
    ["has no rows", "select * from tracks where false"],
    ["lacks a column", "select * exclude (sha256) from tracks"],
    ["has a column of another type", "select * replace (offset_bytes::double as offset_bytes) from tracks"],
    ["is another table", "select 1 as one"],
  ])("that %s is found out", async (_what, sql) => {
    const found = await withRows(sql);
    expect(found.some((error) => /^(table-wrong|table-unreadable)/.test(error))).toBe(true);
  });

  test.each<[string, Buffer]>([
    ["is no Parquet at all", Buffer.alloc(16_384, 1)],
    ["is only a frame", Buffer.concat([Buffer.from("PAR1"), Buffer.alloc(16_384 - 8), Buffer.from("PAR1")])],
    [
      "has a footer of nonsense",
      Buffer.concat([
        Buffer.from("PAR1"),
        Buffer.alloc(16_372, 0xee),
        Buffer.from([0, 0x10, 0, 0]),
        Buffer.from("PAR1"),
      ]),
    ],
  ])("that %s is found out", async (_what, bytes) => {
    writeFileSync(join(bag, "tracks.parquet"), bytes);
    forge(folder, "first");
    expect((await errors()).some((error) => error.startsWith("table-unreadable"))).toBe(true);
  });

  test("with any byte changed before it was signed never ends the check", async () => {
    const whole = readFileSync(join(bag, "tracks.parquet"));
    const start = whole.lastIndexOf(Buffer.alloc(64)) + 64;
    const offset = fc.oneof(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: start, max: whole.length - 1 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(offset, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        async (edits) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of edits) bytes.writeUInt8(value, at);
          writeFileSync(join(bag, "tracks.parquet"), bytes);
          forge(folder, "first");
          expect((await verify()).release.name).toBe("first");
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a shard", () => {
  /** Puts other bytes in the place of the only shard, under the name that they ask for. */
  const replaceShard = (make: (tar: Buffer) => Buffer) => {
    const [name = ""] = readdirSync(join(bag, "data"));
    const bytes = make(readFileSync(join(bag, "data", name)));
    const id = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    rmSync(join(bag, "data", name));
    writeFileSync(join(bag, "data", `${id}.tar`), bytes);
    return id;
  };
  const withShard = async (make: (tar: Buffer) => Buffer) => {
    const id = replaceShard(make);
    await rewriteTable(
      bag,
      `select * replace (case when shard is not null then '${id}' end as shard) from tracks order by track_id`,
    );
    forge(folder, "first");
    return errors();
  };

  test("with another entry behind the last one is found out", async () => {
    const found = await withShard((tar) => {
      const bytes = Buffer.from(tar);
      bytes.copy(bytes, bytes.length - 2048, 0, 1024);
      return bytes;
    });
    expect(found).toEqual([expect.stringContaining("not zero")]);
  });

  test("with one entry that leads out of the folder is found out", async () => {
    const found = await withShard((tar) => {
      const bytes = Buffer.from(tar);
      bytes.write("../../../../tmp/evil", 0, "latin1");
      return bytes;
    });
    expect(found).toEqual([expect.stringContaining("the json header of track")]);
    expect(existsSync("/tmp/evil")).toBe(false);
  });

  test("of random bytes, with and without a table, is found out", async () => {
    const found = await withShard((tar) => noiseBytes(9, tar.length));
    expect(found.length).toBeGreaterThan(0);
    writeFileSync(join(bag, "tracks.parquet"), "");
    expect((await errors()).some((error) => error.startsWith("shard-wrong"))).toBe(true);
  });
});

describe("a torrent", () => {
  test.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["no dictionary", Buffer.from("le")],
    ["deep nesting", Buffer.from(`${"l".repeat(200_000)}${"e".repeat(200_000)}`)],
    ["a length that lies", Buffer.from("d4:info999999999999:xe")],
    ["an empty info dictionary", encodeBencode(new Map([["info", new Map()]]))],
  ])("of %s, announced or not, is a finding and no crash", async (_what, bytes) => {
    writeFileSync(join(folder, "first.torrent"), bytes);
    expect(await errors()).toEqual([expect.stringContaining("torrent-changed")]);
    rmSync(join(folder, "first.json"));
    expect(await errors()).toEqual([expect.stringContaining("torrent-wrong")]);
  });

  test("of another release is found out, although somebody announces it", async () => {
    const announcement = readJson(join(folder, "first.json"));
    const hybrid = readFileSync(join(folder, "first.torrent"));
    const at = hybrid.indexOf("6:pieces") + 40;
    hybrid.writeUInt8(hybrid.readUInt8(at) ^ 1, at);
    writeFileSync(join(folder, "first.torrent"), hybrid);
    const { signature: _, signer: __, ...document } = announcement;
    const torrents = Array.isArray(document.torrents) ? document.torrents : [];
    const sha256 = createHash("sha256").update(hybrid).digest("hex");
    const forged = torrents.map((torrent: JsonObject) =>
      torrent.kind === "hybrid" ? { ...torrent, sha256 } : torrent,
    );
    writeFileSync(join(folder, "first.json"), forgeDocument({ ...document, torrents: forged }));
    const found = await errors();
    expect(found.filter((error) => error.startsWith("torrent-wrong"))).toHaveLength(2);
    expect(found.some((error) => error.startsWith("announcement-differs: signed by"))).toBe(true);
  });
});

test("an announcement that announces files elsewhere is refused", async () => {
  const { signature: _, signer: __, ...document } = readJson(join(folder, "first.json"));
  for (const path of ["../first.torrent", "/etc/passwd", "first.torrent/../x.torrent", "other.torrent"]) {
    const torrents = Array.isArray(document.torrents) ? document.torrents : [];
    const forged = torrents.map((torrent: JsonObject) => ({ ...torrent, file: path }));
    writeFileSync(join(folder, "first.json"), forgeDocument({ ...document, torrents: forged }));
    expect((await errors()).some((error) => error.startsWith("announcement-invalid"))).toBe(true);
  }
});

test("text of others cannot move the cursor of the one who reads the report", async () => {
  renameSync(join(bag, "bagit.txt"), join(bag, "evil\u001b[2J\u202egpj.txt"));
  const { findings } = await verify();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  for (const { detail } of findings) expect(detail).not.toMatch(/[\u0000-\u001f\u202a-\u202e]/);
});
