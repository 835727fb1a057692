import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { FailedError } from "../../core/errors.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { type AccessionRecord, listAccessions } from "./accession.ts";

let folder: TemporaryFolder;
let archive: Archive;

beforeEach(async () => {
  folder = temporaryFolder();
  archive = (await initArchive(join(folder.path, "archive"))).archive;
});

afterEach(() => folder.remove());

function store(id: string, changes: Partial<AccessionRecord> = {}): string {
  const record: AccessionRecord = {
    format: "deadwax-accession/1",
    id,
    source: { kind: "audio", name: "audio:m", label: "m", root: "/m" },
    started: "2026-11-23T10:00:00.000Z",
    finished: "2026-11-23T10:00:01.000Z",
    note: null,
    licence: null,
    program: "deadwax 0",
    previous: null,
    input: null,
    counts: { seen: 0, added: 0, changed: 0, unchanged: 0, gone: 0, audio: 0, rejected: 0, documents: 0 },
    tables: { "files.parquet": { rows: 0, sizeBytes: 0, sha256: "0".repeat(64) } },
    ...changes,
  };
  const path = join(archive.layout.sources, id);
  mkdirSync(path);
  writeFileSync(join(path, "accession.json"), JSON.stringify(record));
  return path;
}

const id = (number: number): string => `audio-m-2026112${number}T100000Z-00000${number}`;

test("an archive without accessions has none", async () => {
  expect(await listAccessions(archive)).toEqual([]);
  rmSync(archive.layout.sources, { recursive: true });
  expect(await listAccessions(archive)).toEqual([]);
});

test("accessions come in the order of their time", async () => {
  store(id(1), { started: "2026-11-23T10:00:00.002Z" });
  store(id(2), { started: "2026-11-23T10:00:00.001Z" });
  store(id(3), { started: "2026-11-22T10:00:00Z" });
  expect((await listAccessions(archive)).map((accession) => accession.id)).toEqual([id(3), id(2), id(1)]);
});

test("a clock that was set back does not put an accession before the one it follows", async () => {
  store(id(1), { started: "2026-11-23T10:00:00Z" });
  store(id(2), { started: "2020-01-01T00:00:00Z", previous: id(1) });
  store(id(3), { started: "2020-01-02T00:00:00Z", previous: id(2) });
  expect((await listAccessions(archive)).map((accession) => accession.id)).toEqual([id(1), id(2), id(3)]);
});

test("accessions that follow each other in a ring are listed once", async () => {
  store(id(1), { previous: id(2) });
  store(id(2), { previous: id(1) });
  expect(await listAccessions(archive)).toHaveLength(2);
});

test("knows its tables by their names", async () => {
  const path = store(id(1));
  const [accession] = await listAccessions(archive);
  expect(accession?.table("files")).toBe(join(path, "files.parquet"));
  expect(accession?.table("plays")).toBeNull();
});

test("unfinished folders are no accessions", async () => {
  mkdirSync(join(archive.layout.sources, ".tmp-abc"));
  expect(await listAccessions(archive)).toEqual([]);
});

test.each([
  ["no record", (path: string) => rmSync(join(path, "accession.json"))],
  ["a record that is no JSON", (path: string) => writeFileSync(join(path, "accession.json"), "{")],
  [
    "a record of another format",
    (path: string) => writeFileSync(join(path, "accession.json"), '{"format":"x"}'),
  ],
  ["a huge record", (path: string) => writeFileSync(join(path, "accession.json"), " ".repeat(2_000_000))],
])("%s is an error that names the file", async (_, damage) => {
  damage(store(id(1)));
  await expect(listAccessions(archive)).rejects.toThrow(FailedError);
  await expect(listAccessions(archive)).rejects.toThrow(`${id(1)}/accession.json`);
});

test("a folder under another name than its record's is an error", async () => {
  const path = store(id(1));
  writeFileSync(join(store(id(2)), "accession.json"), readFileSync(join(path, "accession.json")));
  await expect(listAccessions(archive)).rejects.toThrow(`it says that it is ${id(1)}`);
});
