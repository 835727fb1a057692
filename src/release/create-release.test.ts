import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "../../test/fixtures/sealed-archive.ts";
import {
  type Archive,
  Database,
  IntegrityError,
  RightsRefusedError,
  silentReporter,
  sqlText,
  UsageError,
} from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { parseTorrent } from "../formats/torrent/parse-torrent.ts";
import { openAnnouncement } from "./announcement.ts";
import { type CreateReleaseOptions, createRelease } from "./create-release.ts";
import { openReleaseDocument } from "./release-document.ts";
import type { ReleaseSummary } from "./release-summary.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-release-"));
afterAll(() => rmSync(root, { recursive: true }));

let archive: Archive;
beforeEach(async () => {
  archive = await makeEmptyArchive(mkdtempSync(join(root, "a-")));
  await sealTracks(
    archive,
    [1, 2, 3].map((number) => ({ number, audio: noiseBytes(number, number * 9000) })),
  );
  await sealTracks(
    archive,
    [4, 5].map((number) => ({ number, audio: noiseBytes(number, 40_000) })),
  );
  const packed = [1, 2, 3, 4, 5].map((number) => ({ number, disposition: "original" as const }));
  await planByHand(archive, [...packed, { number: 6, disposition: "metadata-only" }]);
});

function create(options: Partial<CreateReleaseOptions> = {}): Promise<ReleaseSummary> {
  return createRelease({ archive, reporter: silentReporter, gate: gateBut(), ...options });
}

function releasesFolder(): readonly string[] {
  return readdirSync(archive.layout.releases).sort();
}

async function trackRows(summary: ReleaseSummary): Promise<Record<string, unknown>[]> {
  const database = await Database.open();
  try {
    const table = `read_parquet(${sqlText(join(summary.folder, "tracks.parquet"))})`;
    return await database.rows(`select * from ${table} order by track_id`);
  } finally {
    database.close();
  }
}

