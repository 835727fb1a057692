import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { gateBut, noiseBytes, planByHand, sealTracks } from "../../../test/fixtures/sealed-archive.ts";
import { IntegrityError, silentReporter, UsageError } from "../../core/index.ts";
import { createRelease, listReleasesIn, stateRelease } from "../../release/index.ts";
import { torrentsOfReleases } from "../content/shared-torrents.ts";
import { writeFeed } from "../feed/write-feed.ts";
import { Seeding } from "../seed/seeding.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { type MirrorFeedOptions, type MirrorSummary, mirrorFeed } from "./mirror-feed.ts";
import { mirrorFolder } from "./mirror-folder.ts";
import { OwnKeeper } from "./own-keeper.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-mirror-"));
afterAll(() => rmSync(root, { recursive: true }));

const SIZES = [200_000, 300_000, 50_000];

let seeded: SeededRelease;
let seeding: Seeding;
let peer: { host: string; port: number };
let feedUrl: string;
let mirrorRoot: string;
beforeEach(async () => {
  const folder = mkdtempSync(join(root, "t-"));
  mirrorRoot = join(folder, "mirror");
  seeded = await makeSeededRelease(join(folder, "archive"), SIZES);
  seeding = new Seeding({
    reporter: silentReporter,
    host: "127.0.0.1",
    port: 0,
    httpPort: 0,
    announce: false,
    encryption: "prefer",
    upBytesPerSecond: null,
    maxConnections: 50,
    maxConnectionsPerAddress: 50,
    uploadSlots: 50,
    folder: seeded.archive.layout.releases,
  });
  const { port, httpPort } = await seeding.listen();
  peer = { host: "127.0.0.1", port };
  feedUrl = `http://127.0.0.1:${httpPort}/feed.json`;
  await publish();
});
afterEach(() => seeding.close());

/** Writes the feed and gives away what the archive has. */
async function publish(): Promise<void> {
  const { archive } = seeded;
  await writeFeed({ archive, reporter: silentReporter, url: null });
  await seeding.replace(torrentsOfReleases((await listReleasesIn(archive.layout.releases)).releases));
}

function mirror(options: Partial<MirrorFeedOptions> & { spaceBytes?: number } = {}): Promise<MirrorSummary> {
  const folder = mirrorFolder(mirrorRoot);
  const spaceBytes = options.spaceBytes ?? 1e9;
  return mirrorFeed({
    feed: feedUrl,
    folder,
    wishes: { spaceBytes, groups: [], licences: [], only: null },
    custodian: "me",
    signer: null,
    everyMs: null,
    dryRun: false,
    reporter: silentReporter,
    signal: new AbortController().signal,
    openKeeper: async (signer) =>
      new OwnKeeper({
        folder,
        signer,
        spaceBytes,
        peers: [peer],
        encryption: "off",
        seeding: null,
        reporter: silentReporter,
      }),
    ...options,
  });
}

/** Every file below a folder, by path. */
function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path)]),
  );
}

function expectSameReleases(): void {
  expect(filesIn(join(mirrorRoot, "releases"))).toEqual(filesIn(seeded.archive.layout.releases));
}

test("a mirror fetches a release from peers and the web at once, the same to the last byte", async () => {
  const summary = await mirror();
  expect(summary).toMatchObject({ kept: ["seeded"], fetched: ["seeded"], failed: [], linkedBytes: 0 });
  expectSameReleases();
  expect(readdirSync(join(mirrorRoot, "incoming"))).toEqual([]);
  // Nothing is left to do.
  expect(await mirror()).toMatchObject({ kept: ["seeded"], fetched: [], receivedBytes: 0 });
}, 30_000);

test("what another program fetched is proved, and only what is wrong of it is fetched again", async () => {
  const incoming = join(mirrorRoot, "incoming", "seeded");
  await mirror({ spaceBytes: 1 });
  cpSync(seeded.release.folder, incoming, { recursive: true });
  const [shard = ""] = readdirSync(join(incoming, "data"));
  const path = join(incoming, "data", shard);
  const bytes = readFileSync(path);
  bytes[100_000] = (bytes[100_000] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, bytes);
  const summary = await mirror();
  expect(summary).toMatchObject({ fetched: ["seeded"] });
  expect(summary.receivedBytes).toBeLessThan(100_000);
  expectSameReleases();
}, 30_000);

