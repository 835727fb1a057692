import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../../src/core/index.ts";
import { parseTorrent } from "../../src/formats/torrent/parse-torrent.ts";
import { createRelease, listReleases, stateRelease } from "../../src/release/index.ts";
import { clientAt } from "../../src/swarm/clients/client-address.ts";
import { torrentsOfReleases } from "../../src/swarm/content/shared-torrents.ts";
import { writeFeed } from "../../src/swarm/feed/write-feed.ts";
import { ClientKeeper } from "../../src/swarm/mirror/client-keeper.ts";
import { type MirrorSummary, mirrorFeed } from "../../src/swarm/mirror/mirror-feed.ts";
import { mirrorFolder } from "../../src/swarm/mirror/mirror-folder.ts";
import { Seeding } from "../../src/swarm/seed/seeding.ts";
import {
  gateBut,
  makeEmptyArchive,
  noiseBytes,
  planByHand,
  sealTracks,
  smallPolicy,
} from "../fixtures/sealed-archive.ts";
import { Qbittorrent } from "./qbittorrent.ts";
import { freePort, requireProgram } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-driven-"));
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

beforeAll(() => {
  requireProgram("qbittorrent-nox", "qbittorrent-nox");
  requireProgram("transmission-daemon", "transmission-daemon");
});

const stops: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** An archive with one release that is on the web, and its feed. */
async function publish(folder: string) {
  const archive = await makeEmptyArchive(join(folder, "archive"), smallPolicy(32_768));
  const tracks = [1, 2, 3].map((number) => ({ number, audio: noiseBytes(number, 150_000 * number) }));
  await sealTracks(archive, tracks);
  await planByHand(
    archive,
    tracks.map(({ number }) => ({ number, disposition: "original" as const })),
  );
  const httpPort = await freePort();
  const webSeeds = [`http://127.0.0.1:${httpPort}/`];
  await createRelease({ archive, reporter: silentReporter, gate: gateBut([]), name: "driven", webSeeds });
  const seeding = new Seeding({
    reporter: silentReporter,
    host: "127.0.0.1",
    port: 0,
    httpPort,
    announce: false,
    encryption: "prefer",
    upBytesPerSecond: null,
    maxConnections: 50,
    maxConnectionsPerAddress: 50,
    uploadSlots: 50,
    folder: archive.layout.releases,
  });
  await seeding.replace(torrentsOfReleases((await listReleases(archive)).releases));
  await seeding.listen();
  stops.push(() => seeding.close());
  await writeFeed({ archive, reporter: silentReporter, url: null });
  return archive;
}

/** One round of a mirror that lets the client at this address do the work. */
function mirrorVia(folder: string, address: string, feed: string): Promise<MirrorSummary> {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  return mirrorFeed({
    feed,
    folder: mirrorFolder(join(folder, "mirror")),
    wishes: { spaceBytes: 1e9, groups: [], licences: [], only: null },
    custodian: "me",
    signer: null,
    everyMs: null,
    dryRun: false,
    reporter: silentReporter,
    signal: new AbortController().signal,
    openKeeper: async (signer) =>
      new ClientKeeper({
        client: clientAt(address, undefined),
        signer,
        folder: data,
        upBytesPerSecond: 500_000,
      }),
  });
}