describe("a release", () => {
  test("is a bag with two torrents and a signed announcement beside it", async () => {
    const summary = await create({ name: "first" });
    expect(summary).toMatchObject({
      created: true,
      tracks: { released: 5, metadataOnly: 1, withheld: 0 },
      shards: { whole: 2, rewritten: 0, leftOut: 0 },
      writtenBytes: 0,
    });
    expect(releasesFolder()).toEqual(["first", "first.json", "first.torrent", "first.v1.torrent"]);
    expect(readdirSync(summary.folder).sort()).toEqual([
      "RELEASE.json",
      "bag-info.txt",
      "bagit.txt",
      "data",
      "manifest-sha256.txt",
      "tagmanifest-sha256.txt",
      "tracks.parquet",
    ]);
    for (const manifest of ["manifest-sha256.txt", "tagmanifest-sha256.txt"]) {
      execFileSync("sha256sum", ["--check", "--quiet", "--strict", manifest], { cwd: summary.folder });
    }
    const announced = openAnnouncement(readFileSync(join(archive.layout.releases, "first.json")));
    expect(announced).toMatchObject({
      ok: true,
      signer: archive.config.did,
      announcement: { name: "first", previous: null },
    });
    const released = openReleaseDocument(readFileSync(join(summary.folder, "RELEASE.json")));
    expect(released).toMatchObject({
      ok: true,
      signer: archive.config.did,
      release: { name: "first", plan: "p-0123456789ab" },
    });
  });

  test("has torrents whose every file, but for the small ones, fills whole pieces", async () => {
    const summary = await create({ name: "first" });
    for (const file of ["first.torrent", "first.v1.torrent"]) {
      const parsed = parseTorrent(readFileSync(join(archive.layout.releases, file)));
      expect(parsed.ok && parsed.torrent.name).toBe("first");
      const files = parsed.ok ? parsed.torrent.files : [];
      const large = files.filter(({ path }) => path[0] === "data" || path[0] === "tracks.parquet");
      expect(large.map(({ sizeBytes, offsetBytes }) => [sizeBytes % 16_384, offsetBytes % 16_384])).toEqual(
        large.map(() => [0, 0]),
      );
      expect(
        files
          .filter(({ isPad }) => !isPad)
          .map(({ path }) => path.join("/"))
          .sort(),
      ).toEqual(
        execFileSync("find", [".", "-type", "f", "-printf", "%P\n"], {
          cwd: summary.folder,
          encoding: "utf8",
        })
          .trim()
          .split("\n")
          .sort(),
      );
      expect(files.at(-1)?.path).toEqual(
        file === "first.torrent" ? ["tracks.parquet"] : ["tagmanifest-sha256.txt"],
      );
    }
  });

  test("gives the sealed shards a second name and reads none of them", async () => {
    const summary = await create();
    for (const name of readdirSync(join(summary.folder, "data"))) {
      expect(statSync(join(summary.folder, "data", name)).ino).toBe(
        statSync(join(archive.layout.shards, name)).ino,
      );
    }
    expect(summary.linkedBytes).toBeGreaterThan(0);
  });

  test("is named by its day, and carries trackers and web seeds only when it is told to", async () => {
    const clock = { now: () => new Date("2026-11-23T12:00:00Z") };
    const summary = await create({
      clock,
      announce: ["udp://tracker.example:6969"],
      webSeeds: ["https://mirror.example/music"],
    });
    expect(summary.name).toBe("release-2026-11-23");
    expect(summary.torrents[0]?.magnet).toContain("ws=https%3A%2F%2Fmirror.example%2Fmusic%2F");
    const parsed = parseTorrent(readFileSync(join(archive.layout.releases, `${summary.name}.torrent`)));
    expect(parsed).toMatchObject({
      torrent: { announce: ["udp://tracker.example:6969"], urlList: ["https://mirror.example/music/"] },
    });
  });

  test("says of every track what became of it and why", async () => {
    const summary = await create({ gate: gateBut([2, 6]) });
    const rows = await trackRows(summary);
    expect(
      rows.map(({ track_id, id, state, reason, licence }) => [track_id, id, state, reason, licence]),
    ).toEqual([
      [1n, trackIdFromBigInt(1n), "released", "kept-original", "CC0-1.0"],
      [2n, trackIdFromBigInt(2n), "withheld", "no-statement", null],
      [3n, trackIdFromBigInt(3n), "released", "kept-original", "CC0-1.0"],
      [4n, trackIdFromBigInt(4n), "released", "kept-original", "CC0-1.0"],
      [5n, trackIdFromBigInt(5n), "released", "kept-original", "CC0-1.0"],
      [6n, trackIdFromBigInt(6n), "withheld", "no-statement", null],
    ]);
    expect(rows[1]).toMatchObject({
      title: null,
      artist: null,
      shard: null,
      sha256: null,
      attribution: null,
    });
  });
});

describe("the gate", () => {
  test("keeps a refused track's bytes out: its shard is written again without it", async () => {
    const summary = await create({ gate: gateBut([2]) });
    expect(summary).toMatchObject({
      tracks: { released: 4, metadataOnly: 1, withheld: 1 },
      shards: { whole: 1, rewritten: 1, leftOut: 0 },
      withheld: [{ trackId: trackIdFromBigInt(2n), reason: "no-statement" }],
    });
    const refused = noiseBytes(2, 18_000);
    const rows = (await trackRows(summary)).filter(({ state }) => state === "released");
    for (const { track_id, shard, offset_bytes, size_bytes } of rows) {
      const tar = readFileSync(join(summary.folder, "data", `${String(shard)}.tar`));
      expect(tar.includes(refused.subarray(0, 512))).toBe(false);
      const start = Number(offset_bytes);
      const size = Number(size_bytes);
      const number = Number(track_id);
      expect(tar.subarray(start, start + size).equals(noiseBytes(number, size))).toBe(true);
      expect(
        execFileSync("tar", ["tf", join(summary.folder, "data", `${String(shard)}.tar`)]).toString(),
      ).toContain(`${trackIdFromBigInt(BigInt(number))}.ogg`);
    }
  });

  test("leaves a shard out of which nothing may go", async () => {
    const summary = await create({ gate: gateBut([4, 5]) });
    expect(summary.shards).toEqual({ whole: 1, rewritten: 0, leftOut: 1 });
    expect(readdirSync(join(summary.folder, "data"))).toHaveLength(1);
  });

  test("keeps an access copy back whose licence allows no other format", async () => {
    await sealTracks(archive, [
      { number: 7, audio: noiseBytes(7, 5000), ext: "opus", disposition: "access-copy" },
    ]);
    await sealTracks(archive, [{ number: 8, audio: noiseBytes(8, 5000) }]);
    const summary = await create({ gate: gateBut([], [7, 8]) });
    expect(summary).toMatchObject({
      tracks: { released: 6, withheld: 1 },
      withheld: [{ trackId: trackIdFromBigInt(7n), reason: "no-right-to-derive" }],
      shards: { leftOut: 1 },
    });
  });

  test("refuses a release of nothing, with the reasons", async () => {
    const failing = create({ gate: gateBut([1, 2, 3, 4, 5, 6]) });
    await expect(failing).rejects.toThrow(RightsRefusedError);
    await expect(failing).rejects.toThrow("none of 6 tracks may be released: no-statement (6)");
    expect(releasesFolder()).toEqual([]);
  });
});

