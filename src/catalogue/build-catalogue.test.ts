import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InterruptedError, silentReporter } from "../core/index.ts";
import { buildCatalogue } from "./build-catalogue.ts";
import { currentSnapshot } from "./store/snapshot-store.ts";
import { type TestFile, testTrackId, writeAudioAccession } from "./testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

async function catalogueOf(files: readonly TestFile[], label = "m"): Promise<void> {
  await writeAudioAccession(it.archive, { label, day: 1, files });
  await it.build();
}

async function column(sql: string): Promise<unknown[]> {
  return (await it.query(sql)).map((row) => Object.values(row)[0]);
}

describe("what there is now", () => {
  test("the newest accession of a source wins: changed files change, gone and damaged files go", async () => {
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 1,
      files: ["same.ogg", "changed.ogg", "gone.ogg", "broken.ogg"].map((path) => ({
        path,
        tags: [["TITLE", `old ${path}`]],
      })),
    });
    await it.build();
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 2,
      files: [
        { path: "changed.ogg", tags: [["TITLE", "new"]], sizeBytes: 7 },
        { path: "gone.ogg", status: "gone" },
        { path: "broken.ogg", status: "rejected" },
      ],
    });
    await it.build();
    expect(await column("select title from track order by title")).toEqual(["new", "old same.ogg"]);
    expect(
      await column("select h.accession from holding h join track using (track_id) order by title"),
    ).toEqual([expect.stringContaining("20260102"), expect.stringContaining("20260101")]);
    expect(await column("select value from tag order by 1")).toEqual(["new", "old same.ogg"]);
  });

  test("a file that comes back is a track again, with the same id", async () => {
    await writeAudioAccession(it.archive, { label: "m", day: 1, files: [{ path: "a.ogg" }] });
    await writeAudioAccession(it.archive, { label: "m", day: 2, files: [{ path: "a.ogg", status: "gone" }] });
    await writeAudioAccession(it.archive, { label: "m", day: 3, files: [{ path: "a.ogg" }] });
    await it.build();
    expect(await column("select track_id from track")).toEqual([testTrackId("m", "a.ogg")]);
  });

  test("of two files with one id the first by path is the track; the other is counted", async () => {
    await writeAudioAccession(it.archive, {
      label: "m",
      day: 1,
      files: [
        { path: "b.ogg", trackId: 7n },
        { path: "a.ogg", trackId: 7n },
      ],
    });
    expect((await it.build()).flagged.idCollisions).toBe(1);
    expect(await column("select path from holding")).toEqual(["a.ogg"]);
  });
});

describe("a build", () => {
  const files: readonly TestFile[] = Array.from({ length: 60 }, (_, at) => ({
    path: `${at % 7}/${at}.ogg`,
    tags: [
      ["TITLE", `T${at % 11}`],
      ["ARTIST", at % 3 === 0 ? "Á" : "A"],
      ["ALBUM", at % 2 === 0 ? "X" : "x"],
      ["GENRE", "G"],
    ],
  }));

  test("gives the same id and the same bytes for the same accessions, in any archive", async () => {
    const other = await makeTestArchive();
    try {
      for (const { archive } of [it, other]) {
        await writeAudioAccession(archive, { label: "m", day: 1, files, root: "/music" });
      }
      await it.build();
      await other.build();
      const [a, b] = [await currentSnapshot(it.archive), await currentSnapshot(other.archive)];
      expect(b.id).toBe(a.id);
      expect(b.tables).toEqual(a.tables);
      const [segment] = a.tables.track.segments;
      const bytesOf = (folder: string) => readFileSync(join(folder, segment?.file ?? ""));
      expect(bytesOf(b.folder)).toEqual(bytesOf(a.folder));
    } finally {
      other.remove();
    }
  });

  test("that finds its snapshot there writes nothing", async () => {
    await catalogueOf(files);
    const before = readdirSync(it.archive.layout.catalogue);
    const again = await it.build();
    expect(again.created).toBe(false);
    expect(again.tables.track).toBe(60);
    expect(readdirSync(it.archive.layout.catalogue)).toEqual(before);
  });

  test("refuses an archive without accessions, and says what to do", async () => {
    await expect(it.build()).rejects.toThrow("nothing to make a catalogue of");
    await expect(currentSnapshot(it.archive)).rejects.toThrow("no catalogue yet");
  });

  test("that is interrupted leaves nothing behind", async () => {
    const { archive } = it;
    await writeAudioAccession(archive, { label: "m", day: 1, files });
    const signal = AbortSignal.abort();
    await expect(buildCatalogue({ archive, reporter: silentReporter, signal })).rejects.toThrow(
      InterruptedError,
    );
    expect(readdirSync(archive.layout.catalogue)).toEqual([]);
  });

  test("refuses an accession whose Parquet is not what it was, and leaves the current snapshot", async () => {
    await catalogueOf(files);
    const { id } = await currentSnapshot(it.archive);
    const accession = await writeAudioAccession(it.archive, { label: "n", day: 2, files });
    appendFileSync(join(it.archive.layout.sources, accession, "tags.parquet"), "x");
    await expect(it.build()).rejects.toThrow(/"tags.parquet" of the accession .* is damaged/);
    expect((await currentSnapshot(it.archive)).id).toBe(id);
    expect(readdirSync(it.archive.layout.catalogue).sort()).toEqual(["CURRENT", id]);
  });
});
