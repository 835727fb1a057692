import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Snapshot } from "../../catalogue/index.ts";
import { makeSnapshot, packed } from "../../catalogue/testing/made-snapshot.ts";
import { type Archive, EXIT, type ExitCode } from "../../core/index.ts";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import { runCommandLine } from "../run-command-line.ts";
import { type TestHost, testHost } from "../testing/test-host.ts";

let it: { readonly archive: Archive; readonly snapshot: Snapshot; readonly remove: () => void };
let output: string;
beforeAll(async () => {
  output = mkdtempSync(join(tmpdir(), "deadwax-queries-"));
  const isrc = packed("QZDWX2400001");
  const track = (track_id: number, title: string, popularity: number | null, artist: number) => ({
    track_id,
    title,
    popularity,
    isrc: track_id === 1 ? isrc : null,
    album_no: 1,
    track_no: track_id,
    artist_nos: [artist],
  });
  it = await makeSnapshot([
    {
      rows: {
        track: [
          track(1, "Группа крови", 90, 1),
          track(2, "Svefn-g-englar", 50, 2),
          track(3, "Svefn", null, 2),
        ],
        isrc: [{ isrc, popularity: 90, track_id: 1 }],
        album: [{ album_no: 1, album_id: 77, title: "Ágætis, byrjun", gtin: 4006381333931 }],
        artist: [
          { artist_no: 1, artist_id: 88, name: "Кино" },
          { artist_no: 2, artist_id: 99, name: "Sigur Rós" },
        ],
        identifier: [
          { scheme: "gtin", value: "04006381333931", entity: "album", entity_id: 77 },
          { scheme: "discogs-artist", value: "17", entity: "artist", entity_id: 99 },
        ],
      },
    },
  ]);
});
afterAll(() => {
  it.remove();
  rmSync(output, { recursive: true, force: true });
});

async function run(...words: string[]): Promise<{ readonly code: ExitCode; readonly host: TestHost }> {
  const host = testHost({ workingFolder: it.archive.layout.root });
  return { code: await runCommandLine(words, host), host };
}

async function records(...words: string[]): Promise<Record<string, unknown>[]> {
  const { code, host } = await run(...words, "--json", "--quiet");
  expect(code).toBe(EXIT.ok);
  return host.readRecords().filter(({ type }) => type !== "summary");
}

test("a track is shown by id and by ISRC, with its artists and album", async () => {
  for (const key of [trackIdFromBigInt(1n), "QZ-DWX-24-00001"]) {
    const [shown] = await records("catalogue", "show", key);
    expect(shown).toMatchObject({
      type: "track",
      track: { title: "Группа крови" },
      artists: [{ name: "Кино" }],
      album: { title: "Ágætis, byrjun" },
    });
  }
});

test("albums and artists are shown with their tracks, by id, barcode and scheme:value", async () => {
  for (const key of [trackIdFromBigInt(77n), "4006381333931", "gtin:04006381333931"]) {
    const [shown] = await records("catalogue", "show", key);
    expect(shown).toMatchObject({ type: "album", tracks: [{ artist: "Кино" }, { artist: "Sigur Rós" }, {}] });
  }
  for (const key of [trackIdFromBigInt(99n), "discogs-artist:17"]) {
    const [shown] = await records("catalogue", "show", key);
    expect(shown).toMatchObject({
      type: "artist",
      tracks: [{ title: "Svefn-g-englar" }, { title: "Svefn" }],
    });
  }
});

test("a key that nothing has is a failure that says how to go on", async () => {
  const { code, host } = await run("catalogue", "show", "QZDWX2400009");
  expect(code).toBe(EXIT.failed);
  expect(host.readStderr()).toContain("deadwax catalogue search");
});

test("search takes words, unfinished words and a typo", async () => {
  const titles = async (...words: string[]) =>
    (await records("catalogue", "search", ...words)).map(({ title, match }) => `${title} ${match}`);
  expect(await titles("svefn")).toEqual(["Svefn-g-englar exact", "Svefn exact"]);
  expect(await titles("кино", "гру")).toEqual(["Группа крови prefix"]);
  expect(await titles("sigru svefn", "--limit", "1")).toEqual(["Svefn-g-englar typo"]);
  expect(await titles("nothing")).toEqual([]);
});

test("a damaged index is built anew while it is asked", async () => {
  await records("catalogue", "search", "svefn");
  const path = join(it.snapshot.folder, "index", "0", "text.terms");
  const good = readFileSync(path);
  const bad = Buffer.from(good);
  bad.fill(0xff, 128, 140);
  writeFileSync(path, bad);
  const { code, host } = await run("catalogue", "search", "svefn", "--json");
  expect(code).toBe(EXIT.ok);
  expect(host.readRecords().filter(({ type }) => type === "track")).toHaveLength(2);
  expect(readFileSync(path).equals(good)).toBe(true);
});

