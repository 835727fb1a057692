import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeTestTone } from "../../test/fixtures/audio.ts";
import { buildCatalogue } from "../catalogue/index.ts";
import { initArchive, silentReporter } from "../core/index.ts";
import { ensureRights } from "../rights/index.ts";
import { makePlan } from "../selection/index.ts";
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

  const { tracks, clusters } = await findDuplicates({ archive, reporter });
  expect(tracks).toBe(6);
  expect(clusters.map((cluster) => cluster.tracks.map(({ title }) => title).sort())).toEqual([
    ["tune-24.opus", "tune-48.opus", "tune-75.opus", "tune.ogg"],
  ]);
  const [cluster] = clusters;
  const best = cluster?.tracks.find(({ id }) => id === cluster.representative);
  expect(best?.title).toBe("tune.ogg");
  expect(cluster?.isRightsConflict).toBe(true);
  expect(cluster?.pairs.every(({ similarity }) => similarity > 0.85)).toBe(true);
});
