import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { forgeDocument } from "../../test/fixtures/forged-release.ts";
import { makeEmptyArchive } from "../../test/fixtures/sealed-archive.ts";
import type { Archive } from "../core/index.ts";
import { latestRelease, listReleases } from "./list-releases.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-list-"));
afterAll(() => rmSync(root, { recursive: true }));

let archive: Archive;
beforeEach(async () => {
  archive = await makeEmptyArchive(mkdtempSync(join(root, "a-")));
});

/** Announces a release of that day that follows another. */
function announce(name: string, day: number, previous: string | null): void {
  mkdirSync(join(archive.layout.releases, name), { recursive: true });
  const document = {
    format: "deadwax-announcement/1",
    name,
    created: `2026-01-${String(day).padStart(2, "0")}T00:00:00Z`,
    archive: archive.config.id,
    releaseSha256: "0".repeat(64),
    previous: previous === null ? null : { name: previous, sha256: "0".repeat(64) },
    sizeBytes: 1,
    tracks: 1,
    torrents: [],
  };
  writeFileSync(join(archive.layout.releases, `${name}.json`), forgeDocument(document));
}

async function names(): Promise<readonly string[]> {
  return (await listReleases(archive)).releases.map(({ name }) => name);
}

test("an archive without releases has none", async () => {
  expect(await listReleases(archive)).toEqual({ releases: [], broken: [], unannounced: [] });
  expect(latestRelease(await listReleases(archive))).toBeNull();
});

test("releases stand in the order of their chain, even when the clock was set back", async () => {
  announce("c", 1, "b");
  announce("a", 5, null);
  announce("b", 3, "a");
  expect(await names()).toEqual(["a", "b", "c"]);
});

test("the chain goes on where its beginning has been deleted", async () => {
  announce("c", 3, "b");
  announce("d", 4, "c");
  expect(await names()).toEqual(["c", "d"]);
});

test("a chain that bites its own tail still ends", async () => {
  announce("a", 1, "b");
  announce("b", 2, "a");
  expect([...(await names())].sort((a, b) => a.localeCompare(b))).toEqual(["a", "b"]);
});

test("what cannot be read, what is unfinished and what is not ours to read are told apart", async () => {
  announce("good", 1, null);
  writeFileSync(join(archive.layout.releases, "bad.json"), "{}");
  announce("moved", 2, null);
  writeFileSync(join(archive.layout.releases, "other.json"), "");
  mkdirSync(join(archive.layout.releases, "unfinished"));
  mkdirSync(join(archive.layout.releases, ".tmp-x"));
  writeFileSync(join(archive.layout.releases, "README.txt"), "");
  const listing = await listReleases(archive);
  expect(listing.releases.map(({ name }) => name)).toEqual(["good", "moved"]);
  expect(listing.broken.map(({ name }) => name)).toEqual(["bad", "other"]);
  expect(listing.unannounced).toEqual(["unfinished"]);
});
