import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  type Archive,
  FailedError,
  IntegrityError,
  InterruptedError,
  OutOfSpaceError,
  openArchive,
  silentReporter,
} from "../core/index.ts";
import { readShardIndex } from "./shard-index.ts";
import { listShards, liveTracks, shardPaths } from "./shard-manifest.ts";
import { damagedFile, fakeAudio } from "./testing/fake-audio.ts";
import {
  catalogueFiles,
  makeSampleArchive,
  packSample,
  planSample,
  type SampleArchive,
  type SampleFile,
  sampleFiles,
  samplePolicy,
  shardDigests,
  writeSampleFile,
} from "./testing/sample-archive.ts";
import { trackDocumentSchema } from "./track-document.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-pack-"));
afterAll(() => rmSync(root, { recursive: true }));

const FILES = sampleFiles(24);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, "t-"));
});

/** Planned, and with music of its own that a test may change. */
async function sample(files: readonly SampleFile[] = FILES): Promise<SampleArchive> {
  const made = await makeSampleArchive(folder, files);
  await planSample(made.archive);
  return made;
}

let template: Promise<SampleArchive> | undefined;

/** A copy of one archive that was made once; the music is shared. */
async function plainSample(): Promise<SampleArchive> {
  template ??= (async () => {
    const made = await makeSampleArchive(join(root, "template"), FILES);
    await planSample(made.archive);
    return made;
  })();
  const { archive, music } = await template;
  cpSync(archive.layout.root, join(folder, "archive"), { recursive: true });
  return { archive: await openArchive(join(folder, "archive")), music };
}

async function indexRows(archive: Archive) {
  const rows = [];
  for (const { id, gate } of await listShards(archive)) {
    for await (const row of readShardIndex(archive, id)) rows.push({ ...row, shard: id, gate });
  }
  return rows;
}

describe("packing a plan", () => {
  test("puts every kept track in a shard of its side of the gate, in the order of the plan", async () => {
    const { archive } = await plainSample();
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
    const { archive, music } = await plainSample();
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
      expect(json.includes(folder)).toBe(false);
    }
  });

  test("is repeated without doing anything", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const before = shardDigests(archive);
    const again = await packSample(archive, { runAudio: () => Promise.reject(new FailedError("not again")) });
    expect(again).toMatchObject({ packed: { original: 0, "access-copy": 0 }, alreadySealed: 24, shards: [] });
    expect(shardDigests(archive)).toEqual(before);
  });

  test("gives the same bytes whatever track is ready first", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const expected = shardDigests(archive);
    rmSync(archive.layout.shards, { recursive: true });
    mkdirSync(archive.layout.shards);
    const held: (() => void)[] = [];
    let running = 0;
    await packSample(archive, {
      // Answers in reverse: everything that was started waits until nothing more is started.
      runAudio: async (job) => {
        running += 1;
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
  });

  test("gives the same shards in another archive that took the files in at another time", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const later = await makeSampleArchive(join(folder, "later"), FILES, undefined, 17);
    await planSample(later.archive);
    await packSample(later.archive, { clock: { now: () => new Date("2031-01-01T00:00:00Z") } });
    const tars = (one: Archive): string[] =>
      [...shardDigests(one).keys()].filter((name) => name.endsWith(".tar"));
    expect(tars(later.archive)).toEqual(tars(archive));
  });

  test("GNU tar lists every shard", async () => {
    const { archive } = await plainSample();
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
    const { archive } = await sample([large, ...sampleFiles(3)]);
    await packSample(archive);
    const shards = await listShards(archive);
    expect(shards.some(({ sizeBytes, tracks }) => sizeBytes > 400_000 && tracks.length === 1)).toBe(true);
  });

  test("writes an event for each shard", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const events = readFileSync(join(archive.layout.events, "2026.jsonl"), "utf8");
    for (const { id } of await listShards(archive)) expect(events).toContain(`"object":"shard ${id}"`);
  });
});

