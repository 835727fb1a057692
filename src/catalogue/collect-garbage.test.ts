import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { chooseSnapshots, collectGarbage, planGarbage } from "./collect-garbage.ts";
import { listSnapshots } from "./store/list-snapshots.ts";
import { currentSnapshot } from "./store/snapshot-store.ts";
import { writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";
import { writeLayeredSnapshot } from "./testing/layered-snapshot.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const listing = (id: string, isCurrent = false) => ({
  id,
  isCurrent,
  description: null,
  problem: null,
  generations: 1,
  sizeBytes: 1,
  ownBytes: 1,
});

test.each<[string, number, string[], string[], string[]]>([
  ["the newest stay", 2, [], ["a", "b"], []],
  ["what is named stays", 2, ["a"], ["b"], ["a"]],
  ["the current one stays, whatever its age", 1, [], ["a", "b", "d"], []],
  ["all stay when there are not so many", 9, ["a"], [], []],
])("%s", (name, keep, named, removed, protectedOnes) => {
  const old = name.startsWith("the current");
  const snapshots = ["a", "b", "c", "d"].map((id) => listing(id, id === (old ? "c" : "d")));
  const plan = chooseSnapshots(snapshots, keep, new Set(named));
  expect(plan.snapshots.map(({ id }) => id)).toEqual(removed);
  expect(plan.named).toEqual(protectedOnes);
});

test("a dry plan removes nothing; then old snapshots go, and those that share their files stay whole", async () => {
  const { archive } = it;
  const track = (id: number) => ({ track_id: id, title: "t", accession: "a" });
  const first = await writeLayeredSnapshot(archive, "s-000000000001", [{ rows: { track: [track(1)] } }]);
  const second = await writeLayeredSnapshot(archive, "s-000000000002", [{ rows: { track: [track(2)] } }], {
    parent: first,
  });
  mkdirSync(join(archive.layout.catalogue, ".tmp-s-000000000003"));
  const options = { archive, keep: 1, named: new Set<string>() };
  const [listed] = await listSnapshots(archive);
  expect(listed).toMatchObject({ id: first.id, isCurrent: false });
  expect(listed?.ownBytes).toBeLessThan(listed?.sizeBytes ?? 0);
  expect(await planGarbage(options)).toMatchObject({ snapshots: [{ id: first.id }], kept: [second.id] });
  expect(existsSync(first.folder)).toBe(true);
  await collectGarbage(options);
  expect((await listSnapshots(archive)).map(({ id }) => id)).toEqual([second.id]);
  expect(existsSync(join(archive.layout.catalogue, ".tmp-s-000000000003"))).toBe(false);
  expect(await it.query("select track_id from track order by 1")).toEqual([
    { track_id: 1n },
    { track_id: 2n },
  ]);
});

test("a build of the same accessions leaves a compacted snapshot current", async () => {
  const { archive } = it;
  await writeAudioAccession(archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
  const built = await it.build();
  const { accessions, builder } = await currentSnapshot(archive);
  const other = await writeLayeredSnapshot(archive, "s-00000000000f", [{ rows: {} }], {
    accessions,
    builder,
  });
  expect(await it.build()).toMatchObject({ snapshot: other.id, created: false });
  expect(built.snapshot).not.toBe(other.id);
});
