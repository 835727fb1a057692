import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSnapshot } from "../catalogue/index.ts";
import { makeTestArchive } from "../catalogue/testing/catalogued.ts";
import { Database } from "../core/index.ts";
import { SECONDS_BY_TYPE_SQL } from "./figures/minute-peaks.ts";
import { countSecondsByType } from "./seconds-by-type.ts";
import { generateCatalogue } from "./testing/generated-catalogue.ts";

test("tracks by type of release and second are those of the join", async () => {
  const it = await makeTestArchive();
  try {
    const snapshot = await generateCatalogue(it.archive, { tracks: 9000, rowsPerSegment: 2000 });
    const database = await openSnapshot(snapshot);
    const joined = await database.rows(
      `select album_type as type, seconds, tracks::integer as tracks from (${SECONDS_BY_TYPE_SQL}) order by all`,
    );
    database.close();
    const counted = [...((await countSecondsByType(snapshot)) ?? [])].flatMap(([type, list]) =>
      list.map((row) => ({ type, ...row })),
    );
    expect(joined.length).toBeGreaterThan(300);
    expect(counted).toEqual(joined);
    // A file that is packed in another way is read by the database, and with it all.
    const path = join(snapshot.folder, snapshot.tables.track.segments[1]?.file ?? "");
    const writer = await Database.open();
    await writer.run(`copy (from '${path}') to '${path}.new' (format parquet, compression snappy)`);
    writer.close();
    renameSync(`${path}.new`, path);
    const byDatabase = [...((await countSecondsByType(snapshot)) ?? [])];
    expect(byDatabase.flatMap(([type, list]) => list.map((row) => ({ type, ...row })))).toEqual(joined);
  } finally {
    await it.remove();
  }
});
