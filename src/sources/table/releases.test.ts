import { createHash } from "node:crypto";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileSha256 } from "../../core/file-sha256.ts";
import { silentReporter } from "../../core/reporter.ts";
import type { Accession } from "../accession/accession.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "../testing/intake-fixture.ts";
import { addTableSource } from "./add-table-source.ts";

let fixture: IntakeFixture;
beforeEach(async () => {
  fixture = await intakeFixture();
});
afterEach(() => fixture.folder.remove());

/** A row of a table: its key, and what it tells of a release. */
interface Row {
  readonly id: string;
  readonly album: string;
  readonly by: string;
  readonly date: string;
  readonly title: string;
}

const MAPPING = {
  format: "deadwax-mapping/1",
  reader: { kind: "csv", delimiter: "," },
  columns: {
    id: { field: "key" },
    album: { field: "release_title" },
    by: { field: "release_artist" },
    title: { field: "title" },
    date: { field: "release_date" },
  },
};

/** Rows of releases of so many rows, one after the other; `change` makes another of one. */
function rowsOf(count: number, each: number, change: (row: Row, index: number) => Row = (row) => row): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const of = Math.floor(index / each);
    const row = {
      id: `t${index}`,
      album: of % 7 === 3 ? "" : `Album ${of}`,
      by: of % 5 === 2 ? "" : "Ada",
      date: "2001",
      title: "One",
    };
    return change(row, index);
  });
}

const OWN_KEYS = { ...MAPPING, columns: { ...MAPPING.columns, key: { field: "release_key" } } };

async function take(
  rows: readonly Row[],
  batchBytes: number | undefined,
  mapped: object = MAPPING,
): Promise<void> {
  const file = join(fixture.folder.path, "t.csv");
  writeFileSync(
    file,
    `id,album,by,date,title,key\n${rows.map((row) => [...Object.values(row), row.album].join(",")).join("\n")}\n`,
  );
  const mapping = join(fixture.folder.path, "m.json");
  writeFileSync(mapping, JSON.stringify(mapped));
  await addTableSource({ archive: fixture.archive, reporter: silentReporter, file, mapping, batchBytes });
}

function keyOf({ album, by }: Row): string | null {
  if (album === "") return null;
  return createHash("md5").update(`${by.toLowerCase()}\u001f${album.toLowerCase()}`).digest("hex");
}

/** The least text of each column of all rows of a release. */
function releasesOf(rows: readonly Row[]): Record<string, unknown>[] {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) found.set(key, [...(found.get(key) ?? []), row]);
  }
  return [...found].map(([key, told]) => {
    const least = (name: "album" | "by" | "date"): string | null =>
      told
        .map((row) => row[name])
        .filter((text) => text !== "")
        .sort()[0] ?? null;
    const artist = least("by");
    return {
      release_key: key,
      title: least("album"),
      artist_credit: artist,
      release_date: least("date"),
      credits: artist === null ? [] : [{ name: artist, role: "main", key: null }],
      labels: [],
    };
  });
}

/** What an accession says of its files is so. */
async function expectTrueHashes({ folder, tables }: Accession): Promise<void> {
  for (const [name, { sizeBytes, sha256 }] of Object.entries(tables)) {
    const path = join(folder, name);
    expect([name, sizeBytes, sha256]).toEqual([name, statSync(path).size, await fileSha256(path)]);
  }
}

const byKey = (a: Record<string, unknown>, b: Record<string, unknown>): number =>
  String(a.release_key) < String(b.release_key) ? -1 : 1;

test.each([
  ["in one batch", rowsOf(50, 4), undefined],
  ["over many batches", rowsOf(300, 4), 100],
  ["over batches that have one release each", rowsOf(200, 60), 150],
  ["over stretches of a batch", rowsOf(12_000, 5), undefined],
  ["over blocks of a batch", rowsOf(6_000, 2_500), undefined],
  [
    "that come again later",
    rowsOf(300, 4, (row, at) => (at > 200 ? { ...row, album: "Album 1", by: "Ada" } : row)),
    500,
  ],
  [
    "that come again at the beginning of a batch",
    rowsOf(40, 4, (row, at) => (at % 9 === 0 ? { ...row, album: "Album 1" } : row)),
    20,
  ],
  [
    "of which rows tell different things",
    rowsOf(300, 4, (row, at) => (at % 11 === 0 ? { ...row, date: "1999" } : row)),
    200,
  ],
  [
    "of which the first row of a batch tells something else",
    rowsOf(60, 20, (row, at) => ({ ...row, date: `${2000 + (at % 3)}` })),
    20,
  ],
  [
    "in other letters",
    rowsOf(40, 4, (row, at) => (at % 4 === 1 ? { ...row, album: row.album.toUpperCase() } : row)),
    60,
  ],
] as const)("releases %s are each there once, and tracks have theirs", async (_, rows, batchBytes) => {
  await take(rows, batchBytes);
  const accession = await fixture.newest();
  await expectTrueHashes(accession);
  const releases = (await tableRows(accession, "releases")).toSorted(byKey);
  expect(releases).toMatchObject(releasesOf(rows).toSorted(byKey));
  const tracks = await tableRows(accession, "tracks");
  expect(tracks.map(({ key, release_key }) => [key, release_key])).toEqual(
    rows.map((row) => [row.id, keyOf(row)]),
  );
});

test.each([
  ["over batches", rowsOf(300, 4), 100, MAPPING],
  ["over batches that have one release each", rowsOf(200, 60), 150, MAPPING],
  ["over blocks of a batch, and batches", rowsOf(9_000, 2_500), 60_000, MAPPING],
  ["with keys of their own", rowsOf(300, 4).filter(({ album }) => album !== ""), 100, OWN_KEYS],
] as const)(
  "releases that stand together, %s, are in the order of the rows",
  async (_, rows, batchBytes, mapping) => {
    await take(rows, batchBytes, mapping);
    const releases = await tableRows(await fixture.newest(), "releases");
    const albums = rows.map(({ album }) => album).filter((album) => album !== "");
    expect(releases.map(({ title }) => title)).toEqual([...new Set(albums)]);
  },
);

test("of keys that come again in another batch the first row stays, and the hash is that of what stays", async () => {
  const rows = rowsOf(100, 4, (row, at) => (at % 10 === 9 ? { ...row, id: "t5" } : row));
  await take(rows, 300);
  const accession = await fixture.newest();
  await expectTrueHashes(accession);
  const keys = (await tableRows(accession, "tracks")).map(({ key }) => key);
  expect(keys).toEqual([...new Set(rows.map(({ id }) => id))]);
});
