import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Reporter, silentReporter } from "../core/index.ts";
import { stateRelease } from "../release/index.ts";
import { PeerSource } from "./fetch/peer-source.ts";
import { seedReleases } from "./seed-releases.ts";
import { makeSeededRelease } from "./testing/seeded-release.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-seeding-"));
afterAll(() => rmSync(root, { recursive: true }));

test("a release that is revoked while it is seeded is given to nobody from then on, and its peers are let go", async () => {
  const seeded = await makeSeededRelease(root, [40_000]);
  const stop = new AbortController();
  let tellPorts: (ports: { port: number; httpPort: number }) => void = () => {};
  const ports = new Promise<{ port: number; httpPort: number }>((resolve) => {
    tellPorts = resolve;
  });
  const reporter: Reporter = {
    ...silentReporter,
    record: (record) => {
      if (record.type === "seeding")
        tellPorts({ port: Number(record.port), httpPort: Number(record.httpPort) });
    },
  };
  const running = seedReleases({
    archive: seeded.archive,
    reporter,
    signal: stop.signal,
    host: "127.0.0.1",
    port: 0,
    httpPort: 0,
    announce: false,
    encryption: "off",
    upBytesPerSecond: null,
    upBytesPerSecondPerRelease: null,
    maxConnectionsPerRelease: 10,
    maxConnections: 10,
    maxConnectionsPerAddress: 10,
    uploadSlots: 10,
    lookEveryMs: 0,
  });
  const { port, httpPort } = await ports;
  const infohash = (seeded.hybrid.infohashV2 ?? Buffer.alloc(0)).subarray(0, 20);
  const connect = () => PeerSource.connect({ host: "127.0.0.1", port }, infohash, { encryption: "off" });
  const get = (path: string) => fetch(`http://127.0.0.1:${httpPort}/${path}`);
  const peer = await connect();
  await peer.ready();
  expect((await peer.block(0, 0, 16_384)).length).toBe(16_384);
  expect((await get("seeded.torrent")).status).toBe(200);
  const base = { archive: seeded.archive, release: "seeded", until: null, reason: "a notice" };
  await stateRelease({ ...base, state: "revoked" });
  await expect.poll(() => peer.isOpen, { timeout: 10_000 }).toBe(false);
  await expect(connect()).rejects.toThrow();
  expect((await get("seeded.torrent")).status).toBe(404);
  expect((await get("seeded/RELEASE.json")).status).toBe(404);
  expect((await get("seeded.state-1.json")).status).toBe(200);
  stop.abort();
  expect((await running).releases).toBe(0);
}, 30_000);
