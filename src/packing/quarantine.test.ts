import { readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FailedError } from "../core/index.ts";
import { listShards } from "./shard-manifest.ts";
import { damagedFile, fakeAudio } from "./testing/fake-audio.ts";
import { makeSampleArchive, packSample, planSample, writeSampleFile } from "./testing/sample-archive.ts";
import { FILES, useSampleArchives } from "./testing/sample-workspace.ts";

const archives = useSampleArchives();

describe("a file that cannot be packed", () => {
  test("is quarantined with its reason, and the run goes on", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await archives.own([...FILES, bad]);
    const summary = await packSample(archive);
    expect(summary).toMatchObject({ packed: { original: 16, "access-copy": 8 }, quarantined: 1 });
    expect(summary.quarantine).toMatchObject([{ path: "bad.ogg", reason: "ogg-damaged" }]);
  });

  test("is not tried again when it is damaged, and counted all the same", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await archives.own([...FILES, bad]);
    await packSample(archive);
    const again = await packSample(archive, { runAudio: () => Promise.reject(new FailedError("not again")) });
    expect(again).toMatchObject({ quarantined: 1, quarantine: [{ path: "bad.ogg" }] });
  });

  test("leaves no trace in the shards", async () => {
    const bad = { name: "bad.ogg", bytes: damagedFile("ogg-damaged"), plays: 9 };
    const { archive } = await archives.own([...FILES, bad]);
    await packSample(archive);
    const withBad = await listShards(archive);
    const clean = await makeSampleArchive(join(archives.folder(), "clean"), FILES);
    await planSample(clean.archive);
    await packSample(clean.archive);
    const withoutBad = await listShards(clean.archive);
    const contents = (shards: typeof withBad): string[] =>
      shards.flatMap(({ tracks }) => tracks.map(({ track_id }) => track_id)).sort();
    expect(contents(withBad)).toEqual(contents(withoutBad));
  });

  test.each<[string, (music: string, name: string) => void]>([
    ["it has another size", (music, name) => writeSampleFile(music, { name, bytes: Buffer.alloc(5000, 1) })],
    ["it was written again", (music, name) => utimesSync(join(music, name), 1_700_000_001, 1_700_000_001)],
    ["it is gone", (music, name) => rmSync(join(music, name))],
  ])("%s since its accession: says so, and is packed when it is as it was", async (_, change) => {
    const { archive, music } = await archives.own();
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
    const { archive } = await archives.shared();
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
