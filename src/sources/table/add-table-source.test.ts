import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database, sqlText } from "../../core/database.ts";
import { UsageError } from "../../core/errors.ts";
import { silentReporter } from "../../core/reporter.ts";
import type { RecordSourceSummary } from "../facts/add-record-source.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "../testing/intake-fixture.ts";
import { addTableSource } from "./add-table-source.ts";

let fixture: IntakeFixture;

beforeEach(async () => {
  fixture = await intakeFixture();
});

afterEach(() => fixture.folder.remove());

type Columns = Record<string, unknown>;

const COLUMNS: Columns = {
  id: { field: "key" },
  title: { field: "title" },
  artist: { field: "artist", separator: ";" },
  ms: { field: "duration", unit: "ms" },
  isrc: { field: "isrc" },
  album: { field: "release_title" },
  explicit: { field: "explicit" },
  tempo: { field: "feature:tempo_bpm" },
};

const HEADER = "id,title,artist,ms,isrc,album,explicit,tempo";

async function add(
  content: string | Buffer,
  options: {
    readonly name?: string;
    readonly columns?: Columns;
    readonly kind?: string;
    readonly dryRun?: boolean;
  } = {},
): Promise<RecordSourceSummary> {
  const { name = "t.csv", columns = COLUMNS, kind = "csv", dryRun = false } = options;
  fixture.folder.put(name, content);
  const reader = kind === "csv" ? { kind, delimiter: name.includes(".tsv") ? "\t" : "," } : { kind };
  const mapping = join(fixture.folder.path, "m.json");
  writeFileSync(
    mapping,
    JSON.stringify({ "//": "made by hand", format: "deadwax-mapping/1", reader, columns }),
  );
  const file = join(fixture.folder.path, name);
  return await addTableSource({ archive: fixture.archive, reporter: silentReporter, file, mapping, dryRun });
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  return await tableRows(await fixture.newest(), table);
}

const GOOD = `${HEADER}\n1,"One, ""1""",Ada Bell; Bo Dahl,225000,DKAAA2600001,Night,true,120.5\n2,Two\u00f8,Ada Bell,,,Night,no,\n`;

test("takes a clean table in", async () => {
  expect(await add(GOOD)).toMatchObject({ source: "table:t", rows: { tracks: 2, releases: 1 }, rejected: 0 });
  expect(await rowsOf("tracks")).toMatchObject([
    {
      key: "1",
      title: 'One, "1"',
      artist_credit: "Ada Bell, Bo Dahl",
      credits: [
        { name: "Ada Bell", role: "main", key: null },
        { name: "Bo Dahl", role: "main", key: null },
      ],
      duration_ms: 225_000n,
      isrcs: ["DKAAA2600001"],
      explicit: true,
      features: [{ name: "tempo_bpm", value: 120.5 }],
      status: "track",
    },
    { key: "2", title: "Two\u00f8", duration_ms: null, isrcs: [], explicit: false, features: [] },
  ]);
  const [track, release] = [(await rowsOf("tracks"))[0], (await rowsOf("releases"))[0]];
  expect(release).toMatchObject({ title: "Night", release_key: track?.release_key });
});

const row = (id: number, more = ""): string => `${id},T${id},A,1000,,Night,,${more}`;

