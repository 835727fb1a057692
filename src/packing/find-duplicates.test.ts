import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeTestTone } from "../../test/fixtures/audio.ts";
import { buildCatalogue } from "../catalogue/index.ts";
import { initArchive, policySchema, silentReporter } from "../core/index.ts";
import { trackIdToBigInt } from "../formats/identifiers/index.ts";
import { ensureRights, reportRights } from "../rights/index.ts";
import { explainTrack, makePlan, openPlan } from "../selection/index.ts";
import { addAudioSource } from "../sources/index.ts";
import { findDuplicates } from "./find-duplicates.ts";
import { packPlan } from "./pack-plan.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-duplicates-"));
afterAll(() => rmSync(root, { recursive: true }));
const reporter = silentReporter;
const BY = "https://creativecommons.org/licenses/by/4.0/";
const BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/";

test("an original and its Opus copies at 24, 48 and 75 kbps are one recording, another tune is not; two licences are a conflict", {
  timeout: 300_000,
}, async () => {
  const music = join(root, "music");
  mkdirSync(music);
  const tone = (name: string, seed: number, licence: string, bitrateKbps?: number): void => {
    makeTestTone({
      path: join(music, name),
      codec: bitrateKbps === undefined ? "vorbis" : "opus",
      seconds: 20,
      seed,
      tags: [
        ["TITLE", name],
        ["LICENSE", licence],
      ],
      ...(bitrateKbps === undefined ? {} : { bitrateKbps }),
    });
  };
  tone("tune.ogg", 1, BY);
  for (const kbps of [24, 48, 75]) tone(`tune-${kbps}.opus`, 1, kbps === 24 ? BY_SA : BY, kbps);
  tone("other.ogg", 2, BY);
  tone("third.ogg", 3, BY);

  const { archive } = await initArchive(join(root, "archive"), {});
  await expect(findDuplicates({ archive, reporter })).rejects.toMatchObject({ code: "failed" });
  await addAudioSource({ archive, reporter, folders: [music], workers: 2 });
  await buildCatalogue({ archive, reporter });
  await ensureRights({ archive, reporter });
  await makePlan({ archive, reporter });
  await packPlan({ archive, reporter, workers: 2 });

  const { tracks, clusters, recordingsTable } = await findDuplicates({ archive, reporter });
  expect(tracks).toBe(6);
  expect(clusters.map((cluster) => cluster.tracks.map(({ title }) => title).sort())).toEqual([
    ["tune-24.opus", "tune-48.opus", "tune-75.opus", "tune.ogg"],
  ]);
  const [cluster] = clusters;
  const best = cluster?.tracks.find(({ id }) => id === cluster.representative);
  expect(best?.title).toBe("tune.ogg");
  expect(cluster?.isRightsConflict).toBe(true);
  const { sameSound } = await reportRights({ archive });
  expect(sameSound).toMatchObject({ recordings: recordingsTable, conflicts: 1, unsettled: 1, tracks: 4 });
  expect(sameSound.listed[0]?.tracks[0]).toMatchObject({ id: best?.id, isBest: true, licence: "CC-BY-4.0" });
  expect(cluster?.pairs.every(({ similarity }) => similarity > 0.85)).toBe(true);

  // The next plan keeps the best of them, and tells of the others which one stands for them.
  const plan = await makePlan({ archive, reporter });
  expect(plan).toMatchObject({ recordings: recordingsTable, reasons: { "duplicate-sound": 3 } });
  const copy = cluster?.tracks.find(({ title }) => title === "tune-48.opus");
  const copyId = trackIdToBigInt(copy?.id ?? "");
  if (!copyId.ok) throw new Error("no track id");
  const { decision, keptInstead } = await explainTrack(
    archive,
    await openPlan(archive, plan.plan),
    copyId.value,
  );
  expect(decision).toMatchObject({ disposition: "metadata-only", reason: "duplicate-sound" });
  expect(keptInstead).toMatchObject([{ track_id: best?.id, title: "tune.ogg", because: "sound" }]);

  // Packing it changes nothing about what sounds the same, and so nothing about the plan.
  await packPlan({ archive, reporter, workers: 2 });
  expect((await findDuplicates({ archive, reporter })).recordingsTable).toBe(recordingsTable);
  expect(await makePlan({ archive, reporter })).toMatchObject({ plan: plan.plan, created: false });

  const all = policySchema.parse({ selection: { sameSound: "keep-all" } });
  const kept = await makePlan({ archive, reporter, policy: all, dryRun: true });
  expect(kept).toMatchObject({ recordings: null, totals: { "metadata-only": { tracks: 0 } } });

  // A table that is gone is no table that is empty.
  rmSync(join(archive.layout.recordings, `${recordingsTable}.parquet`));
  await expect(makePlan({ archive, reporter })).rejects.toMatchObject({ code: "integrity" });
  await findDuplicates({ archive, reporter, dryRun: true });
  await expect(makePlan({ archive, reporter })).rejects.toMatchObject({ code: "integrity" });
  await findDuplicates({ archive, reporter });
  expect(await makePlan({ archive, reporter })).toMatchObject({ plan: plan.plan });
});
