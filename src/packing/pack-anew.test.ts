import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { silentReporter } from "../core/index.ts";
import { listShards, liveTracks } from "./shard-manifest.ts";
import {
  catalogueFiles,
  packSample,
  planSample,
  samplePolicy,
  shardDigests,
  writeSampleFile,
} from "./testing/sample-archive.ts";
import { FILES, stopAfter, useSampleArchives } from "./testing/sample-workspace.ts";

const archives = useSampleArchives();

describe("a plan that changes", () => {
  test("packs a track anew whose disposition is another, and touches no sealed shard", async () => {
    const { archive } = await archives.shared();
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
    const { archive, music } = await archives.own();
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

  test("recognises shards whose files were only touched", async () => {
    const { archive, music } = await archives.own();
    await packSample(archive);
    const tars = (): string[] => [...shardDigests(archive).keys()].filter((name) => name.endsWith(".tar"));
    const before = tars();
    // Another intake of the same bytes at another time: other accessions, and the tracks are packed anew.
    for (const { name } of FILES) utimesSync(join(music, name), 1_700_000_000, 1_700_000_000);
    await catalogueFiles({ archive, music }, FILES, 2);
    await planSample(archive);
    expect(await packSample(archive)).toMatchObject({ packedAnew: 24, archive: { supersededTracks: 0 } });
    expect(tars()).toEqual(before);
    expect(await packSample(archive)).toMatchObject({ alreadySealed: 24, packedAnew: 0 });
  });

  test("leaves behind an unfinished shard of another plan, and begins anew", async () => {
    const { archive } = await archives.shared();
    await stopAfter(archive, 5);
    const notes: string[] = [];
    await planSample(archive, null, samplePolicy({ originalAbovePopularity: -1 }));
    await packSample(archive, { reporter: { ...silentReporter, note: (text) => notes.push(text) } });
    expect(notes.join()).toContain("belongs to the plan");
    expect(readdirSync(archive.layout.shards).filter((name) => name.startsWith("."))).toEqual([]);
  });
});
