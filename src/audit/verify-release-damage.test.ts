import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
} from "../../test/fixtures/sealed-archive.ts";
import { type Archive, silentReporter } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { createRelease } from "../release/index.ts";
import { createTableReader, type TableReader } from "../release/table-reader.ts";
import { verifyRelease } from "./verify-release.ts";
import type { VerifyReport } from "./verify-report.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-damage-"));
let archive: Archive;
let reader: TableReader;
/** A fresh copy of the release and of what lies beside it, for each test. */
let folder: string;
let bag: string;
/** Paths of the two shards in the bag: tracks 1, 2 and 3, and tracks 4 and 5. */
let shards: readonly [string, string];

beforeAll(async () => {
  reader = createTableReader();
  archive = await makeEmptyArchive(join(root, "archive"));
  const sealed = (numbers: readonly number[]) =>
    sealTracks(
      archive,
      numbers.map((number) => ({ number, audio: noiseBytes(number, 20_000) })),
    );
  shards = [`data/${(await sealed([1, 2, 3])).id}.tar`, `data/${(await sealed([4, 5])).id}.tar`];
  await planByHand(
    archive,
    [1, 2, 3, 4, 5].map((number) => ({ number, disposition: "original" as const })),
  );
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

function verify(path: string = bag): Promise<VerifyReport> {
  return verifyRelease({
    path,
    reporter: silentReporter,
    decode: false,
    createDecoder: () => {
      throw new Error("nothing is to be decoded");
    },
    tableReader: reader,
  });
}

/** What is wrong, where, and which tracks by their numbers. */
async function faults(): Promise<readonly (readonly [string, string, readonly number[]])[]> {
  const ids = new Map([1, 2, 3, 4, 5].map((number) => [trackIdFromBigInt(BigInt(number)), number]));
  const { findings } = await verify();
  return findings
    .filter(({ severity }) => severity === "error")
    .map(
      ({ kind, file, tracks }) => [kind, file, tracks.map(({ trackId }) => ids.get(trackId) ?? -1)] as const,
    );
}

describe("a shard", () => {
  test("that is cut names the tracks that were lost, and no others", async () => {
    truncateSync(join(bag, shards[0]), 30_000);
    const found = await faults();
    expect(new Set(found.flatMap(([, , tracks]) => tracks))).toEqual(new Set([2, 3]));
    expect(found.every(([, file]) => file === `first/${shards[0]}`)).toBe(true);
  });

  test("that is empty, or gone, names all its tracks", async () => {
    truncateSync(join(bag, shards[0]), 0);
    rmSync(join(bag, shards[1]));
    const found = await faults();
    expect(new Set(found.flatMap(([, , tracks]) => tracks))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(found).toContainEqual(["file-missing", `first/${shards[1]}`, [4, 5]]);
  });

  test("that has grown names no track: the tracks are as they were", async () => {
    appendFileSync(join(bag, shards[0]), Buffer.alloc(512));
    expect(await faults()).toEqual([["file-size", `first/${shards[0]}`, []]]);
  });

  test("that has grown beyond measure is not read for ever", async () => {
    truncateSync(join(bag, shards[0]), 2 ** 36);
    const report = await verify();
    expect(report.findings.map(({ kind }) => kind)).toEqual(["file-size"]);
    expect(report.checked.bytes).toBeLessThan(1_000_000);
  });

  test("that changed places with another is recognised", async () => {
    const [one, two] = shards.map((path) => join(bag, path));
    renameSync(one ?? "", join(bag, "x"));
    renameSync(two ?? "", one ?? "");
    renameSync(join(bag, "x"), two ?? "");
    expect(await faults()).toEqual(
      [
        ["file-swapped", `first/${shards[0]}`, [1, 2, 3]] as const,
        ["file-swapped", `first/${shards[1]}`, [4, 5]] as const,
      ].sort(([, a], [, b]) => (a < b ? -1 : 1)),
    );
  });

  test("whose damage is in the trailing zeros names no track", async () => {
    const path = join(bag, shards[0]);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 1;
    writeFileSync(path, bytes);
    expect(await faults()).toEqual([["fill-changed", `first/${shards[0]}`, []]]);
    const { findings } = await verify();
    expect(findings[0]).toMatchObject({
      offsetBytes: bytes.length - 1,
      piece: Math.floor((bytes.length - 1) / 16_384),
    });
  });

  test("two damaged tracks in it are both named, each with its place", async () => {
    const path = join(bag, shards[0]);
    const bytes = readFileSync(path);
    for (const number of [1, 3]) {
      const at = bytes.indexOf(noiseBytes(number, 20_000)) + 5000;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
    }
    writeFileSync(path, bytes);
    expect(await faults()).toEqual([
      ["entry-changed", `first/${shards[0]}`, [1]],
      ["entry-changed", `first/${shards[0]}`, [3]],
    ]);
    expect((await verify()).tracks).toEqual({ released: 5, damaged: 2 });
  });
});

describe("when the track table is damaged as well", () => {
  beforeEach(() => {
    const path = join(bag, "tracks.parquet");
    const bytes = readFileSync(path);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    writeFileSync(path, bytes);
  });

  test("the table itself touches no track's bytes", async () => {
    expect(await faults()).toEqual([["file-changed", "first/tracks.parquet", []]]);
  });

  test("the shard says which of its tracks was hit", async () => {
    const path = join(bag, shards[1]);
    const bytes = readFileSync(path);
    const at = bytes.indexOf(noiseBytes(5, 20_000)) + 100;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    expect(await faults()).toEqual([
      ["file-changed", "first/tracks.parquet", []],
      ["entry-changed", `first/${shards[1]}`, [5]],
    ]);
  });

  test("a shard that cannot be read as a tar any more names the tracks near the damage", async () => {
    const path = join(bag, shards[1]);
    const bytes = readFileSync(path);
    // In the size field of the header of the second track's JSON.
    const at = bytes.indexOf(`${trackIdFromBigInt(5n)}.json\0`) + 130;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    const { ok, findings } = await verify();
    expect(ok).toBe(false);
    expect(findings.filter(({ file }) => file.endsWith(".tar")).map(({ kind }) => kind)).toContain(
      "shard-wrong",
    );
  });
});

describe("the rest of the bag", () => {
  test.each([
    "RELEASE.json",
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "tagmanifest-sha256.txt",
    "tracks.parquet",
  ])("%s is missed when it is gone, and when it is empty", async (name) => {
    rmSync(join(bag, name));
    expect((await faults()).map(([, file]) => file)).toContain(`first/${name}`);
    writeFileSync(join(bag, name), "");
    expect((await faults()).map(([, file]) => file)).toContain(`first/${name}`);
  });

  test("a file too many is found, at the top, among the shards and in a folder of its own", async () => {
    mkdirSync(join(bag, "data", "deeper"));
    for (const path of ["extra.txt", "data/extra.tar", "data/deeper/extra"])
      writeFileSync(join(bag, path), "?");
    expect((await faults()).map(([kind, file]) => [kind, file]).sort()).toEqual([
      ["file-unexpected", "first/data/deeper/extra"],
      ["file-unexpected", "first/data/extra.tar"],
      ["file-unexpected", "first/extra.txt"],
    ]);
  });

  test("a symbolic link is refused, even to the right bytes", async () => {
    const path = join(bag, shards[0]);
    renameSync(path, join(folder, "elsewhere.tar"));
    symlinkSync(join(folder, "elsewhere.tar"), path);
    const found = await faults();
    expect(found).toContainEqual(["file-irregular", `first/${shards[0]}`, [1, 2, 3]]);
  });

  test("a link to a folder is not followed", async () => {
    symlinkSync("/", join(bag, "data", "root"));
    expect(await faults()).toEqual([["file-irregular", "first/data/root", []]]);
  });

  test("a pipe where a file should be does not keep it waiting", async () => {
    for (const path of [shards[0], "bagit.txt", "RELEASE.json"]) {
      rmSync(join(bag, path));
      execFileSync("mkfifo", [join(bag, path)]);
    }
    const found = (await faults()).map(([kind, file]) => [kind, file]);
    expect(found).toContainEqual(["document-invalid", "first/RELEASE.json"]);
    expect(found).toContainEqual(["file-irregular", "first/bagit.txt"]);
    expect(found).toContainEqual(["file-irregular", `first/${shards[0]}`]);
  });
});

describe("what lies beside the bag", () => {
  test.each([
    ["first.torrent", "torrent-missing"],
    ["first.v1.torrent", "torrent-missing"],
  ])("%s was announced and is missed", async (name, kind) => {
    rmSync(join(folder, name));
    expect(await faults()).toEqual([[kind, name, []]]);
  });

  test("torrents without their announcement are compared all the same", async () => {
    rmSync(join(folder, "first.json"));
    const whole = await verify();
    expect(whole.ok).toBe(true);
    expect(whole.findings.map(({ kind }) => kind)).toEqual(["announcement-missing"]);
    // Within the hash of some piece.
    const path = join(folder, "first.v1.torrent");
    const bytes = readFileSync(path);
    const at = bytes.indexOf("6:pieces") + 30;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(path, bytes);
    expect(await faults()).toEqual([["torrent-wrong", "first.v1.torrent", []]]);
  });

  test("the torrents of each other's names are told apart", async () => {
    renameSync(join(folder, "first.torrent"), join(folder, "x"));
    renameSync(join(folder, "first.v1.torrent"), join(folder, "first.torrent"));
    renameSync(join(folder, "x"), join(folder, "first.v1.torrent"));
    expect((await faults()).map(([kind, file]) => [kind, file])).toEqual([
      ["torrent-changed", "first.torrent"],
      ["torrent-changed", "first.v1.torrent"],
    ]);
  });

  test("a previous release that is not the one named breaks the chain", async () => {
    await createRelease({
      archive,
      reporter: silentReporter,
      gate: gateBut([1]),
      name: "second",
    });
    try {
      const both = mkdtempSync(join(root, "both-"));
      cpSync(archive.layout.releases, both, { recursive: true });
      expect((await verify(join(both, "second"))).findings).toEqual([]);
      const path = join(both, "first", "RELEASE.json");
      writeFileSync(path, `${readFileSync(path, "utf8")} `);
      const report = await verify(join(both, "second"));
      expect(report.findings.map(({ kind, file }) => [kind, file])).toEqual([
        ["chain-broken", "second/RELEASE.json"],
      ]);
    } finally {
      for (const name of readdirSync(archive.layout.releases).filter((entry) => entry.startsWith("second"))) {
        rmSync(join(archive.layout.releases, name), { recursive: true });
      }
    }
  });
});
