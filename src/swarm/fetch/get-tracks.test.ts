import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { RateLimit } from "../seed/rate-limit.ts";
import { SeedServer } from "../seed/seed-server.ts";
import { WebSeed } from "../seed/web-seed.ts";
import { BadPeer } from "../testing/bad-peers.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { type GetTracksOptions, getTracks } from "./get-tracks.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-get-"));
const rateLimit = new RateLimit(null);
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
  const limits = { host: "127.0.0.1", port: 0, maxConnections: 50 };
  server = new SeedServer({
    torrents,
    ...limits,
    rateLimit,
    maxConnectionsPerAddress: 50,
    uploadSlots: 20,
    onUploaded: (_torrent, bytes) => {
      sent.peers += bytes;
    },
  });
  web = new WebSeed({
    torrents,
    ...limits,
    rateLimits: [rateLimit],
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
  test.each([1, 2, 3, 4])("from a peer (track %i)", async (number) => {
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

describe("a peer that lies is found out and let go, and the track comes whole,", () => {
  test.each([
    ["in every block", () => (block: Buffer) => flipped(block)],
    [
      "in one block in ten",
      () => (block: Buffer, count: number) => (count % 10 === 3 ? flipped(block) : block),
    ],
  ])("%s", async (_what, answer) => {
    const loaded = await torrents.load(torrents.torrents[0] ?? fail());
    const liar = new BadPeer(loaded, answer());
    const port = await liar.listen();
    const first = options({ peers: [local(peer)] });
    await getTracks(first);
    const given = options({
      queries: [idOf(3)],
      peers: [local(peer), local(port)],
      cacheFolder: first.cacheFolder,
    });
    const { tracks } = await getTracks(given);
    liar.close();
    expect(liar.requests.length).toBeGreaterThan(0);
    expect(tracks[0]?.liars).toEqual([`127.0.0.1:${port}`]);
    expect(only(given.folder).equals(seeded.audio.get(3) ?? Buffer.alloc(0))).toBe(true);
  });
});

test("what a silent peer keeps comes from another", async () => {
  const loaded = await torrents.load(torrents.torrents[0] ?? fail());
  const silent = new BadPeer(loaded, () => null);
  const port = await silent.listen();
  const first = options({ peers: [local(peer)] });
  await getTracks(first);
  const given = options({
    queries: [idOf(3)],
    peers: [local(port), local(peer)],
    cacheFolder: first.cacheFolder,
  });
  await getTracks(given);
  silent.close();
  expect(silent.requests.length).toBeGreaterThan(0);
  expect(only(given.folder).equals(seeded.audio.get(3) ?? Buffer.alloc(0))).toBe(true);
});

test("alone with a liar it fails, and nothing has the track's name", async () => {
  const loaded = await torrents.load(torrents.torrents[0] ?? fail());
  const first = options({ peers: [local(peer)] });
  await getTracks(first);
  const liar = new BadPeer(loaded, flipped);
  const output = { file: join(first.folder, "track.bin") };
  const given = options({ peers: [local(await liar.listen())], cacheFolder: first.cacheFolder, output });
  await expect(getTracks(given)).rejects.toThrow("are not what was signed");
  liar.close();
  expect(existsSync(output.file)).toBe(false);
});

test("goes on from the blocks that an earlier run left", async () => {
  const loaded = await torrents.load(torrents.torrents[0] ?? fail());
  const first = options({ peers: [local(peer)] });
  await getTracks(first);
  const output = { file: join(first.folder, "track.bin") };
  const common = { queries: [idOf(3)], cacheFolder: first.cacheFolder, output };
  const stopped = new AbortController();
  const slow = new BadPeer(loaded, (block, count) => {
    if (count > 200) stopped.abort();
    return block;
  });
  const port = await slow.listen();
  await expect(
    getTracks(options({ ...common, peers: [local(port)], signal: stopped.signal })),
  ).rejects.toThrow("interrupted");
  slow.close();
  expect(existsSync(output.file)).toBe(false);
  const before = sent.peers;
  await getTracks(options({ ...common, peers: [local(peer)] }));
  expect(readFileSync(output.file).equals(seeded.audio.get(3) ?? Buffer.alloc(0))).toBe(true);
  expect(sent.peers - before).toBeLessThan(5_000_000 - 100 * 16_384);
  expect(readdirSync(first.folder).filter((name) => name.includes(".part"))).toEqual([]);
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

function flipped(block: Buffer): Buffer {
  const changed = Buffer.from(block);
  changed[7] = (changed[7] ?? 0) ^ 1;
  return changed;
}

function fail(): never {
  throw new Error("it has to be there");
}
