import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, test } from "vitest";
import { makeSmallRelease, requireSameFiles, type SmallRelease } from "./small-release.ts";
import { freePort, requireLibtorrent, requireProgram, runClient, type Seeder, startSeeder } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-transfers-"));
let release: SmallRelease;
let seeder: Seeder | null = null;

beforeAll(async () => {
  requireLibtorrent();
  requireProgram("transmission-cli", "transmission-cli");
  requireProgram("aria2c", "aria2");
  release = await makeSmallRelease(join(root, "archive"));
});
afterEach(() => {
  seeder?.stdin.end();
  seeder = null;
});
afterAll(() => rmSync(root, { recursive: true }));

/** Clients that look for no one but the peer that connects to them. */
describe("the v1 torrent is completed from a libtorrent seeder on loopback by", () => {
  test("Transmission", async () => {
    const port = await freePort();
    const [settings, downloads] = [join(root, "transmission"), join(root, "by-transmission")];
    mkdirSync(settings);
    mkdirSync(downloads);
    const offline = {
      "dht-enabled": false,
      "lpd-enabled": false,
      "pex-enabled": false,
      "utp-enabled": false,
    };
    writeFileSync(
      join(settings, "settings.json"),
      JSON.stringify({
        ...offline,
        "port-forwarding-enabled": false,
        "bind-address-ipv4": "127.0.0.1",
        encryption: 0,
      }),
    );
    // It seeds for ever; the script that it runs when it is done ends it.
    const whenDone = join(settings, "done.sh");
    writeFileSync(whenDone, '#!/bin/sh\nkill "$PPID"\n');
    chmodSync(whenDone, 0o755);
    seeder = await startSeeder(release.v1Torrent, release.folder, port);
    const options = ["-g", settings, "-w", downloads, "-p", String(port), "-M", "-et", "-f", whenDone];
    await runClient("transmission-cli", [...options, release.v1Torrent]);
    requireSameFiles(release.bag, join(downloads, release.name));
  }, 180_000);

  test("aria2", async () => {
    const port = await freePort();
    const downloads = join(root, "by-aria2");
    mkdirSync(downloads);
    seeder = await startSeeder(release.v1Torrent, release.folder, port);
    const offline = [
      "--enable-dht=false",
      "--enable-dht6=false",
      "--bt-enable-lpd=false",
      "--enable-peer-exchange=false",
    ];
    const options = [
      `--dir=${downloads}`,
      `--listen-port=${port}`,
      "--interface=127.0.0.1",
      "--seed-time=0",
      "--quiet",
    ];
    await runClient("aria2c", [
      "--no-conf",
      ...offline,
      ...options,
      "--file-allocation=none",
      release.v1Torrent,
    ]);
    requireSameFiles(release.bag, join(downloads, release.name));
  }, 180_000);
});
