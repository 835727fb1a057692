import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArchive } from "../../src/core/index.ts";
import { listReleases } from "../../src/release/index.ts";
import { type SeedServer, SharedTorrents, torrentsOfReleases } from "../../src/swarm/index.ts";
import { localServer } from "../../src/swarm/testing/local-server.ts";
import { makeSmallRelease, requireSameFiles, type SmallRelease } from "./small-release.ts";
import { freePort, requireLibtorrent, requireProgram, runPython } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-seeding-"));
const faults: string[] = [];
let release: SmallRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let port: number;

beforeAll(async () => {
  requireLibtorrent();
  requireProgram("aria2c", "aria2");
  release = await makeSmallRelease(join(root, "archive"));
  const { releases } = await listReleases(await openArchive(join(root, "archive")));
  torrents = new SharedTorrents(torrentsOfReleases(releases));
  server = localServer(torrents, {
    onFault: ({ reason }) => faults.push(reason),
  });
  port = await server.listen();
});
afterAll(async () => {
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

function folderFor(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

test("libtorrent downloads over encrypted connections only", async () => {
  const folder = folderFor("encrypted");
  const result = await runPython("session.py", ["fetch", release.hybridTorrent, folder, String(port), "e"]);
  expect(result, JSON.stringify(result)).toMatchObject({ isSeed: true, failedBytes: 0 });
  requireSameFiles(release.bag, join(folder, release.name));
});

describe("libtorrent downloads from our seeder", () => {
  const sources: readonly (readonly [string, () => string])[] = [
    ["the hybrid torrent", () => release.hybridTorrent],
    ["the v1 torrent", () => release.v1Torrent],
    ["the magnet link of the hybrid", () => release.magnets[0] ?? ""],
    [
      "a magnet link with the v2 id alone",
      () => (release.magnets[0] ?? "").replace(/xt=urn:btih:[0-9a-f]+&/, ""),
    ],
    [
      "a magnet link with the v1 id alone",
      () => (release.magnets[0] ?? "").replace(/xt=urn:btmh:[0-9a-f]+&/, ""),
    ],
    ["the magnet link of the v1 torrent", () => release.magnets[1] ?? ""],
  ];
  test.each(sources)("by %s", async (name, source) => {
    const folder = folderFor(`lt ${name}`);
    const result = await runPython("session.py", ["fetch", source(), folder, String(port)]);
    expect(result, JSON.stringify(result)).toMatchObject({ isSeed: true, failedBytes: 0 });
    requireSameFiles(release.bag, join(folder, release.name));
    expect(faults).toEqual([]);
  });
});

test("three that share among themselves are super-seeded, each byte given about once", async () => {
  let given = 0;
  const superSeeder = localServer(torrents, {
    isSuperSeeded: () => true,
    onUploaded: (_torrent, bytes) => {
      given += bytes;
    },
  });
  const at = String(await superSeeder.listen());
  const ports = [await freePort(), await freePort(), await freePort()].map(String);
  const results = await Promise.all(
    ports.map((port, index) => {
      const others = ports.filter((one) => one !== port);
      const folder = folderFor(`super ${index}`);
      return runPython("session.py", ["fetch", release.hybridTorrent, folder, at, ...others, `on=${port}`]);
    }),
  );
  await superSeeder.close();
  for (const result of results) expect(result).toMatchObject({ isSeed: true, failedBytes: 0 });
  for (const index of [0, 1, 2]) requireSameFiles(release.bag, join(root, `super ${index}`, release.name));
  const { content } = await torrents.load(torrents.torrents.find(({ kind }) => kind === "hybrid") ?? fail());
  expect(given).toBeLessThan(content.sizeBytes * 1.5);
});

function fail(): never {
  throw new Error("it has to be there");
}
