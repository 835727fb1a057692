import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentRecordings, recordingsId, writeRecordings } from "../catalogue/index.ts";
import { testTrackId, writeAudioAccession } from "../catalogue/testing/accessions.ts";
import { policySchema } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { loadGate } from "./gate.ts";
import { reportRights } from "./report-rights.ts";
import { makeRightsArchive, type RightsArchive } from "./testing/rights-archive.ts";

let it: RightsArchive;
beforeEach(async () => {
  it = await makeRightsArchive();
});
afterEach(() => it.remove());

const BY = "https://creativecommons.org/licenses/by/4.0/";
const BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/";
const id = (path: string): bigint => testTrackId("m", path);

/** Files with the licence in their tags (null: none), and which of them are one recording. */
async function catalogue(
  licences: Readonly<Record<string, string | null>>,
  recordings: readonly (readonly string[])[],
): Promise<void> {
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: Object.entries(licences).map(([path, licence]) => ({
      path,
      tags: licence === null ? [] : [["LICENSE", licence]],
    })),
  });
  await it.build();
  await sound(recordings, "one");
}

async function sound(recordings: readonly (readonly string[])[], shard: string): Promise<void> {
  const rows = recordings.flatMap((paths) => {
    const ids = paths.map(id);
    const recording = ids.reduce((lowest, one) => (one < lowest ? one : lowest));
    return ids.map((trackId, at) => ({
      trackId,
      recording,
      isBest: at === 0,
      alike: ids[at === 0 ? 1 : 0] ?? trackId,
      similarity: 0.97,
      offsetMs: 0,
    }));
  });
  await writeRecordings(it.archive, recordingsId([shard]), rows);
}

/** From now on the policy of the archive shuts the gate for what sounds the same and differs. */
function holdBack(): void {
  Object.assign(
    it.archive.config.policy.rights,
    policySchema.parse({ rights: { sameSound: "dark" } }).rights,
  );
}

async function openTracks(paths: readonly string[]): Promise<string[]> {
  await it.buildRights();
  const gate = await it.loadGate();
  return paths.filter((path) => gate.decide(id(path)).open);
}

const TWO = { "a.ogg": BY, "b.ogg": BY_SA };

test("a recording under two licences is named, with its tracks and their licences; the gate stays as it is", async () => {
  await catalogue({ ...TWO, "c.ogg": BY, "d.ogg": BY, "e.ogg": BY_SA }, [
    ["a.ogg", "b.ogg"],
    ["c.ogg", "d.ogg"],
  ]);
  const { sameSound } = await it.buildRights().then(() => reportRights({ archive: it.archive }));
  expect(sameSound).toMatchObject({ conflicts: 1, unsettled: 1, tracks: 2 });
  expect(sameSound.listed).toMatchObject([
    {
      isSettled: false,
      tracks: [
        { id: trackIdFromBigInt(id("a.ogg")), isBest: true, open: true, licence: "CC-BY-4.0", path: "a.ogg" },
        { id: trackIdFromBigInt(id("b.ogg")), isBest: false, open: true, licence: "CC-BY-SA-4.0" },
      ],
    },
  ]);
  expect(await openTracks(["a.ogg", "b.ogg"])).toEqual(["a.ogg", "b.ogg"]);
});

test.each<[string, Record<string, string | null>, number]>([
  ["one licence, twice, is none", { "a.ogg": BY, "b.ogg": BY }, 0],
  ["open here and dark there is one", { "a.ogg": BY, "b.ogg": null }, 1],
  [
    "two that are dark for different reasons are none",
    { "a.ogg": "http://rightsstatements.org/vocab/InC/1.0/", "b.ogg": null },
    0,
  ],
])("of conflicts: %s", async (_, licences, conflicts) => {
  await catalogue(licences, [["a.ogg", "b.ogg"]]);
  await it.buildRights();
  expect((await reportRights({ archive: it.archive })).sameSound).toMatchObject({ conflicts });
});

