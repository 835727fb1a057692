import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type LoadedTorrent, SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { BadPeer } from "../testing/bad-peers.ts";
import { makeSeededRelease } from "../testing/seeded-release.ts";
import { peerBlockSource } from "./block-source.ts";
import { type FetchedStretch, fetchStretch } from "./fetch-stretch.ts";
import { PeerSource } from "./peer-source.ts";
import { Sources } from "./sources.ts";
import { v1Stretch } from "./v1-pieces.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-v1-"));
const peers: BadPeer[] = [];
let torrents: SharedTorrents;
let loaded: LoadedTorrent;
let fetches = 0;

beforeAll(async () => {
  const { release } = await makeSeededRelease(join(root, "archive"), [900_000], 65_536);
  torrents = new SharedTorrents(torrentsOfReleases([release]));
  const v1 = torrents.torrents.find(({ kind }) => kind === "v1");
  if (v1 === undefined) throw new Error("no v1 torrent");
  loaded = await torrents.load(v1);
});
afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});
afterAll(async () => {
  await torrents.close();
  rmSync(root, { recursive: true });
});

type Answer = ConstructorParameters<typeof BadPeer>[1];

async function fetchFrom(
  answers: readonly Answer[],
  range: readonly number[] = [],
): Promise<{ readonly fetched: FetchedStretch; readonly bytes: Buffer; readonly ports: readonly number[] }> {
  fetches += 1;
  const { torrent } = loaded.content;
  const ports: number[] = [];
  for (const answer of answers) {
    const peer = new BadPeer(loaded, answer);
    peers.push(peer);
    ports.push(await peer.listen());
  }
  const { stream, ...stretch } = v1Stretch(torrent, ...range);
  const path = join(root, `stretch-${fetches}`);
  const open = (port: number): Promise<PeerSource> =>
    PeerSource.connect({ host: "127.0.0.1", port }, torrent.infohashV1 ?? Buffer.alloc(0), {
      encryption: "off",
    });
  const fetched = await fetchStretch({
    torrent,
    file: stream,
    ...stretch,
    key: "v1",
    path,
    openSources: async () =>
      new Sources((await Promise.all(ports.map(open))).map((peer) => peerBlockSource(peer, torrent))),
  });
  return { fetched, bytes: readFileSync(path), ports };
}

async function expected(startBytes: number, endBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(endBytes - startBytes);
  await loaded.content.readInto([bytes], startBytes);
  return bytes;
}

const honest: Answer = (block) => block;
const liar: Answer = (block) => Buffer.from(block).fill(7, 0, 9);

test("all of a v1 torrent comes by its pieces, though pieces reach over files", async () => {
  const { torrent, sizeBytes } = loaded.content;
  expect(torrent.files.some(({ offsetBytes }) => offsetBytes % torrent.pieceLengthBytes !== 0)).toBe(true);
  const { bytes } = await fetchFrom([honest]);
  expect(bytes.equals(await expected(0, sizeBytes))).toBe(true);
});

test("of a stretch, whole pieces come", async () => {
  const { bytes } = await fetchFrom([honest], [100_000, 200_000]);
  expect(bytes.equals(await expected(65_536, 262_144))).toBe(true);
});

test("one that lies now and then beside one that does not is found by asking one after the other", async () => {
  const sometimes: Answer = (block, count) => (count % 5 === 0 ? liar(block, count) : block);
  const { fetched, bytes, ports } = await fetchFrom([sometimes, honest]);
  expect(bytes.equals(await expected(0, loaded.content.sizeBytes))).toBe(true);
  expect(fetched.liars.filter((name) => name !== `127.0.0.1:${ports[0]}`)).toEqual([]);
});

test("one that lies and is alone is refused", async () => {
  await expect(fetchFrom([liar])).rejects.toThrow("not what was signed");
});

test("what ends too early or is changed in one bit is not proved", async () => {
  const { proof } = v1Stretch(loaded.content.torrent);
  const bytes = await expected(0, loaded.content.sizeBytes);
  const chunks = async function* (whole: Buffer) {
    for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000);
  };
  expect(await proof(chunks(bytes))).toBe(true);
  expect(await proof(chunks(bytes.subarray(0, -1)))).toBe(false);
  const changed = Buffer.from(bytes);
  changed[123_456] = (changed[123_456] ?? 0) ^ 1;
  expect(await proof(chunks(changed))).toBe(false);
});
