import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Archive, FailedError } from "../core/index.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, shardPaths } from "./shard-manifest.ts";
import { fakeAudio } from "./testing/fake-audio.ts";
import { makeSampleArchive, packSample, planSample, shardDigests } from "./testing/sample-archive.ts";
import { clearShards, FILES, useSampleArchives } from "./testing/sample-workspace.ts";
import { trackDocumentSchema } from "./track-document.ts";

const archives = useSampleArchives();

describe("packing a plan", () => {
  test("puts every kept track in a shard of its side of the gate, in the order of the plan", async () => {
    const { archive } = await archives.shared();
    const summary = await packSample(archive);
    expect(summary).toMatchObject({
      packed: { original: 16, "access-copy": 8 },
      quarantined: 0,
      alreadySealed: 0,
    });
    const shards = await listShards(archive);
    expect(shards.length).toBeGreaterThan(3);
    expect(new Set(shards.map(({ gate }) => gate))).toEqual(new Set(["open", "dark"]));
    for (const { sizeBytes, pieceLengthBytes } of shards) expect(sizeBytes % pieceLengthBytes).toBe(0);
    const rows = await indexRows(archive);
    expect(new Set(rows.map(({ trackId }) => trackId)).size).toBe(24);
    // Names that are left behind would be picked up by nobody.
    expect(readdirSync(archive.layout.shards).filter((name) => name.startsWith("."))).toEqual([]);
    expect(readdirSync(archive.layout.scratch)).toEqual([]);
  });

  test("stores originals byte for byte, and says of each track what it is", async () => {
    const { archive, music } = await archives.shared();
    await packSample(archive);
    for (const row of await indexRows(archive)) {
      const tar = readFileSync(shardPaths(archive, row.shard).tar);
      const json = tar.subarray(row.jsonOffsetBytes, row.jsonOffsetBytes + row.jsonSizeBytes);
      const document = trackDocumentSchema.parse(JSON.parse(json.toString("utf8")));
      expect(document).toMatchObject({ track_id: row.trackId, rights: { gate: row.gate } });
      const source = readFileSync(join(music, document.source.path));
      const stored = tar.subarray(row.offsetBytes, row.offsetBytes + row.sizeBytes);
      expect(stored.equals(source)).toBe(row.disposition === "original");
      expect(document.original.sha256).toBe(row.originalSha256);
      // The machine that packed it is nobody's business.
      expect(json.includes(archives.folder())).toBe(false);
    }
  });

  test("is repeated without doing anything", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const before = shardDigests(archive);
    const again = await packSample(archive, { runAudio: () => Promise.reject(new FailedError("not again")) });
    expect(again).toMatchObject({ packed: { original: 0, "access-copy": 0 }, alreadySealed: 24, shards: [] });
    expect(shardDigests(archive)).toEqual(before);
  });

  test("gives the same bytes whatever track is ready first", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const expected = shardDigests(archive);
    clearShards(archive);
    const held: (() => void)[] = [];
    let running = 0;
    let most = 0;
    await packSample(archive, {
      // Answers in reverse: everything that was started waits until nothing more is started.
      runAudio: async (job) => {
        running += 1;
        most = Math.max(most, running);
        const outcome = await fakeAudio(job);
        await new Promise<void>((resolve) => {
          held.push(resolve);
          setImmediate(() => {
            if (held.length === running) for (const release of held.splice(0).reverse()) release();
          });
        });
        running -= 1;
        return outcome;
      },
    });
    expect(shardDigests(archive)).toEqual(expected);
    // Of two workers, and one job that waits for whichever is free first.
    expect(most).toBe(3);
  });

  test("reads dark tracks while the last open one is not appended yet", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const expected = shardDigests(archive);
    const gateOf = new Map((await indexRows(archive)).map(({ trackId, gate }) => [trackId, gate]));
    const lastOpen = [...gateOf].findLast(([, gate]) => gate === "open")?.[0];
    clearShards(archive);
    let startDark = (): void => {};
    const darkIsStarted = new Promise<void>((resolve) => {
      startDark = resolve;
    });
    await packSample(archive, {
      runAudio: async (job) => {
        const trackId = job.jobId.slice(0, 13);
        if (gateOf.get(trackId) === "dark") startDark();
        if (trackId === lastOpen) await darkIsStarted;
        return await fakeAudio(job);
      },
    });
    expect(shardDigests(archive)).toEqual(expected);
  });

  test("gives the same shards in another archive that took the files in at another time", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const later = await makeSampleArchive(join(archives.folder(), "later"), FILES, undefined, 17);
    await planSample(later.archive);
    await packSample(later.archive, { clock: { now: () => new Date("2031-01-01T00:00:00Z") } });
    const tars = (one: Archive): string[] =>
      [...shardDigests(one).keys()].filter((name) => name.endsWith(".tar"));
    expect(tars(later.archive)).toEqual(tars(archive));
  });

  test("GNU tar lists every shard", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    for (const { id, tracks } of await listShards(archive)) {
      const listing = execFileSync("tar", ["--list", "--file", shardPaths(archive, id).tar], {
        encoding: "utf8",
      });
      expect(listing.trim().split("\n").length).toBe(tracks.length * 2);
    }
  });

  test("a track larger than a shard has one of its own", async () => {
    const large = { name: "large.ogg", bytes: Buffer.alloc(400_000, 7), plays: 5 };
    const { archive } = await archives.own([large, ...FILES.slice(0, 3)]);
    await packSample(archive);
    const shards = await listShards(archive);
    expect(shards.some(({ sizeBytes, tracks }) => sizeBytes > 400_000 && tracks.length === 1)).toBe(true);
  });

  test("writes an event for each shard", async () => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const events = readFileSync(join(archive.layout.events, "2026.jsonl"), "utf8");
    for (const { id } of await listShards(archive)) expect(events).toContain(`"object":"shard ${id}"`);
  });
});

test("scratch of a dead run is removed", async () => {
  const { archive } = await archives.shared();
  const dead = join(archive.layout.scratch, "pack-0123456789ab");
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, "x.original"), "left behind");
  await packSample(archive);
  expect(existsSync(dead)).toBe(false);
});

async function indexRows(archive: Archive) {
  const rows = [];
  for (const { id, gate } of await listShards(archive)) {
    for await (const row of readShardIndex(archive, id)) rows.push({ ...row, shard: id, gate });
  }
  return rows;
}
