import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import type { SeedServer } from "../seed/seed-server.ts";
import { UploadLimits } from "../seed/upload-limits.ts";
import { WebSeed } from "../seed/web-seed.ts";
import { localServer } from "../testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { type GetTracksOptions, getTracks } from "./get-tracks.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-get-"));
const limits = new UploadLimits(null, null);
const sent = { peers: 0, web: 0 };
let seeded: SeededRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let web: WebSeed;
let peer = 0;
let base = "";
let folders = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [2_000_000, 700_000, 5_000_000, 9_000], 262_144);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  const place = { host: "127.0.0.1", port: 0, maxConnections: 50 };
  server = localServer(torrents, {
    ...place,
    limits,
    onUploaded: (_torrent, bytes) => {
      sent.peers += bytes;
    },
  });
  web = new WebSeed({
    folder: seeded.archive.layout.releases,
    torrents,
    ...place,
    limits,
    onUploaded: (_torrent, bytes) => {
      sent.web += bytes;
    },
  });
  peer = await server.listen();
  base = `http://127.0.0.1:${await web.listen()}/`;
});
afterAll(async () => {
  await server.close();
  await web.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

/** A new folder each time, with a cache of its own unless told. */
function options(change: Partial<GetTracksOptions>): GetTracksOptions & { readonly folder: string } {
  folders += 1;
  const folder = join(root, `get-${folders}`);
  mkdirSync(folder);
  return {
    queries: [idOf(1)],
    from: join(seeded.archive.layout.releases, "seeded.torrent"),
    peers: [],
    trackers: null,
    signer: null,
    output: { folder },
    all: false,
    force: false,
    cacheFolder: join(folder, "cache"),
    reporter: silentReporter,
    folder,
    ...change,
  };
}

function idOf(number: number): string {
  return trackIdFromBigInt(BigInt(number));
}

function only(folder: string): Buffer {
  const names = readdirSync(folder).filter((name) => name !== "cache");
  expect(names).toHaveLength(1);
  return readFileSync(join(folder, names[0] ?? ""));
}

const local = (port: number) => ({ host: "127.0.0.1", port });

describe("one track comes, byte for byte, with at most 32 KiB more than it has,", () => {
  test.each([3, 4])("from a peer (track %i)", async (number) => {
    const given = options({ queries: [idOf(number)], peers: [local(peer)] });
    const before = sent.peers;
    const { tracks, overheadBytes } = await getTracks(given);
    const audio = seeded.audio.get(number) ?? Buffer.alloc(0);
    expect(only(given.folder).equals(audio)).toBe(true);
    const table = statSync(join(seeded.release.folder, "tracks.parquet")).size;
    const document = statSync(join(seeded.release.folder, "RELEASE.json")).size;
    expect(sent.peers - before - table - document).toBeLessThanOrEqual(audio.length + 32_768);
    expect(overheadBytes).toBeGreaterThan(table);
    // Heads of messages and the greeting are on the wire too: a thousandth, and what a greeting takes.
    expect(tracks[0]?.receivedBytes).toBeLessThan((audio.length + 32_768) * 1.001 + 1000);
  });

  test("from a web server, by the URL of the announcement", async () => {
    const given = options({ queries: [idOf(3)], from: `${base}seeded.json` });
    const { tracks, signer } = await getTracks(given);
    expect(only(given.folder).equals(seeded.audio.get(3) ?? Buffer.alloc(0))).toBe(true);
    expect(tracks[0]?.receivedBytes).toBeLessThanOrEqual(5_000_000 + 32_768);
    expect(signer).toBe(seeded.release.signer);
  });

  test("from both at once, by a magnet link", async () => {
    const magnet = seeded.release.announcement.torrents.find(({ kind }) => kind === "hybrid")?.magnet ?? "";
    const before = { ...sent };
    const given = options({
      queries: [idOf(3)],
      from: `${magnet}&ws=${encodeURIComponent(base)}`,
      peers: [local(peer)],
    });
    await getTracks(given);
    expect(only(given.folder).equals(seeded.audio.get(3) ?? Buffer.alloc(0))).toBe(true);
    expect(sent.peers).toBeGreaterThan(before.peers);
    expect(sent.web).toBeGreaterThan(before.web);
  });
});

test("a second track needs no table again", async () => {
  const first = options({ peers: [local(peer)] });
  await getTracks(first);
  const second = options({ queries: [idOf(2)], peers: [local(peer)], cacheFolder: first.cacheFolder });
  expect((await getTracks(second)).overheadBytes).toBe(0);
});

test("all that fits words comes, each with a name of its own", async () => {
  const given = options({ queries: ["ena TRACK"], all: true, peers: [local(peer)] });
  const { tracks } = await getTracks(given);
  expect(new Set(tracks.map(({ trackId }) => trackId))).toEqual(new Set([1, 2, 3, 4].map(idOf)));
  expect(new Set(tracks.map(({ path }) => path)).size).toBe(4);
});

describe("is refused:", () => {
  test.each([
    ["a track that is not there", { queries: ["0000000000ZZZ"] }, "nothing that fits"],
    ["words that several fit", { queries: ["track"] }, "4 tracks fit"],
    [
      "a signer that is another",
      { signer: "did:key:z6MkiTDBdafT9TkuR4oxBksLpia5HuBi7RoUbTPZ8Dc8YNh7" },
      "is signed by",
    ],
    ["a release that is not there", { from: "/nowhere/x.json" }, "is not there"],
    ["no source", { peers: [] }, "no source"],
  ])("%s", async (_what, change, message) => {
    await expect(getTracks(options({ peers: [local(peer)], ...change }))).rejects.toThrow(message);
  });

  test("a file that is there already", async () => {
    const given = options({ peers: [local(peer)] });
    const file = join(given.folder, "mine.ogg");
    writeFileSync(file, "mine");
    await expect(getTracks({ ...given, output: { file } })).rejects.toThrow("exists already");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });
});