describe("what is bad is rejected with its line, and the rest goes in:", () => {
  test.each<[string, string | Buffer, number, string]>([
    ["a ragged row", `${HEADER}\n${row(1)}\n2,short\n${row(3)}\n`, 3, "2 fields where the header has 8"],
    [
      "too many fields",
      `${HEADER}\n${row(1)}\n${row(2)},x,y\n${row(3)}\n`,
      3,
      "10 fields where the header has 8",
    ],
    [
      "a quote that never closes",
      `${HEADER}\n${row(1)}\n2,"open,A,1000,,Night,,\n${row(3)}\n`,
      3,
      "a quote that is not closed",
    ],
    [
      "text after a quote",
      `${HEADER}\n${row(1)}\n2,"a"b,A,1000,,Night,,\n${row(3)}\n`,
      3,
      "text after a closing quote",
    ],
    [
      "a duration that is none",
      `${HEADER}\n${row(1)}\n2,T,A,long,,Night,,\n${row(3)}\n`,
      3,
      'column "ms": "long" is no duration in the unit of the mapping',
    ],
    [
      "a feature that is no number",
      `${HEADER}\n${row(1)}\n${row(2, "fast")}\n${row(3)}\n`,
      3,
      'column "tempo": "fast" is no number',
    ],
    ["no key", `${HEADER}\n${row(1)}\n,T,A,1000,,Night,,\n${row(3)}\n`, 3, "nothing names the track"],
    ["a NUL", `${HEADER}\n${row(1)}\n2,T\0T,A,1000,,Night,,\n${row(3)}\n`, 3, "a NUL in the text"],
    [
      "another encoding",
      Buffer.from(`${HEADER}\n${row(1)}\n2,Tit\u00e9,A,1000,,Night,,\n${row(3)}\n`, "latin1"),
      3,
      "text that is not valid UTF-8",
    ],
    [
      "lines in quotes before it",
      `${HEADER}\n1,"a\nb\nc",A,1000,,Night,,\n2,short\n${row(3)}\n`,
      5,
      "2 fields where the header has 8",
    ],
  ])("%s", async (_what, content, line, reason) => {
    const summary = await add(content);
    expect(summary).toMatchObject({ rows: { tracks: 2 }, rejected: 1, rejects: [{ line, reason }] });
    expect((await rowsOf("tracks")).map(({ key }) => key)).toEqual(["1", "3"]);
    const offset = BigInt(startOfLine(content, line));
    expect(await rowsOf("rejects")).toMatchObject([{ line: BigInt(line), offset_bytes: offset, reason }]);
  });
});

function startOfLine(content: string | Buffer, line: number): number {
  const bytes = Buffer.from(content);
  let start = 0;
  for (let count = 1; count < line; count += 1) start = bytes.indexOf("\n", start) + 1;
  return start;
}

test("tells each of many bad rows with its place, whatever stands between them", async () => {
  const records = Array.from({ length: 60_000 }, (_, index) => {
    if (index % 9973 === 5) return "short,row";
    if (index % 9973 === 6) return `${index},T,A,long,,Night,,`;
    if (index % 9973 === 7) return "";
    if (index % 9973 === 8) return `${index},N\0,A,1000,,Night,,`;
    return index % 7 === 0 ? `${index},"a\n""b"", c",A,1000,,Night,,` : row(index);
  });
  const content = `${[HEADER, ...records].join("\r\n")}\r\n`;
  const summary = await add(content);
  expect(summary).toMatchObject({ rows: { tracks: 60_000 - 28 }, rejected: 21 });
  const rejects = await rowsOf("rejects");
  expect(rejects.slice(0, 2).map(({ sample }) => sample)).toEqual(["short,row", "6,T,A,long,,Night,,"]);
  const reasonOf = (text: string): string => {
    if (text === "short,row") return "2 fields where the header has 8";
    return text.endsWith("\0") ? "a NUL in the text" : 'column "ms": "long" is no duration';
  };
  const expected = [...content.matchAll(/short,row|\d+,T,A,long|\d+,N\0/g)].map(({ index, 0: text }) => [
    BigInt(Buffer.byteLength(content.slice(0, index))),
    BigInt(content.slice(0, index).split("\n").length),
    reasonOf(text),
  ]);
  expect(
    rejects.map(({ offset_bytes, line, reason }) => [
      offset_bytes,
      line,
      String(reason).replace(" in the unit of the mapping", ""),
    ]),
  ).toEqual(expected);
});

test("tracks stand in the order of the rows, however many threads read them", async () => {
  const count = 300_000;
  const lines = Array.from({ length: count }, (_, index) => `${index},T${index % 50},A,1000,,Night,yes,`);
  await add(`${HEADER}\n${lines.join("\n")}\n`);
  const database = await Database.open();
  const path = (await fixture.newest()).table("tracks");
  const rows = await database.rows(
    "select count(*) as n from read_parquet($path, file_row_number = true) where key::bigint <> file_row_number",
    { path },
  );
  database.close();
  expect(rows).toEqual([{ n: 0n }]);
});