test("sql answers as a table, CSV and JSON", async () => {
  const query = "select title, artist_nos from track order by track_id limit 2";
  expect((await run("catalogue", "sql", query)).host.readStdout()).toBe(
    "title\tartist_nos\nГруппа крови\t[1]\nSvefn-g-englar\t[2]\n",
  );
  expect((await run("catalogue", "sql", "select title from album", "--csv")).host.readStdout()).toBe(
    'title\r\n"Ágætis, byrjun"\r\n',
  );
  expect(await records("catalogue", "sql", query)).toMatchObject([
    { row: { title: "Группа крови", artist_nos: [1] } },
    { row: { title: "Svefn-g-englar" } },
  ]);
});

test("sql neither writes nor leaves the snapshot", async () => {
  const segment = join(it.snapshot.folder, "track", "0-0.parquet");
  const before = readFileSync(segment);
  const target = join(output, "stolen.csv");
  const refused = [
    `copy (select 1) to '${target}'`,
    `copy (select 1 as i) to '${segment}' (format parquet, use_tmp_file false)`,
    `explain analyze copy (select 1 as i) to '${segment}' (format parquet, use_tmp_file false)`,
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from glob('/etc/*')",
    "select * from '/etc/passwd'",
    `attach '${join(output, "x.db")}'`,
    "create table t (i integer)",
    "drop view track",
    "set enable_external_access = true",
    "reset lock_configuration",
    "pragma enable_profiling",
    "install httpfs",
    "select 1; select 2",
    "select * from query('drop view track')",
    "",
    "not sql",
  ];
  for (const query of refused) {
    const { code } = await run("catalogue", "sql", query);
    expect([query, code]).toEqual([query, EXIT.usage]);
  }
  expect(readdirSync(output)).toEqual([]);
  expect(readFileSync(segment).equals(before)).toBe(true);
});

test("a query that goes on for ever is stopped", async () => {
  const forever =
    "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c where a.range + b.range > c.range";
  const { code, host } = await run("catalogue", "sql", forever, "--seconds", "1");
  expect(code).toBe(EXIT.failed);
  expect(host.readStderr()).toContain("stopped after 1 seconds");
});

test("export writes a table or a query, and links all files", async () => {
  for (const name of ["artists.parquet", "artists.csv", "artists.jsonl"]) {
    const path = join(output, name);
    expect((await run("catalogue", "export", "artist", "-o", path)).code).toBe(EXIT.ok);
    expect(statSync(path).size).toBeGreaterThan(50);
    expect((await run("catalogue", "export", "artist", "-o", path)).code).toBe(EXIT.usage);
  }
  expect(readFileSync(join(output, "artists.csv"), "utf8").split("\n")[0]).toContain(
    "artist_id,artist_no,name",
  );
  expect(JSON.parse(readFileSync(join(output, "artists.jsonl"), "utf8").split("\n")[0] ?? "")).toMatchObject({
    name: "Кино",
  });
  const query = join(output, "query.csv");
  const sql = "select count(*) as n from track -- all of them";
  expect((await run("catalogue", "export", "--sql", sql, "-o", query)).code).toBe(EXIT.ok);
  expect(readFileSync(query, "utf8")).toBe("n\n3\n");
  const other = join(output, "other.csv");
  const elsewhere = "select * from read_csv('/etc/passwd')";
  expect((await run("catalogue", "export", "--sql", elsewhere, "-o", other)).code).toBe(EXIT.usage);
  expect(existsSync(other)).toBe(false);
  const links = join(output, "links");
  expect((await run("catalogue", "export", "--links", links)).code).toBe(EXIT.ok);
  expect(statSync(join(links, "track", "0-0.parquet")).ino).toBe(
    statSync(join(it.snapshot.folder, "track", "0-0.parquet")).ino,
  );
  expect(readdirSync(output).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test("index says what is missing, builds it, and then has nothing to do", async () => {
  rmSync(join(it.snapshot.folder, "index"), { recursive: true });
  const parts = async (...words: string[]): Promise<unknown> => {
    const { code, host } = await run("catalogue", "index", ...words, "--json", "--quiet");
    expect(code).toBe(EXIT.ok);
    const list = host.readRecords().at(-1)?.parts;
    return Array.isArray(list) ? list.length : null;
  };
  expect(await parts("--dry-run")).toBe(9);
  expect(existsSync(join(it.snapshot.folder, "index"))).toBe(false);
  expect(await parts()).toBe(9);
  expect(await parts()).toBe(0);
  expect(await parts("--rebuild", "--dry-run")).toBe(9);
});
