import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Database } from "../../core/index.ts";
import { compareKeys } from "./tables.ts";
import { writeSegments } from "./write-segments.ts";

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "deadwax-segments-"));
  database = await Database.open();
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const labels =
  "select (i * 7919) % 100003 as label_id, 'label ' || i as name, 'a' as accession from range(1000) r(i)";

test("a table is cut into equal sorted parts whose bounds follow each other", async () => {
  const segments = await writeSegments(database, {
    table: "label",
    query: labels,
    folder,
    generation: 3,
    rowsPerSegment: 300,
  });
  expect(segments.map(({ file, rows }) => [file, rows])).toEqual([
    ["label/3-0.parquet", 333],
    ["label/3-1.parquet", 333],
    ["label/3-2.parquet", 334],
  ]);
  const bounds = segments.flatMap(({ first, last }) => [first ?? "", last ?? ""]);
  expect(bounds).toEqual([...bounds].sort((a, b) => compareKeys("label", a, b)));
  const files = segments.map(({ file }) => `'${join(folder, file)}'`).join(", ");
  const read = await database.rows(`select label_id, name from read_parquet([${files}])`);
  expect(read).toEqual(
    await database.rows(`select label_id::ubigint as label_id, name from (${labels}) order by 1`),
  );
});

test("the same rows in another order make the same bytes", async () => {
  const bytes = [];
  for (const order of ["order by name", "order by name desc"]) {
    const [segment] = await writeSegments(database, {
      table: "label",
      query: `${labels} ${order}`,
      folder,
      generation: 0,
    });
    bytes.push(readFileSync(join(folder, segment?.file ?? "")).toString("hex"));
  }
  expect(bytes[0]).toBe(bytes[1]);
});

test("tracks with one ISRC stand in one segment", async () => {
  const segments = await writeSegments(database, {
    table: "isrc",
    query:
      "select i // 400 as isrc, i as track_id, null as popularity, 'a' as accession from range(1000) r(i)",
    folder,
    generation: 0,
    rowsPerSegment: 100,
  });
  expect(segments.map(({ first, last, rows }) => [first, last, rows])).toEqual([
    ["0", "0", 400],
    ["1", "1", 400],
    ["2", "2", 200],
  ]);
});

test("no rows make no segments", async () => {
  const query = `${labels} limit 0`;
  for (const table of ["label", "isrc"] as const) {
    const rows =
      table === "isrc" ? "select 1 as isrc, 1 as track_id, 1 as popularity, '' as accession limit 0" : query;
    expect(await writeSegments(database, { table, query: rows, folder, generation: 0 })).toEqual([]);
  }
});

test("bounds of identifiers follow the order of the rows, malformed ones last in their scheme", async () => {
  const segments = await writeSegments(database, {
    table: "identifier",
    query: `select scheme, value, null as raw, 'album' as entity, 1 as entity_id, null as reason, 'a' as accession
      from (values ('mbid-release', 'a'), ('mbid-release', null), ('mbid-release-group', 'b'), ('catno', '𝄞'), ('catno', '｡')) t(scheme, value)`,
    folder,
    generation: 0,
    rowsPerSegment: 1,
  });
  const firsts = segments.map(({ first }) => first ?? "");
  expect(firsts).toEqual([
    "catno\t｡",
    "catno\t𝄞",
    "mbid-release\ta",
    "mbid-release\n",
    "mbid-release-group\tb",
  ]);
  expect(firsts).toEqual([...firsts].sort((a, b) => compareKeys("identifier", a, b)));
});