test("a release that only refused rows name is none", async () => {
  const summary = await add(`${GOOD}3,Three,Ada Bell,long,,Day,no,\n`);
  expect(summary).toMatchObject({ rows: { tracks: 2, releases: 1 }, rejected: 1 });
  expect((await rowsOf("releases")).map(({ title }) => title)).toEqual(["Night"]);
});

test("a key that is there twice counts once", async () => {
  const summary = await add(`${HEADER}\n${row(1)}\n${row(1)}\n${row(2)}\n`);
  expect(summary).toMatchObject({ rows: { tracks: 2 }, rejected: 1 });
});

test("of a key on both sides of the cut the first row counts", async () => {
  const lines = Array.from(
    { length: 60_000 },
    (_, index) => `${index % 59_999},T${index},A,1000,,Night,yes,`,
  );
  expect(await add(`${HEADER}\n${lines.join("\n")}\n`)).toMatchObject({
    rows: { tracks: 59_999 },
    rejected: 1,
  });
  expect((await rowsOf("tracks"))[0]).toMatchObject({ key: "0", title: "T0" });
});

test("reads TSV, in which a quote is a character", async () => {
  const columns = { a: { field: "title" }, b: { field: "duration", unit: "m:ss" } };
  const summary = await add('a\tb\n"Heroes\t3:36\nX\t1:02:03\nY\t3:99\n', { name: "t.tsv", columns });
  expect(summary).toMatchObject({ rows: { tracks: 2 }, rejects: [{ line: 4 }] });
  expect((await rowsOf("tracks")).map((track) => [track.title, track.duration_ms])).toEqual([
    ['"Heroes', 216_000n],
    ["X", 3_723_000n],
  ]);
});

test("reads JSON lines, and refuses what is none", async () => {
  const columns = {
    id: { field: "key" },
    t: { field: "title" },
    who: { field: "artist" },
    s: { field: "duration", unit: "s" },
  };
  const lines = [
    '{"id":1,"t":"One","who":["A","B"],"s":61.5}',
    '{"id":2,"t":',
    "[]",
    '{"id":3,"t":"Three","s":"x"}',
    '{"id":4,"t":"Four","s":9}',
  ];
  const summary = await add(`${lines.join("\n")}\n`, { name: "t.jsonl", columns, kind: "jsonl" });
  expect(summary.rejects.map(({ line }) => line).sort()).toEqual([2, 3, 4]);
  expect(await rowsOf("tracks")).toMatchObject([
    { key: "1", artist_credit: "A, B", duration_ms: 61_500n },
    { key: "4", duration_ms: 9000n },
  ]);
});

test("reads Parquet, and packed CSV", async () => {
  const database = await Database.open();
  const path = join(fixture.folder.path, "p.parquet");
  await database.run(
    `copy (select i as id, 'T' || i as t, ['A', 'B'] as who, 1000 * i as ms from range(1, 4) r(i)) to ${sqlText(path)} (format parquet)`,
  );
  database.close();
  const columns = {
    id: { field: "key" },
    t: { field: "title" },
    who: { field: "artist" },
    ms: { field: "duration" },
  };
  const { readFileSync } = await import("node:fs");
  expect(await add(readFileSync(path), { name: "p.parquet", columns, kind: "parquet" })).toMatchObject({
    rows: { tracks: 3 },
    rejected: 0,
  });
  expect(await rowsOf("tracks")).toMatchObject([{ artist_credit: "A, B" }, {}, { duration_ms: 3000n }]);
  expect(await add(gzipSync(GOOD), { name: "g.csv.gz" })).toMatchObject({
    source: "table:g",
    rows: { tracks: 2 },
  });
});