describe("the chain", () => {
  test("names the release before, by the digest of its document", async () => {
    const first = await create({ name: "first" });
    const second = await create({ name: "second", gate: gateBut([1]) });
    const opened = openReleaseDocument(readFileSync(join(second.folder, "RELEASE.json")));
    expect(opened).toMatchObject({ release: { previous: { name: "first", sha256: first.releaseSha256 } } });
    const third = await create({ name: "third" });
    expect(third.previous).toBe("second");
  });

  test("does not publish the same twice, under whatever name", async () => {
    const first = await create({ name: "first" });
    expect(await create({ name: "second" })).toMatchObject({
      created: false,
      upToDate: true,
      previous: null,
      name: "first",
      releaseSha256: first.releaseSha256,
    });
    expect(releasesFolder()).toEqual(["first", "first.json", "first.torrent", "first.v1.torrent"]);
  });

  test("never reuses a name", async () => {
    await create({ name: "first" });
    await expect(create({ name: "first", gate: gateBut([1]) })).rejects.toThrow(UsageError);
  });

  test("goes on only from announcements that can be read", async () => {
    await create({ name: "first" });
    const path = join(archive.layout.releases, "first.json");
    writeFileSync(path, readFileSync(path, "utf8").replace('"tracks":5', '"tracks":6'));
    await expect(create({ name: "second", gate: gateBut([1]) })).rejects.toThrow(IntegrityError);
  });
});

describe("what can go wrong", () => {
  test("a dry run says what would be done and writes nothing", async () => {
    const before = releasesFolder();
    const summary = await create({ name: "first", dryRun: true, gate: gateBut([2]) });
    expect(summary).toMatchObject({
      created: false,
      upToDate: false,
      name: "first",
      shards: { whole: 1, rewritten: 1 },
    });
    expect(releasesFolder()).toEqual(before);
  });

  test.each([["../evil"], ["Über"], [""], ["a/b"]])(
    "the name %j is refused before anything is written",
    async (name) => {
      await expect(create({ name })).rejects.toThrow(UsageError);
      expect(releasesFolder()).toEqual([]);
    },
  );

  test.each([
    [{ announce: ["file:///etc/passwd"] }],
    [{ announce: ["not a url"] }],
    [{ webSeeds: ["udp://tracker.example"] }],
    [{ webSeeds: ["https://user:secret@mirror.example/"] }],
  ])("the links %j are refused", async (links) => {
    await expect(create(links)).rejects.toThrow(UsageError);
  });

  test("a shard that lost bytes is not released", async () => {
    const [tar] = readdirSync(archive.layout.shards).filter((name) => name.endsWith(".tar"));
    truncateSync(join(archive.layout.shards, tar ?? ""), 16_384);
    await expect(create()).rejects.toThrow(IntegrityError);
    expect(releasesFolder()).toEqual([]);
  });

  test("damage in a track that has to be copied is noticed, and leaves nothing half made", async () => {
    for (const name of readdirSync(archive.layout.shards).filter((entry) => entry.endsWith(".tar"))) {
      const path = join(archive.layout.shards, name);
      const bytes = readFileSync(path);
      const at = bytes.indexOf(noiseBytes(1, 9000).subarray(0, 64)) + 10;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      writeFileSync(path, bytes);
    }
    await expect(create({ gate: gateBut([2]) })).rejects.toThrow(IntegrityError);
    expect(releasesFolder()).toEqual([]);
  });

  test("a folder that a killed run left half built is removed by the next", async () => {
    mkdirSync(join(archive.layout.releases, ".tmp-first", "data"), { recursive: true });
    writeFileSync(join(archive.layout.releases, ".tmp-first", "data", "x.tar"), "half");
    await create({ name: "first" });
    expect(releasesFolder()).toEqual(["first", "first.json", "first.torrent", "first.v1.torrent"]);
  });

  test("a bag that a killed run left unpublished is published by the next, with the same bytes", async () => {
    const first = await create({ name: "first", gate: gateBut([2]) });
    const published = ["first.json", "first.torrent", "first.v1.torrent"].map((name) =>
      join(archive.layout.releases, name),
    );
    const bytes = published.map((path) => readFileSync(path));
    for (const path of published) rmSync(path);
    const again = await create({ name: "second", gate: gateBut([2]) });
    expect(again).toMatchObject({ created: false, upToDate: true, name: "first", finished: ["first"] });
    expect(again.releaseSha256).toBe(first.releaseSha256);
    expect(published.map((path) => readFileSync(path))).toEqual(bytes);
  });

  test("somebody else's folder is left alone, and its name is taken", async () => {
    mkdirSync(join(archive.layout.releases, "mine"));
    writeFileSync(join(archive.layout.releases, "mine", "RELEASE.json"), "{}");
    await expect(create({ name: "mine" })).rejects.toThrow(UsageError);
    expect(readFileSync(join(archive.layout.releases, "mine", "RELEASE.json"), "utf8")).toBe("{}");
  });

  test("a run that is told to stop leaves nothing behind", async () => {
    const controller = new AbortController();
    const gate = gateBut([2]);
    const decide = (trackId: bigint) => {
      controller.abort();
      return gate.decide(trackId);
    };
    await expect(create({ gate: { ...gate, decide }, signal: controller.signal })).rejects.toThrow(
      "interrupted",
    );
    expect(releasesFolder()).toEqual([]);
  });
});