describe("a file that cannot be packed", () => {
  test("is quarantined with its reason, and the run goes on", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await sample([...FILES, bad]);
    const summary = await packSample(archive);
    expect(summary).toMatchObject({ packed: { original: 16, "access-copy": 8 }, quarantined: 1 });
    expect(summary.quarantine).toMatchObject([{ path: "bad.ogg", reason: "ogg-damaged" }]);
  });

  test("is not tried again when it is damaged, and counted all the same", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await sample([...FILES, bad]);
    await packSample(archive);
    const again = await packSample(archive, { runAudio: () => Promise.reject(new FailedError("not again")) });
    expect(again).toMatchObject({ quarantined: 1, quarantine: [{ path: "bad.ogg" }] });
  });

  test("leaves no trace in the shards", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await sample([...FILES, bad]);
    await packSample(archive);
    const withBad = await listShards(archive);
    const { archive: clean } = await (async () => {
      folder = mkdtempSync(join(root, "t-"));
      return plainSample();
    })();
    await packSample(clean);
    const withoutBad = await listShards(clean);
    const contents = (shards: typeof withBad): string[] =>
      shards.flatMap(({ tracks }) => tracks.map(({ track_id }) => track_id)).sort();
    expect(contents(withBad)).toEqual(contents(withoutBad));
  });

  test.each<[string, (music: string, name: string) => void]>([
    ["it has another size", (music, name) => writeSampleFile(music, { name, bytes: Buffer.alloc(5000, 1) })],
    ["it was written again", (music, name) => utimesSync(join(music, name), 1_700_000_001, 1_700_000_001)],
    ["it is gone", (music, name) => rmSync(join(music, name))],
  ])("%s since its accession: says so, and is packed when it is as it was", async (_, change) => {
    const { archive, music } = await sample();
    const [changed] = FILES;
    if (!changed) throw new Error("no file");
    change(music, changed.name);
    const summary = await packSample(archive);
    expect(summary.quarantine).toMatchObject([{ path: changed.name, reason: "changed-since-accession" }]);
    expect(summary.quarantine[0]?.detail).toContain("deadwax source add audio");
    writeSampleFile(music, changed);
    expect(await packSample(archive)).toMatchObject({ quarantined: 0, alreadySealed: 23 });
  });

  test("whose failure may pass is tried again, and noted once", async () => {
    const { archive } = await plainSample();
    const crash = async (job: Parameters<typeof fakeAudio>[0]) => {
      const outcome = await fakeAudio(job);
      if (!job.source.path.endsWith("005.ogg")) return outcome;
      return {
        ok: false,
        reason: "engine-crashed",
        detail: "signal",
        fileSha256: null,
        sizeBytes: null,
      } as const;
    };
    await packSample(archive, { runAudio: crash });
    await packSample(archive, { runAudio: crash });
    const [plan] = readdirSync(archive.layout.plans).filter((name) => name !== "CURRENT");
    const lines = readFileSync(join(archive.layout.plans, plan ?? "", "quarantine.jsonl"), "utf8").trim();
    expect(lines.split("\n").length).toBe(1);
    expect(await packSample(archive)).toMatchObject({ quarantined: 0, packed: { original: 1 } });
  });
});

