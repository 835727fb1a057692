import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Archive, silentReporter } from "../../core/index.ts";
import { buildIndexes, planIndexes } from "../search/build-indexes.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { type MadeRow, makeSnapshot } from "../testing/made-snapshot.ts";
import { isRowFileCurrent } from "./build-row-file.ts";
import { DamagedIndexError } from "./index-file.ts";
import { type RowPart, rowParts } from "./index-parts.ts";
import { LookUp } from "./look-up.ts";
import { RowFile } from "./row-file.ts";
import { TrackRows } from "./track-rows.ts";

let it: { readonly archive: Archive; readonly snapshot: Snapshot; readonly remove: () => void };
let part: RowPart;
const ids = (index: number): number => 1000 + 7 * index;

/** Rows of all kinds: with and without values, more than two blocks of them, in segments of three. */
const track = (index: number): MadeRow => ({
  track_id: ids(index),
  title: index % 5 === 0 ? "Интро" : `Title ${index}`,
  artist_credit: index % 3 === 0 ? null : "Sigur Rós",
  artist_nos: index % 4 === 0 ? [] : [index, index + 1],
  album_no: index % 7 === 0 ? null : index,
  disc_no: 1,
  duration_ms: 180_000 + index,
  popularity: index % 2 === 0 ? null : index / 3,
  plays: index % 11 === 0 ? 2n ** 60n : null,
  isrc: BigInt(index) * 10n ** 12n,
  loudness_db: -index / 7,
  key: index % 12,
  language: index % 20 === 0 ? "is" : null,
  accession: index % 100 === 99 ? "other" : "made",
});

beforeAll(async () => {
  it = await makeSnapshot([
    { rows: { track: Array.from({ length: 300 }, (_, index) => track(index)) } },
    { rows: { track: [{ ...track(5), title: "Newer" }] }, replaced: [["track", ids(5), null]] },
  ]);
  await buildIndexes(planIndexes(it.snapshot), { archive: it.archive, reporter: silentReporter });
  part = rowParts(it.snapshot).find(({ generation }) => generation === 0) ?? fail();
});
afterAll(() => it.remove());

test("a row is the same from the row file and from its segment, to the last digit", async () => {
  const lookUp = new LookUp(it.snapshot);
  const stored = new TrackRows(it.snapshot);
  const read = new TrackRows(it.snapshot, undefined, { withRowFiles: false });
  for (let index = 0; index < 300; index += 1) {
    const id = BigInt(ids(index));
    const position = lookUp.trackPosition(id) ?? fail();
    expect(await stored.row(id, position)).toEqual(await read.row(id, position));
  }
  expect((await stored.row(BigInt(ids(5)), lookUp.trackPosition(BigInt(ids(5))) ?? fail()))?.title).toBe(
    "Newer",
  );
  await stored.close();
  await read.close();
  lookUp.close();
});

test("beyond the last row there is none", () => {
  const rows = new RowFile(part.path, part.source);
  expect(rows.row(299)).not.toBeNull();
  expect([rows.row(300), rows.row(1_000_000), rows.row(-1)]).toEqual([null, null, null]);
  rows.close();
});

test("a file of other segments is not used, and built anew", async () => {
  expect(isRowFileCurrent(part)).toBe(true);
  expect(isRowFileCurrent({ path: part.path, source: Uint8Array.from(part.source).reverse() })).toBe(false);
  expect(planIndexes(it.snapshot).rows).toEqual([]);
});

test("a file that is changed anywhere gives rows, or says that it is damaged", () => {
  const whole = readFileSync(part.path);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(299), (place, change, row) => {
      const bytes = Buffer.from(whole);
      bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change;
      const path = `${part.path}.changed`;
      writeFileSync(path, bytes);
      try {
        const rows = new RowFile(path, part.source);
        try {
          rows.row(row);
        } finally {
          rows.close();
        }
      } catch (error) {
        if (!(error instanceof DamagedIndexError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

function fail(): never {
  throw new Error("it has to be there");
}
