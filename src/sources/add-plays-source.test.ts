import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { silentReporter } from "../core/reporter.ts";
import { listAccessions } from "./accession/accession.ts";
import { type AddPlaysSourceOptions, addPlaysSource, type PlaysSourceSummary } from "./add-plays-source.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "./testing/intake-fixture.ts";

let music: IntakeFixture;

beforeEach(async () => {
  music = await intakeFixture();
});

afterEach(() => music.folder.remove());

function add(text: string, options: Partial<AddPlaysSourceOptions> = {}): Promise<PlaysSourceSummary> {
  music.folder.put("counts.csv", text);
  const file = join(music.folder.path, "counts.csv");
  return addPlaysSource({ archive: music.archive, reporter: silentReporter, file, ...options });
}

test("takes counts in, with the comments as a note and the bad lines listed", async () => {
  const summary = await add(
    "# Counts of 2024\n# by hand\npath,plays,note\na.ogg,5,\nsub/b.ogg,x,\nc.ogg,0,best\n\na.ogg,7,\nd.ogg\n",
  );
  expect(summary).toMatchObject({
    source: "plays:counts",
    rows: 2,
    rejected: 3,
    note: "Counts of 2024\nby hand",
    rejects: [
      { line: 5, reason: '"x" is no number of plays' },
      { line: 8, reason: "given already in line 4" },
      { line: 9, reason: "1 fields where the header has 3" },
    ],
  });
  const accession = await music.newest();
  expect(accession).toMatchObject({
    id: summary.accession,
    source: { kind: "plays", label: "counts", root: join(music.folder.path, "counts.csv") },
    note: "Counts of 2024\nby hand",
    counts: { seen: 5, added: 5, rejected: 3 },
  });
  expect(await tableRows(accession, "plays")).toEqual([
    { match_kind: "path", match_value: "a.ogg", plays: 5n, note: null, line: 4n },
    { match_kind: "path", match_value: "c.ogg", plays: 0n, note: "best", line: 6n },
  ]);
  expect((await tableRows(accession, "rejects")).map(({ line, text }) => [line, text])).toEqual([
    [5n, "sub/b.ogg | x | "],
    [8n, "a.ogg | 7"],
    [9n, "d.ogg"],
  ]);
});

test("the same file again is nothing new, a changed one is a new accession of the same source", async () => {
  const first = await add("path\tplays\na.ogg\t5\n");
  expect(await add("path\tplays\na.ogg\t5\n")).toMatchObject({ accession: null, isUnchanged: true });
  const second = await add("path\tplays\na.ogg\t6\n");
  expect((await listAccessions(music.archive)).map(({ id, previous }) => [id, previous])).toEqual([
    [first.accession, null],
    [second.accession, first.accession],
  ]);
});

test("a dry run checks the file and writes nothing", async () => {
  expect(await add("isrc,plays\nUSRC17607839,5\nx,1\n", { dryRun: true })).toMatchObject({
    dryRun: true,
    accession: null,
    rows: 1,
    rejected: 1,
  });
  expect(readdirSync(music.archive.layout.sources)).toEqual([]);
});

test.each([
  ["an empty file", "", "is empty"],
  ["only comments", "# nothing\n", "is empty"],
  ["no header", "a.ogg,5\n", "line 1: no column says which track"],
  ["a header without counts", "# c\npath,title\n", 'line 2: there is no column "plays"'],
  ["a broken header", '"path,plays\na.ogg,5\n', "line 1: "],
  ["no line that can be used", "path,plays\na.ogg,-1\n", 'line 2: "-1" is no number of plays'],
])("refuses %s and says where", async (_, text, message) => {
  await expect(add(text)).rejects.toThrow(UsageError);
  await expect(add(text)).rejects.toThrow(message);
  expect(readdirSync(music.archive.layout.sources)).toEqual([]);
});

test("refuses a file that is not there", async () => {
  await expect(add("path,plays\na,1\n", { file: join(music.folder.path, "nowhere.csv") })).rejects.toThrow(
    UsageError,
  );
  await expect(add("path,plays\na,1\n", { file: music.folder.path })).rejects.toThrow(UsageError);
});