test("a shard that was moved away and linked to symbolically goes into the bag as itself", async () => {
  const [name = ""] = readdirSync(archive.layout.shards).filter((entry) => entry.endsWith(".tar"));
  const elsewhere = join(mkdtempSync(join(root, "disk-")), "moved.tar");
  renameSync(join(archive.layout.shards, name), elsewhere);
  symlinkSync(elsewhere, join(archive.layout.shards, name));
  const summary = await create();
  expect(lstatSync(join(summary.folder, "data", name)).isFile()).toBe(true);
  expect(readFileSync(join(summary.folder, "data", name)).equals(readFileSync(elsewhere))).toBe(true);
});

test("what the plan now keeps as metadata only is not released, although it was packed", async () => {
  const packed = [1, 2, 3, 4].map((number) => ({ number, disposition: "original" as const }));
  await planByHand(archive, [...packed, { number: 5, disposition: "metadata-only" }]);
  const summary = await create();
  expect(summary.tracks).toEqual({ released: 4, metadataOnly: 1, withheld: 0 });
  expect((await trackRows(summary)).at(-1)).toMatchObject({
    state: "metadata-only",
    shard: null,
    disposition: "metadata-only",
  });
});

test("of a track that was packed twice the later bytes are released", async () => {
  await sealTracks(archive, [{ number: 1, audio: noiseBytes(100, 7000) }]);
  const summary = await create();
  expect(summary).toMatchObject({ tracks: { released: 5 }, shards: { whole: 2, rewritten: 1 } });
  expect((await trackRows(summary))[0]).toMatchObject({ size_bytes: 7000n });
});

test("a track that is planned and not packed is metadata only, and says so", async () => {
  const planned = [1, 2, 3, 4, 5, 9].map((number) => ({ number, disposition: "original" as const }));
  await planByHand(archive, planned);
  expect((await trackRows(await create())).at(-1)).toMatchObject({
    state: "metadata-only",
    reason: "not-packed",
  });
});

test("shards of another piece length are written again for it", async () => {
  const other = { ...archive, config: { ...archive.config, policy: smallPolicy(32_768) } };
  const summary = await create({ archive: other });
  expect(summary.shards).toEqual({ whole: 0, rewritten: 2, leftOut: 0 });
  for (const name of readdirSync(join(summary.folder, "data"))) {
    expect(statSync(join(summary.folder, "data", name)).size % 32_768).toBe(0);
  }
});
