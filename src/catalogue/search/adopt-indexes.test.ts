import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Archive, silentReporter } from "../../core/index.ts";
import { LookUp } from "../look-up/look-up.ts";
import { draftSnapshot } from "../store/draft-snapshot.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { TABLE_NAMES } from "../store/tables.ts";
import { makeSnapshot } from "../testing/made-snapshot.ts";
import { buildIndexes, planIndexes } from "./build-indexes.ts";
import { searchSnapshot } from "./search-snapshot.ts";

let it: { readonly archive: Archive; readonly snapshot: Snapshot; readonly remove: () => void };
beforeAll(async () => {
  const track = (track_id: number, title: string) => ({ track_id, title, album_no: 1, artist_nos: [1] });
  it = await makeSnapshot([
    {
      rows: {
        track: [track(10, "Ten"), track(20, "Twenty"), track(30, "Thirty"), track(40, "Forty")],
        album: [{ album_no: 1, album_id: 111, title: "One" }],
        artist: [{ artist_no: 1, artist_id: 201, name: "Somebody" }],
      },
    },
    { rows: { track: [track(20, "Zwanzig")] }, replaced: [["track", 20, null]] },
  ]);
  await build(it.snapshot);
});
afterAll(() => it.remove());

const build = (snapshot: Snapshot): Promise<void> =>
  buildIndexes(planIndexes(snapshot), { archive: it.archive, reporter: silentReporter });

function indexFiles({ folder }: Snapshot): string[] {
  const index = join(folder, "index");
  return readdirSync(index, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(index, name)).isFile())
    .sort();
}

/** A snapshot that goes on from the one with the index and has all its segments. */
async function successor(): Promise<Snapshot> {
  const { folder, ...description } = it.snapshot;
  const draft = await draftSnapshot(it.archive, "s-000000000002");
  const files = TABLE_NAMES.flatMap((name) => description.tables[name].segments.map(({ file }) => file));
  await draft.adopt({ ...description, folder }, [...files, ...description.replaced.map(({ file }) => file)]);
  return draft.publish({ ...description, id: draft.id, parent: description.id });
}

test("parts of unchanged generations are the parent's own files; one that is damaged there is built", async () => {
  const child = await successor();
  const damaged = join("0", "album.keys");
  const whole = readFileSync(join(it.snapshot.folder, "index", damaged));
  writeFileSync(join(it.snapshot.folder, "index", damaged), whole.subarray(0, 100));
  await build(child);
  const inode = (snapshot: Snapshot, name: string): number =>
    statSync(join(snapshot.folder, "index", name)).ino;
  expect(indexFiles(child)).toEqual(indexFiles(it.snapshot));
  const built = indexFiles(child).filter((name) => inode(child, name) !== inode(it.snapshot, name));
  expect(built).toEqual([damaged]);
  expect(readFileSync(join(child.folder, "index", damaged))).toEqual(whole);
  const lookUp = new LookUp(child);
  expect(lookUp.trackPosition(20n)?.segment.generation).toBe(1);
  lookUp.close();
  expect(searchSnapshot(child, "somebody", 10).map(({ title }) => title)).toEqual([
    "Ten",
    "Zwanzig",
    "Thirty",
    "Forty",
  ]);
});

test("what is made from a segment that changed is not taken over", async () => {
  const { tables } = it.snapshot;
  const changed = tables.track.segments.map((segment) =>
    segment.generation === 1 ? { ...segment, sha256: "0".repeat(64) } : segment,
  );
  const other: Snapshot = {
    ...it.snapshot,
    tables: { ...tables, track: { ...tables.track, segments: changed } },
  };
  const plan = planIndexes(other);
  expect(plan.keys.map(({ name, generation }) => `${generation}/${name}`)).toEqual(["1/track", "0/album"]);
  expect(plan.texts.map(({ generation }) => generation)).toEqual([1]);
  expect(plan.rows.map(({ generation }) => generation)).toEqual([1]);
});
