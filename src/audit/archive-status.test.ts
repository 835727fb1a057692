import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeTestAlbum } from "../../test/fixtures/audio.ts";
import { buildCatalogue } from "../catalogue/index.ts";
import { type Archive, initArchive, silentReporter, withArchiveLock } from "../core/index.ts";
import { packPlan } from "../packing/index.ts";
import { createRelease } from "../release/index.ts";
import { ensureRights, loadGate } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { archiveStatus } from "./archive-status.ts";
import { verifyRelease } from "./verify-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-status-"));
let archive: Archive;

beforeAll(async () => {
  archive = (await initArchive(join(root, "archive"))).archive;
  makeTestAlbum(join(root, "music"), { codecs: ["vorbis", "flac"], seconds: 1 });
});
afterAll(() => rmSync(root, { recursive: true }));

const stage = () => ({ archive, reporter: silentReporter, workers: 2 });
const next = async () => (await archiveStatus({ archive })).next.command;

describe("the status of an archive follows it from stage to stage", () => {
  test("an empty one asks for a source", async () => {
    expect(await archiveStatus({ archive })).toMatchObject({
      archive: { id: archive.config.id },
      busy: null,
      sources: { accessions: 0 },
      catalogue: null,
      rights: null,
      plan: null,
      packed: { shards: 0, waiting: 0 },
      releases: { count: 0, latest: null },
      next: { command: "deadwax source add audio FOLDER" },
    });
  });

  test("then come catalogue, rights, plan, packing and a release", async () => {
    await addAudioSource({ ...stage(), folders: [join(root, "music")] });
    expect(await next()).toBe("deadwax catalogue build");
    await buildCatalogue(stage());
    expect(await next()).toBe("deadwax rights build");
    await ensureRights(stage());
    expect(await next()).toBe("deadwax plan");
    await makePlan(stage());
    expect(await archiveStatus({ archive })).toMatchObject({
      packed: { waiting: 2 },
      next: { command: "deadwax pack" },
    });
    await packPlan(stage());
    expect(await next()).toBe("deadwax release create");
    const release = await createRelease({
      ...stage(),
      gate: await loadGate(archive),
      name: "first",
    });
    expect(await archiveStatus({ archive })).toMatchObject({
      sources: { accessions: 1, names: ["audio:music"] },
      catalogue: { tracks: 2, isCurrent: true },
      rights: { open: 2, dark: 0, isCurrent: true },
      plan: { original: { tracks: 2 }, isCurrent: true },
      packed: { original: 2, accessCopy: 0, waiting: 0, quarantined: 0, unfinishedShards: 0 },
      releases: { count: 1, latest: { name: "first", tracks: 2 }, isCurrent: true },
      next: { command: `deadwax release verify "${join(archive.layout.releases, "first")}"` },
    });
    const report = await verifyRelease({ path: release.folder, reporter: silentReporter, workers: 2 });
    expect(report).toMatchObject({ ok: true, findings: [], checked: { decoded: 2 } });
  });

  test("new music makes it begin again", async () => {
    makeTestAlbum(join(root, "more"), { codecs: ["mp3"], seconds: 1, seed: 9 });
    await addAudioSource({ ...stage(), folders: [join(root, "more")] });
    expect(await archiveStatus({ archive })).toMatchObject({
      catalogue: { isCurrent: false },
      next: { command: "deadwax catalogue build" },
    });
  });
});

test("it names who is writing", async () => {
  await withArchiveLock(archive.layout, "deadwax pack", async () => {
    expect((await archiveStatus({ archive })).busy).toContain("deadwax pack");
  });
});
