import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { IntegrityError, OutOfSpaceError } from "../core/index.ts";
import { listShards } from "./shard-manifest.ts";
import { fakeAudio } from "./testing/fake-audio.ts";
import { packSample, shardDigests } from "./testing/sample-archive.ts";
import { clearShards, FILES, stopAfter, useSampleArchives } from "./testing/sample-workspace.ts";

const archives = useSampleArchives();

describe("a run that is stopped", () => {
  test.each([1, 5, 11, 23])("after %i tracks is gone on with, with the same bytes", async (count) => {
    const { archive } = await archives.shared();
    await packSample(archive);
    const expected = shardDigests(archive);
    clearShards(archive);
    await stopAfter(archive, count);
    expect(readdirSync(archive.layout.scratch)).toEqual([]);
    await packSample(archive);
    expect(shardDigests(archive)).toEqual(expected);
  });

  test("does not do again what it had journaled", async () => {
    const { archive } = await archives.shared();
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
    const { archive } = await archives.shared();
    await packSample(archive);
    const expected = shardDigests(archive);
    clearShards(archive);
    await packSample(archive, { runAudio: (job) => spoil(job, "-1") });
    expect(shardDigests(archive)).toEqual(expected);
  });

  test("end the run when it happens twice", async () => {
    const { archive } = await archives.shared();
    await expect(packSample(archive, { runAudio: (job) => spoil(job, "") })).rejects.toThrow(IntegrityError);
  });
});

describe("a disk without room", () => {
  const huge = { name: "huge.ogg", bytes: Buffer.alloc(1000), sizeBytes: 2 ** 50, plays: 100 };

  test("is noticed before anything is done", async () => {
    const { archive } = await archives.own([...FILES, huge]);
    await expect(packSample(archive)).rejects.toThrow(OutOfSpaceError);
    expect(await listShards(archive)).toEqual([]);
  });

  test("does not keep a run from starting that is told to go on all the same", async () => {
    const { archive } = await archives.own([...FILES, huge]);
    expect(await packSample(archive, { force: true })).toMatchObject({
      packed: { original: 16 },
      quarantined: 1,
    });
  });

  test("that is met by the audio stage ends the run, and quarantines nothing", async () => {
    const { archive } = await archives.shared();
    const runAudio = () =>
      Promise.reject(new OutOfSpaceError("no space left while writing to the spool folder"));
    await expect(packSample(archive, { runAudio })).rejects.toThrow(OutOfSpaceError);
    expect(await packSample(archive)).toMatchObject({ quarantined: 0, packed: { original: 16 } });
  });
});

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
