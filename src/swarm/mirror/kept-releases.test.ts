import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { KeptReleases } from "./kept-releases.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-kept-"));
let seeded: SeededRelease;
let folder: string;
beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [20_000]);
  folder = seeded.archive.layout.releases;
});
afterAll(() => rmSync(root, { recursive: true }));

const signer = (): string => seeded.release.signer;

test("files are found by pieces root and size, and of no other signer", async () => {
  const [file] = seeded.hybrid.files.filter(({ path }) => path[0] === "data");
  const piecesRoot = file?.piecesRoot?.toString("hex") ?? "";
  const kept = new KeptReleases(folder, signer());
  const held = await kept.heldFiles();
  expect(held(piecesRoot, file?.sizeBytes ?? 0)).toBe(join(seeded.release.folder, ...(file?.path ?? [])));
  expect(held(piecesRoot, (file?.sizeBytes ?? 0) + 1)).toBeNull();
  const strangers = new KeptReleases(folder, `${signer()}x`);
  expect(await strangers.list()).toEqual([]);
  expect((await strangers.heldFiles())(piecesRoot, file?.sizeBytes ?? 0)).toBeNull();
});

test("a folder that has rested is read once; what comes or goes is seen, also at once", async () => {
  const kept = new KeptReleases(folder, signer());
  const names = async (): Promise<readonly string[]> => (await kept.list()).map(({ name }) => name);
  const rested = new Date(Date.now() - 60_000);
  utimesSync(folder, rested, rested);
  const first = await kept.list();
  expect(await kept.list()).toBe(first);
  const announcement = join(folder, "seeded.json");
  const bytes = readFileSync(announcement);
  rmSync(announcement);
  expect(await names()).toEqual([]);
  // Within the same step of the clock, as far as a file system may tell.
  const now = new Date();
  utimesSync(folder, now, now);
  expect(await names()).toEqual([]);
  writeFileSync(announcement, bytes);
  utimesSync(folder, now, now);
  expect(await names()).toEqual(["seeded"]);
});

test("a folder that is not there yet holds nothing", async () => {
  expect(await new KeptReleases(join(root, "none"), signer()).list()).toEqual([]);
});
