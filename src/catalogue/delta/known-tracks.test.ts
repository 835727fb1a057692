import { expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { addSegmentViews } from "../store/open-snapshot.ts";
import { makeTestArchive } from "../testing/catalogued.ts";
import { writeLayeredSnapshot } from "../testing/layered-snapshot.ts";
import { addKnownTracks } from "./known-tracks.ts";

const row = (id: number, title: string) => ({ track_id: id, title, artist_credit: "Ann", artist_nos: [1] });

/** What is known of tracks that new records speak of, ids 5 to 55, read in ranges of so many rows. */
async function knownIn(rowsPerRange: number): Promise<unknown> {
  const it = await makeTestArchive();
  const database = await Database.open({ threads: 1 });
  try {
    const base = await writeLayeredSnapshot(
      it.archive,
      "s-000000000001",
      [
        { rows: { track: Array.from({ length: 60 }, (_, id) => row(id, `old ${id}`)) } },
        { rows: { track: [row(9, "new 9"), row(31, "new 31")] }, replaced: [9, 30, 31].map(replacedTrack) },
      ],
      { rowsPerSegment: 7 },
    );
    await database.runFile(new URL("../store/macros.sql", import.meta.url));
    await database.runFile(new URL("../records/record-schema.sql", import.meta.url));
    await addSegmentViews(database, base, "base_");
    await database.run(`
      create table record_tracks as select id::ubigint as track_id, 1::bigint as seq, 'a' as source, 'track' as status, 'old ' || id as title,
        null::varchar as artist_credit, null::bigint as duration_ms, []::varchar[] as isrcs, null::varchar as release_key,
        []::struct(scheme varchar, value varchar)[] as identifiers, [{'name': 'Ann', 'role': 'main', 'key': null::varchar}] as credits
      from range(5, 56) t(id);
      create view newest_tracks as from record_tracks`);
    await addKnownTracks(database, base, rowsPerRange);
    return await database.rows(
      "select track_id::integer as id, is_alike, title from known_track order by id",
    );
  } finally {
    database.close();
    it.remove();
  }
}

const replacedTrack = (id: number) => ({ entity: "track", id });

test("the live rows of tracks are found, range by range as all at once", async () => {
  const known = await knownIn(1000);
  const ids = Array.from({ length: 51 }, (_, at) => at + 5).filter((id) => id !== 30);
  expect(known).toEqual(
    ids.map((id) =>
      id === 9 || id === 31
        ? { id, is_alike: false, title: `new ${id}` }
        : { id, is_alike: true, title: null },
    ),
  );
  expect(await knownIn(10)).toEqual(known);
});