test("keeps the whole lines of a packed table that was cut", async () => {
  const many = `${HEADER}\n${Array.from({ length: 3000 }, (_, index) => row(index, String(index * 7919))).join("\n")}\n`;
  const packed = gzipSync(many);
  const summary = await add(packed.subarray(0, packed.length - 100), { name: "c.csv.gz" });
  expect(summary.rejects).toMatchObject([
    { reason: "the input ends within this record" },
    { reason: expect.stringMatching(/^the input ends early/) },
  ]);
  const rows = await rowsOf("tracks");
  expect(rows.length).toBeGreaterThan(100);
  for (const [index, track] of rows.entries())
    expect(track.features).toEqual([{ name: "tempo_bpm", value: index * 7919 }]);
});

test.each<[string, Columns, string, string]>([
  ["a column that is not there", { ...COLUMNS, more: { field: "url" } }, "csv", 'has no column "more"'],
  ["two columns for one field", { ...COLUMNS, album: { field: "title" } }, "csv", 'two columns to "title"'],
  ["nothing that makes a track", { id: { field: "key" } }, "csv", "no column to title"],
  ["a field that does not exist", { id: { field: "nonsense" } }, "csv", "is not valid"],
  ["another kind of file", COLUMNS, "jsonl", "is csv, the mapping is for jsonl"],
])("refuses a mapping with %s", async (_what, columns, kind, reason) => {
  const refused = add(GOOD, { columns, kind });
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(reason);
});

test("each row has its own release and artist, or none", async () => {
  const rows = ["1,A,Ada,1,,Night,,", "2,B,,1,,Day,,", "3,C,Bo,1,,Day,,", "4,D,Cy,1,,,,"];
  const artist = { field: "artist" };
  await add(`${HEADER}\n${rows.join("\n")}\n`, { columns: { ...COLUMNS, artist } });
  const releases = new Map((await rowsOf("releases")).map(({ release_key, title }) => [release_key, title]));
  const found = (await rowsOf("tracks")).map(({ title, artist_credit, credits, release_key }) => [
    title,
    artist_credit,
    (credits as readonly { readonly name: string }[]).map(({ name }) => name),
    releases.get(release_key),
  ]);
  expect(found).toEqual([
    ["A", "Ada", ["Ada"], "Night"],
    ["B", null, [], "Day"],
    ["C", "Bo", ["Bo"], "Day"],
    ["D", "Cy", ["Cy"], undefined],
  ]);
});

test("a row that only its texts name has the same key whatever is refused before it", async () => {
  const columns = { title: { field: "title" }, ms: { field: "duration" } };
  const keys = async (name: string, refused: string): Promise<unknown[]> => {
    await add(`title,ms\n${refused}One,1\nTwo,2\n`, { name, columns });
    return (await rowsOf("tracks")).map(({ key, title }) => [key, title]);
  };
  const alone = await keys("alone.csv", "");
  expect(alone.map((row) => (row as unknown[])[1])).toEqual(["One", "Two"]);
  expect(await keys("after.csv", "Bad,long\n")).toEqual(alone);
});

test("texts with escapes in lines of JSON stay with their rows", async () => {
  const texts = String.raw`a\u0062c d\"e plain \tf`.split(" ");
  const lines = texts.map((title, id) => `{"id":${id},"t":"${title}"}\n`);
  const columns = { id: { field: "key" }, t: { field: "title" } };
  await add(lines.join(""), { name: "e.jsonl", columns, kind: "jsonl" });
  expect((await rowsOf("tracks")).map(({ title }) => title)).toEqual(["abc", 'd"e', "plain", "\tf"]);
});

test("a text with escapes has room, also where it is all that there is", async () => {
  const title = "Caf\u00e9 ".repeat(20_000);
  const line = JSON.stringify({ title }).replaceAll("\u00e9", "\\u00e9");
  const columns = { title: { field: "title" } };
  await add(`${line}\n`, { name: "t.jsonl", kind: "jsonl", columns });
  expect((await rowsOf("tracks")).map((track) => track.title)).toEqual([title.trim()]);
});
