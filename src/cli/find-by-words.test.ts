import { afterAll, beforeAll, expect, test } from "vitest";
import { buildCatalogue } from "../catalogue/index.ts";
import { writeAudioAccession } from "../catalogue/testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "../catalogue/testing/catalogued.ts";
import { silentReporter } from "../core/index.ts";
import { findTracksByWords } from "./find-by-words.ts";

let it: TestArchive;
beforeAll(async () => {
  it = await makeTestArchive();
  const track = (path: string, title: string, artist: string, album: string) => ({
    path,
    tags: [
      ["TITLE", title],
      ["ARTIST", artist],
      ["ALBUM", album],
    ] as const,
  });
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: [
      track("a.ogg", "The King is Dead", "Mattias", "Sagas"),
      track("b.ogg", "Svefn-g-englar", "Sigur RÓS", "Byrjun"),
      track("c.ogg", "Dead End 100%_", "Nobody", "Kings"),
    ],
  });
  await buildCatalogue({ archive: it.archive, reporter: silentReporter });
});
afterAll(() => it.remove());

test.each([
  [["king"], ["The King is Dead", "Dead End 100%_"]],
  [["KING", "mattias"], ["The King is Dead"]],
  [["king dead", "sagas"], ["The King is Dead"]],
  [["sigur ros"], ["Svefn-g-englar"]],
  [["%_"], ["Dead End 100%_"]],
  [["'); drop view track; --"], []],
  [[], ["The King is Dead", "Dead End 100%_", "Svefn-g-englar"]],
])("%j finds %j", async (words, titles) => {
  const { tracks, total } = await findTracksByWords(it.archive, words, 10);
  expect(tracks.map(({ title }) => title)).toEqual(titles);
  expect(total).toBe(titles.length);
});

test("what passes the limit is counted", async () => {
  const { tracks, total } = await findTracksByWords(it.archive, [], 2);
  expect(tracks).toHaveLength(2);
  expect(total).toBe(3);
});
