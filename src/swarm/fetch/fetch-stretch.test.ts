import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ParsedTorrentFile } from "../../formats/torrent/torrent-file-list.ts";
import { type LoadedTorrent, SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import type { SeedServer } from "../seed/seed-server.ts";
import { BadPeer } from "../testing/bad-peers.ts";
import { localServer } from "../testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { peerBlockSource } from "./block-source.ts";
import { type FetchedStretch, type FetchStretchOptions, fetchStretch } from "./fetch-stretch.ts";
import { PeerSource } from "./peer-source.ts";
import { bySha256 } from "./proof.ts";
import { Sources } from "./sources.ts";

const START = 123_456;
const END = 5_123_456;
const root = mkdtempSync(join(tmpdir(), "deadwax-stretch-"));
const badPeers: BadPeer[] = [];
let seeded: SeededRelease;
let torrents: SharedTorrents;
let loaded: LoadedTorrent;
let server: SeedServer;
let honest = 0;
let sentBytes = 0;
let file: ParsedTorrentFile;
let expected: Buffer;
let paths = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [2_000_000, 5_000_000], 262_144);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  loaded = await torrents.load(torrents.torrents[0] ?? fail());
  file = seeded.hybrid.files.find(({ path }) => path[0] === "data") ?? fail();
  expected = Buffer.alloc(END - START);
  await loaded.content.readInto([expected], file.offsetBytes + START);
  server = localServer(torrents, {
    onUploaded: (_torrent, bytes) => {
      sentBytes += bytes;
    },
  });
  honest = await server.listen();
});
afterEach(() => {
  for (const peer of badPeers.splice(0)) peer.close();
});
afterAll(async () => {
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

async function badPeer(
  answer: (block: Buffer, count: number) => Buffer | null,
): Promise<readonly [BadPeer, number]> {
  const peer = new BadPeer(loaded, answer);
  badPeers.push(peer);
  return [peer, await peer.listen()];
}

function newPath(): string {
  paths += 1;
  return join(root, `stretch-${paths}`);
}

function fetchFrom(
  ports: readonly number[],
  change: Partial<FetchStretchOptions> = {},
): Promise<FetchedStretch> {
  const infohash = (seeded.hybrid.infohashV2 ?? fail()).subarray(0, 20);
  return fetchStretch({
    torrent: seeded.hybrid,
    file,
    startBytes: START,
    endBytes: END,
    proof: bySha256(createHash("sha256").update(expected).digest("hex")),
    key: "a stretch",
    path: newPath(),
    openSources: async () =>
      new Sources(
        await Promise.all(
          ports.map(async (port) =>
            peerBlockSource(await PeerSource.connect({ host: "127.0.0.1", port }, infohash), seeded.hybrid),
          ),
        ),
      ),
    ...change,
  });
}

describe("a peer that lies is found out and let go, and the stretch comes whole,", () => {
  const lies: readonly (readonly [string, (block: Buffer, count: number) => Buffer])[] = [
    ["in every block", (block) => flipped(block)],
    ["in one block in ten", (block, count) => (count % 10 === 3 ? flipped(block) : block)],
    ["by sending another block of the same file", (block) => Buffer.from(block).reverse()],
  ];
  test.each(lies)("%s", async (_what, answer) => {
    const [liar, port] = await badPeer(answer);
    const path = newPath();
    const { liars } = await fetchFrom([honest, port], { path });
    expect(liar.requests.length).toBeGreaterThan(0);
    expect(liars).toEqual([`127.0.0.1:${port}`]);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  test("two of them beside one that does not", async () => {
    const [, first] = await badPeer((block) => flipped(block));
    const [, second] = await badPeer((block, count) => (count % 7 === 1 ? flipped(block) : block));
    const path = newPath();
    const { liars } = await fetchFrom([first, honest, second], { path });
    expect(liars).toHaveLength(2);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });
});

test("an honest peer that names no hashes is not taken for the liar", async () => {
  // Nobody proves single blocks here: both refuse hashes, and one of them lies.
  const [, liar] = await badPeer((block, count) => (count % 5 === 0 ? flipped(block) : block));
  const [, plain] = await badPeer((block) => block);
  const path = newPath();
  const { liars } = await fetchFrom([liar, plain], { path });
  expect(liars).toEqual([`127.0.0.1:${liar}`]);
  expect(readFileSync(path).equals(expected)).toBe(true);
});

test("blocks of another length than was asked for end the connection", async () => {
  const [, port] = await badPeer((block) => block.subarray(1));
  await expect(fetchFrom([port])).rejects.toThrow("another length");
});

test("what a silent peer keeps comes from another", async () => {
  const [silent, port] = await badPeer(() => null);
  const path = newPath();
  await fetchFrom([port, honest], { path });
  expect(silent.requests.length).toBeGreaterThan(0);
  expect(readFileSync(path).equals(expected)).toBe(true);
});

test("what a peer keeps that goes in the middle comes from another", async () => {
  const [, port] = await badPeer((block, count) => {
    if (count === 20) for (const peer of badPeers) peer.close();
    return block;
  });
  const path = newPath();
  await fetchFrom([port, honest], { path });
  expect(readFileSync(path).equals(expected)).toBe(true);
});

test("alone with a liar it fails", async () => {
  const [, port] = await badPeer((block) => flipped(block));
  await expect(fetchFrom([port])).rejects.toThrow("are not what was signed");
});

describe("a run that was stopped", () => {
  async function stopped(path: string): Promise<void> {
    const stop = new AbortController();
    const [, port] = await badPeer((block, count) => {
      if (count > 200) stop.abort();
      return block;
    });
    await expect(fetchFrom([port], { path, signal: stop.signal })).rejects.toThrow("interrupted");
  }

  test("is gone on with from the blocks that it left", async () => {
    const path = newPath();
    await stopped(path);
    const before = sentBytes;
    const { keptBlocks } = await fetchFrom([honest], { path });
    expect(keptBlocks).toBeGreaterThan(100);
    expect(sentBytes - before).toBeLessThanOrEqual(END - START + 32_768 - keptBlocks * 16_384);
    expect(readFileSync(path).equals(expected)).toBe(true);
    expect(existsSync(`${path}.json`)).toBe(false);
  });

  test.each([
    ["for something else", '{"format":"deadwax-part/1","key":"other","blocks":"////"}'],
    ["in a way that nobody understands", "{"],
    ["with a list of another length", '{"format":"deadwax-part/1","key":"a stretch","blocks":"////"}'],
  ])("is begun anew when it was %s", async (_what, state) => {
    const path = newPath();
    writeFileSync(path, Buffer.alloc(END - START, 1));
    writeFileSync(`${path}.json`, state);
    expect((await fetchFrom([honest], { path })).keptBlocks).toBe(0);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  test("is not believed about bytes that changed since", async () => {
    const path = newPath();
    await stopped(path);
    const bytes = readFileSync(path);
    bytes[50_000] = (bytes[50_000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await fetchFrom([honest], { path });
    expect(readFileSync(path).equals(expected)).toBe(true);
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
