import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArchive, silentReporter } from "../../src/core/index.ts";
import { listReleases } from "../../src/release/index.ts";
import { SwarmSearch } from "../../src/swarm/fetch/swarm-search.ts";
import {
  Announcer,
  type SeedServer,
  SharedTorrents,
  Trackers,
  torrentsOfReleases,
} from "../../src/swarm/index.ts";
import { localServer } from "../../src/swarm/testing/local-server.ts";
import { makeSmallRelease, requireSameFiles, type SmallRelease } from "./small-release.ts";
import { freePort, requireProgram, runClient, withTracker } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-tracker-"));
const trackers = new Trackers({ firstWaitMs: 1000 });
let release: SmallRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let tracker: ChildProcess;
let urls: { readonly http: string; readonly udp: string };
let port = 0;

beforeAll(async () => {
  requireProgram("opentracker", "opentracker");
  requireProgram("aria2c", "aria2");
  requireProgram("transmission-cli", "transmission-cli");
  release = await makeSmallRelease(join(root, "archive"));
  const { releases } = await listReleases(await openArchive(join(root, "archive")));
  torrents = new SharedTorrents(torrentsOfReleases(releases));
  server = localServer(torrents);
  port = await server.listen();
  urls = await startTracker();
});
afterAll(async () => {
  tracker.kill("SIGKILL");
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

/** Debian's tracker serves only the torrents of a list. */
async function startTracker(): Promise<{ http: string; udp: string }> {
  const folder = join(root, "tracker");
  mkdirSync(folder);
  const known = torrents.torrents.flatMap(({ infohashes }) => infohashes);
  writeFileSync(join(folder, "known.txt"), `${known.join("\n")}\n`);
  const at = String(await freePort());
  const options = ["-i", "127.0.0.1", "-p", at, "-P", at, "-d", folder, "-u", "nobody", "-w", "known.txt"];
  tracker = spawn("opentracker", options, { stdio: "ignore" });
  const http = `http://127.0.0.1:${at}/announce`;
  for (let wait = 0; wait < 100; wait += 1) {
    if ((await trackers.scrape(http, [Buffer.from(known[0] ?? "", "hex")])).ok) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { http, udp: `udp://127.0.0.1:${at}` };
}

function announcer(url: string, silences: string[] = []): Announcer {
  return new Announcer({
    trackers,
    peerId: server.peerId,
    port,
    torrents: torrents.torrents.flatMap(({ infohashes }) =>
      infohashes.map((infohash) => ({
        infohash: Buffer.from(infohash, "hex"),
        trackers: [url],
        uploadedBytes: () => 0,
        leftBytes: () => 0,
      })),
    ),
    wantedPeers: 30,
    onPeers: ({ infohash }, peers) => {
      const torrent = torrents.find(infohash);
      for (const peer of peers) if (torrent) void server.connectTo(torrent, infohash, peer);
    },
    onSilence: (_torrent, reason) => silences.push(reason),
  });
}

async function seeders(url: string): Promise<readonly number[]> {
  const infohashes = torrents.torrents.flatMap((torrent) => torrent.infohashes);
  const scraped = await trackers.scrape(
    url,
    infohashes.map((infohash) => Buffer.from(infohash, "hex")),
  );
  if (!scraped.ok) throw new Error(scraped.reason);
  return infohashes.map((infohash) => scraped.value.get(infohash)?.seeders ?? 0);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let wait = 0; wait < 100 && !(await holds()); wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(await holds()).toBe(true);
}

describe.each(["http", "udp"] as const)("over %s", (scheme) => {
  test("the tracker counts us under all three infohashes, until we go", async () => {
    const announcing = announcer(urls[scheme]);
    await until(async () => (await seeders(urls[scheme])).join() === "1,1,1");
    await announcing.close();
    await until(async () => (await seeders(urls[scheme])).join() === "0,0,0");
  });

  test("one who takes no connections is told of us, and not counted", async () => {
    const announcing = announcer(urls[scheme]);
    await until(async () => (await seeders(urls[scheme])).join() === "1,1,1");
    const infohash = torrents.torrents.find(({ kind }) => kind === "hybrid")?.infohashes[1] ?? "";
    const swarm = new SwarmSearch(
      { peers: [], trackers, reporter: silentReporter },
      {
        infohashV1: null,
        infohashV2: Buffer.from(infohash, "hex"),
        trackers: [urls[scheme]],
        isPrivate: false,
      },
    );
    const info = await swarm.metadata(() => true);
    const sha256 = createHash("sha256").update(info).digest("hex");
    expect(sha256.slice(0, 40)).toBe(infohash);
    await swarm.close();
    await announcing.close();
    await until(async () => (await seeders(urls[scheme])).join() === "0,0,0");
  });
});

test("who hears nothing from a tracker says so, and goes on", async () => {
  const silences: string[] = [];
  const announcing = announcer(`http://127.0.0.1:${await freePort()}/announce`, silences);
  await until(async () => silences.length === 3);
  expect(silences[0]).toContain("cannot be reached");
  await announcing.close();
});

describe("finds us by the tracker and completes the v1 torrent:", () => {
  test("aria2", async () => {
    const announcing = announcer(urls.http);
    const downloads = join(root, "by-aria2");
    const offline = [
      "--enable-dht=false",
      "--enable-dht6=false",
      "--bt-enable-lpd=false",
      "--enable-peer-exchange=false",
    ];
    const options = [
      `--dir=${downloads}`,
      "--interface=127.0.0.1",
      "--seed-time=0",
      "--quiet",
      "--file-allocation=none",
    ];
    await runClient("aria2c", [
      "--no-conf",
      ...offline,
      ...options,
      `--bt-tracker=${urls.http}`,
      release.v1Torrent,
    ]);
    await announcing.close();
    requireSameFiles(release.bag, join(downloads, release.name));
  }, 180_000);

  test("Transmission, to which we connect: it passes over peers on loopback", async () => {
    const [settings, downloads] = [join(root, "transmission"), join(root, "by-transmission")];
    mkdirSync(settings);
    mkdirSync(downloads);
    const torrent = join(root, "with-tracker.torrent");
    writeFileSync(torrent, withTracker(readFileSync(release.v1Torrent), urls.http));
    const offline = {
      "dht-enabled": false,
      "lpd-enabled": false,
      "pex-enabled": false,
      "utp-enabled": false,
    };
    const local = { "port-forwarding-enabled": false, "bind-address-ipv4": "127.0.0.1", encryption: 0 };
    writeFileSync(join(settings, "settings.json"), JSON.stringify({ ...offline, ...local }));
    // It seeds for ever; the script that it runs when it is done ends it.
    const whenDone = join(settings, "done.sh");
    writeFileSync(whenDone, '#!/bin/sh\nkill "$PPID"\n', { mode: 0o755 });
    const at = String(await freePort());
    const running = runClient("transmission-cli", [
      "-g",
      settings,
      "-w",
      downloads,
      "-p",
      at,
      "-M",
      "-et",
      "-f",
      whenDone,
      torrent,
    ]);
    // It announces itself when it starts; we have to ask after that.
    const infohash = torrents.torrents.find(({ kind }) => kind === "v1")?.infohashes[0] ?? "";
    await until(async () => {
      const scraped = await trackers.scrape(urls.http, [Buffer.from(infohash, "hex")]);
      return scraped.ok && (scraped.value.get(infohash)?.leechers ?? 0) > 0;
    });
    const announcing = announcer(urls.http);
    await running;
    await announcing.close();
    requireSameFiles(release.bag, join(downloads, release.name));
  }, 180_000);
});