async function driveThroughLife(folder: string, address: string): Promise<void> {
  const archive = await publish(folder);
  const feed = join(archive.layout.releases, "feed.json");
  await mirrorVia(folder, address, feed);
  // Nothing is added twice, and what the client says is read back.
  await expect
    .poll(async () => (await mirrorVia(folder, address, feed)).kept, { timeout: 60_000, interval: 1000 })
    .toEqual(["driven"]);
  expect(await clientAt(address, undefined).list()).toHaveLength(1);
  const parsed = parseTorrent(readFileSync(join(archive.layout.releases, "driven.torrent")));
  if (!parsed.ok) throw new Error(parsed.reason);
  for (const { path } of parsed.torrent.files.filter(({ isPad }) => !isPad)) {
    const theirs = readFileSync(join(folder, "data", "driven", ...path));
    expect(theirs.equals(readFileSync(join(archive.layout.releases, "driven", ...path)))).toBe(true);
  }
  const until = new Date(Date.now() + 1e9);
  await stateRelease({ archive, release: "driven", state: "embargoed", until, reason: "not yet" });
  await writeFeed({ archive, reporter: silentReporter, url: null });
  expect((await mirrorVia(folder, address, feed)).hidden).toEqual(["driven"]);
  await expect
    .poll(async () => (await clientAt(address, undefined).list()).map(({ isRunning }) => isRunning), {
      timeout: 10_000,
    })
    .toEqual([false]);
  await stateRelease({ archive, release: "driven", state: "revoked", until: null, reason: "a notice" });
  await writeFeed({ archive, reporter: silentReporter, url: null });
  expect((await mirrorVia(folder, address, feed)).dropped).toMatchObject([
    { name: "driven", why: "revoked" },
  ]);
  await expect
    .poll(() => existsSync(join(folder, "data", "driven", "RELEASE.json")), { timeout: 15_000 })
    .toBe(false);
  expect(await clientAt(address, undefined).list()).toEqual([]);
}

test("qBittorrent is driven through the life of a release: added, read back, stopped, deleted", async () => {
  const folder = join(root, "qbittorrent");
  const client = await Qbittorrent.start(join(folder, "profile"));
  stops.push(() => client.stop());
  await driveThroughLife(folder, `qbittorrent://127.0.0.1:${client.webPort}`);
}, 120_000);

test("Transmission, which takes no hybrids, is driven with the v1 torrent of the same bytes", async () => {
  const folder = join(root, "transmission");
  const rpcPort = await freePort();
  const daemon = await startTransmission(join(folder, "config"), rpcPort);
  stops.push(() => void daemon.kill("SIGKILL"));
  await driveThroughLife(folder, `transmission://me:secret@127.0.0.1:${rpcPort}`);
}, 120_000);

test("a client that is not there, or lets nobody in, is named with what to do", async () => {
  const port = await freePort();
  await expect(clientAt(`qbittorrent://127.0.0.1:${port}`, undefined).list()).rejects.toThrow(
    /cannot be asked/,
  );
  expect(() => clientAt("deluge://localhost", undefined)).toThrow(/no torrent client/);
  expect(() => clientAt("nonsense://me:secret@host", undefined)).not.toThrow(/secret/);
  for (const [status, body] of [
    [403, "Forbidden"],
    [401, ""],
    [200, "<html>"],
    [500, "x".repeat(5000)],
  ] as const) {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const at = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    await expect(clientAt(`qbittorrent://me:pw@${at}`, undefined).list()).rejects.toThrow(/qBittorrent/);
    await expect(clientAt(`transmission://me:pw@${at}`, undefined).list()).rejects.toThrow(/Transmission/);
    server.close();
  }
});

async function startTransmission(config: string, rpcPort: number): Promise<ChildProcess> {
  mkdirSync(config, { recursive: true });
  const args = [
    "--foreground",
    "--config-dir",
    config,
    "--port",
    String(rpcPort),
    "--rpc-bind-address",
    "127.0.0.1",
  ];
  const login = ["--auth", "--username", "me", "--password", "secret", "--allowed", "127.0.0.1"];
  const quiet = ["--no-dht", "--no-lpd", "--no-utp", "--no-portmap", "--bind-address-ipv4", "127.0.0.1"];
  const peerPort = ["--peerport", String(await freePort())];
  const child = spawn("transmission-daemon", [...args, ...login, ...quiet, ...peerPort], { stdio: "ignore" });
  for (let wait = 0; wait < 100; wait += 1) {
    const isUp = await fetch(`http://127.0.0.1:${rpcPort}/transmission/rpc`).then(
      () => true,
      () => false,
    );
    if (isUp) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("transmission-daemon does not answer");
}
