import { spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Archive, initArchive } from "../../core/archive.ts";
import { silentReporter } from "../../core/reporter.ts";
import { type Accession, listAccessions } from "../accession/accession.ts";
import { tableRows } from "../testing/intake-fixture.ts";
import { type TemporaryFolder, temporaryFolder } from "../testing/temporary-folder.ts";
import { addMusicBrainzSource } from "./add-musicbrainz-source.ts";
import { lines, releaseDocument } from "./testing/documents.ts";

const BATCH_BYTES = 100_000;
const CHILD = new URL("./testing/add-in-child.ts", import.meta.url).pathname;

let folder: TemporaryFolder;
let archive: Archive;
beforeEach(async () => {
  folder = temporaryFolder();
  ({ archive } = await initArchive(join(folder.path, "archive")));
});
afterEach(() => folder.remove());

function partsFolders(): string[] {
  const { scratch } = archive.layout;
  if (!existsSync(scratch)) return [];
  return readdirSync(scratch)
    .filter((name) => name.startsWith("parts-"))
    .map((name) => join(scratch, name));
}

/** Folders of batches that are done. */
function doneBatches(): string[] {
  return partsFolders().flatMap((parts) =>
    readdirSync(parts)
      .filter((name) => /^\d+$/.test(name))
      .map((name) => join(parts, name)),
  );
}

/** Runs the intake in a child and kills it as soon as so many batches are done. */
async function killAfter(batches: number, file: string): Promise<void> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", CHILD, archive.layout.root, file, String(BATCH_BYTES)],
    { stdio: "inherit" },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const watch = setInterval(() => {
    if (doneBatches().length >= batches) child.kill("SIGKILL");
  }, 2);
  await ended;
  clearInterval(watch);
  expect(child.signalCode).toBe("SIGKILL");
}

async function add(file: string): Promise<Accession> {
  await addMusicBrainzSource({ archive, reporter: silentReporter, files: [file], batchBytes: BATCH_BYTES });
  const accession = (await listAccessions(archive)).at(-1);
  if (!accession) throw new Error("no accession");
  return accession;
}

test("what was done before kill -9 is used, and the result is that of one run", async () => {
  const documents = Array.from({ length: 500 }, (_, number) => releaseDocument(number));
  const file = folder.put("release.json", `${lines(documents)}nonsense\n`).toString();
  await killAfter(3, file);
  await killAfter(8, file);
  expect(await listAccessions(archive)).toEqual([]);
  // The first is damaged: it is read again while the others are there, and its rows still come first.
  const done = doneBatches();
  const kept = done.filter((batch) => !batch.endsWith("/0"));
  expect(kept.length).toBe(done.length - 1);
  for (const first of done.filter((batch) => !kept.includes(batch))) rmSync(join(first, "done.json"));
  expect(kept.length).toBeGreaterThanOrEqual(7);
  const times = new Map(kept.map((batch) => [batch, statSync(batch).ctimeMs]));
  let used = 0;
  const reporter = {
    ...silentReporter,
    progress: () => ({
      setTotal() {},
      advance() {
        // The folders are there, untouched, while the run goes on.
        used = Math.max(
          used,
          [...times].filter(([batch, time]) => existsSync(batch) && statSync(batch).ctimeMs === time).length,
        );
      },
      finish() {},
    }),
  };
  await addMusicBrainzSource({ archive, reporter, files: [file], batchBytes: BATCH_BYTES });
  expect(used).toBe(kept.length);
  const [resumed] = await listAccessions(archive);
  expect(partsFolders()).toEqual([]);
  expect(resumed?.counts.rejected).toBe(1);

  const other = await initArchive(join(folder.path, "other"));
  archive = other.archive;
  const whole = await add(file);
  for (const table of Object.keys(whole.tables)) {
    expect(`${table} ${resumed?.tables[table]?.sha256}`).toBe(`${table} ${whole.tables[table]?.sha256}`);
  }
  expect((await tableRows(whole, "releases")).length).toBe(500);
}, 60_000);

test("what was kept of another file is not used", async () => {
  const before = lines(Array.from({ length: 300 }, (_, number) => releaseDocument(number)));
  const file = folder.put("release.json", before).toString();
  await killAfter(2, file);
  folder.put("release.json", lines(Array.from({ length: 300 }, (_, number) => releaseDocument(number + 1))));
  const accession = await add(file);
  const titles = (await tableRows(accession, "releases")).map(({ title }) => title);
  expect(titles).toContain("Release 300");
  expect(titles).not.toContain("Release 0");
  expect(partsFolders()).toEqual([]);
}, 60_000);
