import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../core/index.ts";
import { listReleasesIn } from "../release/index.ts";
import { type SharedTorrent, SharedTorrents, torrentsOfReleases } from "./content/shared-torrents.ts";
import { writeFeed } from "./feed/write-feed.ts";
import { type AnnouncedRelease, readAnnouncedRelease } from "./mirror/announced-release.ts";
import { type FetchedRelease, fetchRelease } from "./mirror/fetch-release.ts";
import { type FeedPlace, feedPlace, readFeed } from "./mirror/read-feed.ts";
import type { PeerAddress } from "./peer/greet.ts";
import { UploadLimits } from "./seed/upload-limits.ts";
import { BadLink } from "./testing/bad-link.ts";
import { BadPeer } from "./testing/bad-peers.ts";
import { localServer } from "./testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "./testing/seeded-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-hard-"));
const closing: (() => unknown)[] = [];
let seeded: SeededRelease;
let announced: AnnouncedRelease;
let signer: string;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [1_500_000, 900_000, 1_600_000], 65_536);
  const { archive } = seeded;
  await writeFeed({ archive, reporter: silentReporter, url: null });
  const place = feedPlace(join(archive.layout.releases, "feed.json"));
  const read = await readFeed(place, { signer: null, notBefore: null });
  const [release] = read.feed.releases;
  if (!release) throw new Error("no release");
  signer = read.signer;
  announced = await readAnnouncedRelease(place, release, signer);
});
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(root, { recursive: true });
});

const LEECHERS = 8;
const hostOf = (peer: number): string => `127.0.0.${peer + 2}`;
/** There is no web server: everything comes from peers. */
const nowhere: FeedPlace = {
  address: "http://127.0.0.1:9/feed.json",
  base: "http://127.0.0.1:9/",
  isWeb: true,
  read: () => Promise.reject(new Error("not here")),
};

/** Numbers that are the same in every run. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function torrentsIn(folder: string): Promise<readonly SharedTorrent[]> {
  return torrentsOfReleases((await listReleasesIn(folder)).releases);
}

async function seed(host: string, torrents: SharedTorrents, bytesPerSecond: number | null): Promise<number> {
  const limits = new UploadLimits(bytesPerSecond, null);
  const server = localServer(torrents, {
    host,
    limits,
  });
  closing.push(
    () => torrents.close(),
    () => server.close(),
    () => limits.close(),
  );
  return await server.listen();
}

/** The program itself, at `swarm seed`. */
async function seedInProcess(
  host: string,
  limit: string,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const main = join(import.meta.dirname, "../cli/main.ts");
  const flags = ["--host", host, "--port", "0", "--no-announce", "--up-limit", limit];
  const words = ["--archive", seeded.archive.layout.root, "--json", "swarm", "seed", ...flags];
  const child = spawn(process.execPath, ["--import", "tsx", main, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  closing.push(() => child.kill("SIGKILL"));
  for await (const line of createInterface(child.stdout)) {
    const record: unknown = JSON.parse(line);
    if (isSeedingRecord(record)) return { child, port: record.port };
  }
  throw new Error("the seeder ended before it was ready");
}

function isSeedingRecord(record: unknown): record is { readonly port: number } {
  return typeof record === "object" && record !== null && "port" in record && typeof record.port === "number";
}

/** SHA-256 of every file below a folder, by its path. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(
    paths.map((path) => [
      path.slice(folder.length),
      createHash("sha256").update(readFileSync(path)).digest("hex"),
    ]),
  );
}

test("twelve peers on bad lines, one lying, one that stalls and one that is killed: all complete, nothing wrong is kept", async () => {
  const links: BadLink[] = [];
  const addresses: PeerAddress[] = [];
  for (let peer = 0; peer < 4 + LEECHERS; peer += 1) {
    const link = new BadLink({
      host: hostOf(peer),
      delayMs: 2 + peer,
      lostMs: 200,
      cutAfterBytes: peer === 0 || peer >= 4 ? 700_000 : null,
      chance: chanceOf(peer + 1),
    });
    links.push(link);
    closing.push(() => link.kill());
    addresses.push({ host: hostOf(peer), port: await link.listen() });
  }
  const linkOf = (peer: number): BadLink => links[peer] ?? fail();
  const { releases } = seeded.archive.layout;
  const torrents = new SharedTorrents(await torrentsIn(releases));
  linkOf(0).connectTo(hostOf(0), await seed(hostOf(0), torrents, 3_000_000));
  const victim = await seedInProcess(hostOf(3), "300kB");
  linkOf(3).connectTo(hostOf(3), victim.port);
  const loaded = await torrents.load(torrents.torrents.find(({ kind }) => kind === "hybrid") ?? fail());
  const liar = new BadPeer(loaded, (block, count) =>
    count % 3 === 0 ? Buffer.alloc(block.length, 1) : block,
  );
  const staller = new BadPeer(loaded, (block, count) => (count > 40 ? null : block));
  for (const [peer, bad] of [
    [1, liar],
    [2, staller],
  ] as const) {
    linkOf(peer).connectTo(hostOf(peer), await bad.listen(hostOf(peer)));
    closing.push(() => bad.close());
  }
  const killing = setTimeout(() => victim.child.kill("SIGKILL"), 1500);
  closing.push(() => clearTimeout(killing));

  const leech = async (peer: number): Promise<FetchedRelease> => {
    const folder = join(root, `leecher-${peer}`);
    const own = new SharedTorrents([]);
    linkOf(peer).connectTo(hostOf(peer), await seed(hostOf(peer), own, null));
    const fetched = await fetchRelease({
      announced,
      signer,
      folder: join(folder, "releases"),
      incoming: join(folder, "incoming"),
      place: nowhere,
      usesFeedFolder: false,
      peers: addresses.filter((_, index) => index !== peer),
      encryption: peer % 2 === 0 ? "prefer" : "off",
      trackers: null,
      held: () => null,
      makeRoom: () => Promise.resolve(),
      share: (growing) => Promise.resolve(own.replace(growing ? [growing] : [])),
      reporter: silentReporter,
    });
    own.replace(await torrentsIn(join(folder, "releases")));
    return fetched;
  };
  const all = Array.from({ length: LEECHERS }, (_, index) => index + 4);
  // Some are there from the start, the others come one after the other; all give what they have.
  const results = await Promise.all(
    all.map(async (peer, index) => {
      await new Promise((resolve) => setTimeout(resolve, index < 3 ? 0 : index * 400));
      return await leech(peer);
    }),
  );

  const expected = filesIn(join(releases, "seeded"));
  for (const peer of all) {
    expect(filesIn(join(root, `leecher-${peer}`, "releases", "seeded"))).toEqual(expected);
  }
  const bad = `${hostOf(1)}:${addresses[1]?.port}`;
  const liars = results.flatMap(({ liars }) => liars);
  expect(liars.length).toBeGreaterThan(0);
  expect(new Set(liars)).toEqual(new Set([bad]));
  expect(links.reduce((sum, { cuts }) => sum + cuts, 0)).toBeGreaterThan(0);
  expect(victim.child.signalCode).toBe("SIGKILL");
  expect(linkOf(3).passedBytes).toBeGreaterThan(0);
}, 60_000);

function fail(): never {
  throw new Error("it has to be there");
}