test("at most so many are listed, and all are counted", async () => {
  await catalogue({ ...TWO, "c.ogg": BY, "d.ogg": BY_SA }, [
    ["a.ogg", "b.ogg"],
    ["c.ogg", "d.ogg"],
  ]);
  await it.buildRights();
  const { sameSound } = await reportRights({ archive: it.archive, limit: 1 });
  expect(sameSound).toMatchObject({ conflicts: 2, tracks: 4 });
  expect(sameSound.listed).toHaveLength(1);
});

test("what was never compared is no conflict, and the report says that it was not", async () => {
  await writeAudioAccession(it.archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
  await it.build();
  await it.buildRights();
  expect((await reportRights({ archive: it.archive })).sameSound).toMatchObject({ recordings: null });
});

test("a policy that holds them back shuts the gate until declarations agree", async () => {
  await catalogue({ ...TWO, "c.ogg": BY }, [["a.ogg", "b.ogg"]]);
  holdBack();
  expect(await openTracks(["a.ogg", "b.ogg", "c.ogg"])).toEqual(["c.ogg"]);
  expect(await it.decide(id("a.ogg"))).toMatchObject({
    reason: "same-sound-conflict",
    derive: false,
    attribution: null,
    licence: "CC-BY-4.0",
  });
  const held = await reportRights({ archive: it.archive });
  expect(held.counts).toMatchObject({ open: 1, dark: 2, byReason: { "same-sound-conflict": 2 } });
  expect(held.sameSound).toMatchObject({ conflicts: 1, unsettled: 1 });

  // One of them is declared: it goes out, the other is still in doubt.
  const grant = { licence: "CC-BY-SA-4.0", evidenceFile: it.letter };
  await it.declare({ ...grant, scope: `track:${trackIdFromBigInt(id("b.ogg"))}` });
  expect(await openTracks(["a.ogg", "b.ogg", "c.ogg"])).toEqual(["b.ogg", "c.ogg"]);
  expect((await reportRights({ archive: it.archive })).sameSound).toMatchObject({ unsettled: 1 });

  await it.declare({ ...grant, scope: `track:${trackIdFromBigInt(id("a.ogg"))}` });
  expect(await openTracks(["a.ogg", "b.ogg", "c.ogg"])).toEqual(["a.ogg", "b.ogg", "c.ogg"]);
  expect((await reportRights({ archive: it.archive })).sameSound).toMatchObject({ conflicts: 0 });
});

test("then other sounds are other rights: the gate does not answer by the old ones", async () => {
  await catalogue(TWO, [["a.ogg", "b.ogg"]]);
  const plain = await it.buildRights();
  await sound([], "two");
  expect((await it.buildRights()).rights).toBe(plain.rights);
  holdBack();
  await it.buildRights();
  await sound([["a.ogg", "b.ogg"]], "three");
  await expect(it.loadGate()).rejects.toMatchObject({ code: "failed" });
  expect(await openTracks(["a.ogg", "b.ogg"])).toEqual([]);
});

test("what is not known about the sound does not open the gate", async () => {
  await catalogue(TWO, [["a.ogg", "b.ogg"]]);
  holdBack();
  const { recordings, shards } = it.archive.layout;
  const table = await currentRecordings(it.archive);
  rmSync(table?.path ?? "");
  await expect(it.buildRights()).rejects.toMatchObject({ code: "integrity" });
  writeFileSync(join(recordings, "CURRENT"), "no table\n");
  await expect(it.buildRights()).rejects.toMatchObject({ code: "integrity" });
  rmSync(recordings, { recursive: true });
  mkdirSync(shards, { recursive: true });
  writeFileSync(join(shards, "0123456789abcdef.json"), "{}");
  await expect(it.buildRights()).rejects.toMatchObject({ code: "failed" });
  await expect(loadGate(it.archive)).rejects.toMatchObject({ code: "failed" });
});