test("a feed on a disk that was sent is as good as one on the web", async () => {
  peer = { host: "127.0.0.1", port: 1 };
  await mirror({ feed: join(seeded.archive.layout.releases, "feed.json") });
  expectSameReleases();
}, 30_000);

test("the release that follows comes first, shares its shards by second names, and the one before goes", async () => {
  await mirror();
  await sealTracks(seeded.archive, [{ number: 9, audio: noiseBytes(9, 100_000), title: "New" }]);
  await planByHand(
    seeded.archive,
    [1, 2, 3, 9].map((number) => ({ number, disposition: "original" as const })),
  );
  await createRelease({ archive: seeded.archive, reporter: silentReporter, gate: gateBut([]), name: "next" });
  await publish();
  const summary = await mirror();
  expect(summary).toMatchObject({
    kept: ["next"],
    fetched: ["next"],
    dropped: [{ name: "seeded", why: "superseded" }],
  });
  expect(summary.linkedBytes).toBeGreaterThan(500_000);
  expect(summary.receivedBytes).toBeLessThan(600_000);
  const releases = filesIn(join(mirrorRoot, "releases"));
  expect([...releases.keys()].filter((path) => path.startsWith("/seeded"))).toEqual([]);
}, 30_000);

test("what is revoked is deleted, whatever else there is to do", async () => {
  await mirror();
  await stateRelease({
    archive: seeded.archive,
    release: "seeded",
    state: "revoked",
    until: null,
    reason: "notice",
  });
  await publish();
  expect(await mirror()).toMatchObject({ kept: [], dropped: [{ name: "seeded", why: "revoked" }] });
  expect(readdirSync(join(mirrorRoot, "releases"))).toEqual(["feed.json"]);
}, 30_000);

test("an old feed that is played again, and a feed of somebody else, change nothing", async () => {
  await mirror();
  const old = readFileSync(join(seeded.archive.layout.releases, "feed.json"));
  const clock = { now: () => new Date(Date.now() + 60_000) };
  await stateRelease({
    archive: seeded.archive,
    release: "seeded",
    state: "revoked",
    until: null,
    reason: "notice",
  });
  await writeFeed({ archive: seeded.archive, reporter: silentReporter, url: null, clock });
  expect((await mirror()).kept).toEqual([]);
  const played = join(root, "old.json");
  rmSync(played, { force: true });
  writeFileSync(played, old);
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (message: string) => void warnings.push(message) };
  expect((await mirror({ feed: played, reporter })).kept).toEqual([]);
  expect(warnings.join()).toMatch(/older than the feed/);
  const other = await makeSeededRelease(join(root, "other"), [10_000]);
  await writeFeed({ archive: other.archive, reporter: silentReporter, url: null });
  warnings.length = 0;
  await mirror({ feed: join(other.archive.layout.releases, "feed.json"), reporter });
  expect(warnings.join()).toMatch(/is signed by/);
}, 30_000);

test("a signer that is not the expected one, and a folder of somebody else, are refused before anything is written", async () => {
  await expect(
    mirror({ signer: "did:key:z6MkiTDBdafT9TkuR4oxBksLpia5HuBi7RoUbTPZ8Dc8YNh7" }),
  ).rejects.toThrow(IntegrityError);
  const folder = mirrorFolder(seeded.archive.layout.root);
  await expect(mirror({ folder })).rejects.toThrow(UsageError);
  expect(existsSync(join(seeded.archive.layout.root, "mirror.json"))).toBe(false);
});

test("a dry run says what would be fetched and leaves nothing behind", async () => {
  const summary = await mirror({ dryRun: true });
  expect(summary.planned).toEqual(["seeded"]);
  expect(readdirSync(mirrorRoot)).toEqual([]);
});

test("what does not fit the space is not fetched", async () => {
  expect((await mirror({ spaceBytes: 100_000 })).fetched).toEqual([]);
  const tight = statSync(join(seeded.archive.layout.releases, "seeded.torrent")).size;
  const summary = await mirror({ spaceBytes: seeded.release.announcement.sizeBytes + tight });
  expect(summary.failed.map(({ reason }) => reason).join()).toMatch(/^$|needs/);
});
