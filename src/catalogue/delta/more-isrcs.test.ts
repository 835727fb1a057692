import { expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { addSegmentViews } from "../store/open-snapshot.ts";
import { currentSnapshot } from "../store/snapshot-store.ts";
import { makeTestArchive } from "../testing/catalogued.ts";
import { type TestRecords, writeRecordAccession } from "../testing/records.ts";
import { addMoreIsrcs, hasOneIsrcEach } from "./more-isrcs.ts";

const track = (key: string, ...isrcs: readonly string[]) =>
  ({ key, status: "track", title: key, credits: [{ name: "Ann", role: "main", key: null }], isrcs }) as const;

/** What `more_isrc` has for all tracks after a build a day, by the title of the track; `isrc` may be told not to be there. */
async function moreIsrcsOf(
  days: readonly NonNullable<TestRecords["tracks"]>[],
  { withoutIsrcs = false } = {},
): Promise<unknown> {
  const it = await makeTestArchive();
  const database = await Database.open({ threads: 1 });
  try {
    for (const [day, tracks] of days.entries()) {
      await writeRecordAccession(it.archive, { label: "a", day: day + 1, tracks });
      await it.build({ maxShare: Number.POSITIVE_INFINITY });
    }
    const base = await currentSnapshot(it.archive);
    await database.runFile(new URL("../store/macros.sql", import.meta.url));
    await addSegmentViews(database, base, "base_");
    await database.run("create view known_track as from base_track");
    if (withoutIsrcs) await database.run("drop view base_isrc");
    await addMoreIsrcs(database, await hasOneIsrcEach(database, base));
    return await database.rows(
      "select title, isrc_text(m.isrc) as isrc from more_isrc m join base_track using (track_id) order by all",
    );
  } finally {
    database.close();
    it.remove();
  }
}

test("a second ISRC is found, though another track has none", async () => {
  const found = await moreIsrcsOf([[track("1", "USAAA0100001", "USAAA0100002"), track("2")]]);
  expect(found).toEqual([{ title: "1", isrc: "USAAA0100002" }]);
});

test("a second ISRC is found, though a former row of its track had one", async () => {
  const found = await moreIsrcsOf([
    [track("1", "USAAA0100001"), track("2", "USAAA0100003")],
    [track("1", "USAAA0100001", "USAAA0100002"), track("2")],
  ]);
  expect(found).toEqual([{ title: "1", isrc: "USAAA0100002" }]);
});

test("where the footers say that each track has one, ISRCs are not read", async () => {
  const days = [[track("1", "USAAA0100001"), track("2")], [track("2", "USAAA0100003")]];
  expect(await moreIsrcsOf(days, { withoutIsrcs: true })).toEqual([]);
  expect(await moreIsrcsOf([[track("1")]], { withoutIsrcs: true })).toEqual([]);
});
