import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Database, sqlText } from "../core/index.ts";
import { createPackedTypes, putType, typeReader } from "./packed-types.ts";
import { MAX_SECONDS, tallySeconds } from "./seconds-tally.ts";

/** More albums than a part of the table holds, and more tracks than wait for one. */
const ALBUMS = 600_000;
const TRACKS = 90_000;

test.each([3, 5, 20])("tracks are counted as in SQL, with %i types", async (types) => {
  const folder = mkdtempSync(join(tmpdir(), "deadwax-seconds-"));
  const path = join(folder, "t.parquet");
  const database = await Database.open();
  try {
    await database.run(
      `copy (
        select if(i % 11 = 0, null, (hash(i) % ${ALBUMS + 1000})::uinteger) as album_no,
          if(i % 13 = 0, null, (hash(i, 1) % 1300000)::uinteger) as duration_ms
        from range(${TRACKS}) r(i)
      ) to ${sqlText(path)} (format parquet, compression zstd, parquet_version v2)`,
    );
    const typeOfAlbum = createPackedTypes(ALBUMS, types);
    for (let album = 0; album < ALBUMS; album += 1) putType(typeOfAlbum, album, album % (types + 1));
    const counts = await tallySeconds({ paths: [path], typeOfAlbum, types });
    const rows = await database.rows(
      `select (album_no % ${types + 1})::integer as type, ((duration_ms + 500) // 1000)::integer as second, count(*)::integer as tracks
       from ${sqlText(path)} where album_no < ${ALBUMS} and album_no % ${types + 1} > 0 and duration_ms < ${MAX_SECONDS * 1000} group by all`,
    );
    const expected = Array.from({ length: types }, () => new Uint32Array(MAX_SECONDS + 1));
    for (const { type, second, tracks } of rows) {
      expected[Number(type) - 1]?.set([Number(tracks)], Number(second));
    }
    expect(counts).toEqual(expected);
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});

test.each([1, 3, 7, 100])("numbers up to %i stand at their places", (largest) => {
  const types = createPackedTypes(1000, largest);
  for (let place = 0; place < 1000; place += 1) putType(types, place, (place * 7) % (largest + 1));
  const typeOf = typeReader(types);
  for (let place = 0; place < 1000; place += 1) expect(typeOf(place)).toBe((place * 7) % (largest + 1));
  expect([typeOf(-1), typeOf(1 << 20)]).toEqual([0, 0]);
});