describe("a plan that changes", () => {
  test("packs a track anew whose disposition is another, and touches no sealed shard", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const before = shardDigests(archive);
    await planSample(archive, null, samplePolicy({ originalAbovePopularity: -1 }));
    const summary = await packSample(archive);
    expect(summary).toMatchObject({
      packed: { original: 8, "access-copy": 0 },
      packedAnew: 8,
      alreadySealed: 16,
    });
    const after = shardDigests(archive);
    for (const [name, digest] of before) expect(after.get(name)).toBe(digest);
    const live = [...liveTracks(await listShards(archive)).values()];
    expect(live.map(({ disposition }) => disposition)).toEqual(Array(24).fill("original"));
  });

  test("packs a track anew whose file has changed and was taken in again", async () => {
    const { archive, music } = await sample();
    await packSample(archive);
    const changed = FILES.map((file, index) =>
      index === 4 ? { ...file, bytes: Buffer.alloc(9000, 3) } : file,
    );
    writeSampleFile(music, changed[4] ?? { name: "", bytes: Buffer.alloc(0) });
    await catalogueFiles({ archive, music }, changed, 2, changed.slice(4, 5));
    await planSample(archive);
    expect(await packSample(archive)).toMatchObject({
      packed: { original: 1 },
      packedAnew: 1,
      alreadySealed: 23,
    });
  });

  test("leaves behind an unfinished shard of another plan, and begins anew", async () => {
    const { archive } = await plainSample();
    await stopAfter(archive, 5);
    const notes: string[] = [];
    await planSample(archive, null, samplePolicy({ originalAbovePopularity: -1 }));
    await packSample(archive, { reporter: { ...silentReporter, note: (text) => notes.push(text) } });
    expect(notes.join()).toContain("belongs to the plan");
    expect(readdirSync(archive.layout.shards).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("a run that is stopped", () => {
  test.each([1, 5, 11, 23])("after %i tracks is gone on with, with the same bytes", async (count) => {
    const { archive } = await plainSample();
    await packSample(archive);
    const expected = shardDigests(archive);
    rmSync(archive.layout.shards, { recursive: true });
    mkdirSync(archive.layout.shards);
    await stopAfter(archive, count);
    expect(readdirSync(archive.layout.scratch)).toEqual([]);
    await packSample(archive);
    expect(shardDigests(archive)).toEqual(expected);
  });

  test("does not do again what it had journaled", async () => {
    const { archive } = await plainSample();
    await stopAfter(archive, 4);
    const asked: string[] = [];
    const summary = await packSample(archive, {
      runAudio: (job) => {
        asked.push(job.jobId);
        return fakeAudio(job);
      },
    });
    expect(asked.length).toBe(20);
    expect(summary.packed.original + summary.packed["access-copy"]).toBe(20);
  });
});

describe("spooled bytes that are not those that were hashed", () => {
  test("are read from the source once more", async () => {
    const { archive } = await plainSample();
    await packSample(archive);
    const expected = shardDigests(archive);
    rmSync(archive.layout.shards, { recursive: true });
    mkdirSync(archive.layout.shards);
    await packSample(archive, { runAudio: (job) => spoil(job, "-1") });
    expect(shardDigests(archive)).toEqual(expected);
  });

  test("end the run when it happens twice", async () => {
    const { archive } = await plainSample();
    await expect(packSample(archive, { runAudio: (job) => spoil(job, "") })).rejects.toThrow(IntegrityError);
  });
});

describe("a disk without room", () => {
  const huge = { name: "huge.ogg", bytes: Buffer.alloc(1000), sizeBytes: 2 ** 50, plays: 100 };

  test("is noticed before anything is done", async () => {
    const { archive } = await sample([...FILES, huge]);
    await expect(packSample(archive)).rejects.toThrow(OutOfSpaceError);
    expect(await listShards(archive)).toEqual([]);
  });

  test("does not keep a run from starting that is told to go on all the same", async () => {
    const { archive } = await sample([...FILES, huge]);
    expect(await packSample(archive, { force: true })).toMatchObject({
      packed: { original: 16 },
      quarantined: 1,
    });
  });

  test("that is met by the audio stage ends the run, and quarantines nothing", async () => {
    const { archive } = await plainSample();
    const runAudio = () =>
      Promise.reject(new OutOfSpaceError("no space left while writing to the spool folder"));
    await expect(packSample(archive, { runAudio })).rejects.toThrow(OutOfSpaceError);
    expect(await packSample(archive)).toMatchObject({ quarantined: 0, packed: { original: 16 } });
  });
});

test("scratch of a dead run is removed", async () => {
  const { archive } = await plainSample();
  const dead = join(archive.layout.scratch, "pack-0123456789ab");
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, "x.original"), "left behind");
  await packSample(archive);
  expect(existsSync(dead)).toBe(false);
});

/** Packs until `count` tracks are in, then stops as Ctrl-C does. */
async function stopAfter(archive: Archive, count: number): Promise<void> {
  const controller = new AbortController();
  let advanced = 0;
  const progress = {
    advance: () => {
      advanced += 1;
      if (advanced === count) controller.abort();
    },
    setTotal() {},
    finish() {},
  };
  const reporter = { ...silentReporter, progress: () => progress };
  await expect(packSample(archive, { reporter, signal: controller.signal })).rejects.toThrow(
    InterruptedError,
  );
}

/** Flips a byte in the spool file of one track whose job id ends in `suffix`. */
async function spoil(job: Parameters<typeof fakeAudio>[0], suffix: string) {
  const outcome = await fakeAudio(job);
  const path = outcome.ok ? outcome.original?.spoolPath : undefined;
  if (path && job.source.path.endsWith("004.ogg") && job.jobId.endsWith(suffix)) {
    const bytes = readFileSync(path);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  }
  return outcome;
}
