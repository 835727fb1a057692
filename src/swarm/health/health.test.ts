import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import type { SeedServer } from "../seed/seed-server.ts";
import { BadPeer } from "../testing/bad-peers.ts";
import { localServer } from "../testing/local-server.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { chooseLeaves } from "./challenge-peer.ts";
import { measureHealth } from "./measure-health.ts";
import { colourOf, largestCounts } from "./release-health.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-health-"));
let seeded: SeededRelease;
let torrents: SharedTorrents;
let server: SeedServer;
let honest = 0;

beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [700_000, 20_000], 65_536);
  torrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  server = localServer(torrents);
  honest = await server.listen();
});
afterAll(async () => {
  await server.close();
  await torrents.close();
  rmSync(root, { recursive: true });
});

const ask = (ports: readonly number[]) =>
  measureHealth({
    archive: seeded.archive,
    reporter: silentReporter,
    peers: ports.map((port) => ({ host: "127.0.0.1", port })),
    encryption: "off",
    leaves: 20,
    maxPeers: 10,
    limits: { red: 1, yellow: 2 },
  });

test("one who has it all is an effective copy", async () => {
  const [health] = await ask([honest]);
  expect(health).toMatchObject({
    release: "seeded",
    challenged: 1,
    effectiveCopies: 1,
    colour: "yellow",
    faults: [],
  });
});

test("one that gives other bytes, or no path to the root, or nothing, is none", async () => {
  const loaded = await torrents.load(torrents.torrents[0] ?? fail());
  const liar = new BadPeer(loaded, (block) => Buffer.from(block).reverse());
  const [health] = await ask([honest, await liar.listen(), 9]);
  liar.close();
  expect(health).toMatchObject({ challenged: 3, effectiveCopies: 1 });
  expect(health?.faults).toHaveLength(2);
});

test("one that knows the v1 torrent only is a copy too, and one that lies about it is none", async () => {
  const onlyV1 = new SharedTorrents(torrentsOfReleases([seeded.release]).filter(({ kind }) => kind === "v1"));
  const seeder = localServer(onlyV1);
  const loaded = await onlyV1.load(onlyV1.torrents[0] ?? fail());
  const liar = new BadPeer(loaded, (block) => Buffer.from(block).reverse());
  const [health] = await ask([await seeder.listen(), await liar.listen()]);
  liar.close();
  await seeder.close();
  await onlyV1.close();
  expect(health).toMatchObject({ challenged: 2, effectiveCopies: 1 });
  expect(health?.faults.map(({ reason }) => reason)).toEqual(["gives other bytes than ours"]);
});

test("without anybody the release is red", async () => {
  expect((await ask([]))[0]).toMatchObject({ seeders: null, effectiveCopies: 0, colour: "red" });
});

test("every leaf can be chosen, and none beyond the last", () => {
  const files = seeded.hybrid.files.filter(({ piecesRoot }) => piecesRoot !== null);
  const total = files.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 16_384), 0);
  const chosen = new Set<string>();
  for (let place = 0; place < total; place += 1) {
    const [one] = chooseLeaves(seeded.hybrid, 1, () => place);
    if (!one) throw new Error("no leaf");
    expect(one.leaf * 16_384).toBeLessThan(one.file.sizeBytes);
    chosen.add(`${one.file.path.join("/")} ${one.leaf}`);
  }
  expect(chosen.size).toBe(total);
});

describe("counts", () => {
  const count = fc.record({ seeders: fc.nat(100), leechers: fc.nat(100), completed: fc.nat(100) });
  test("of several infohashes are never added", () => {
    fc.assert(
      fc.property(fc.array(fc.option(count, { nil: undefined })), (counts) => {
        const largest = largestCounts(counts);
        const seeders = counts.flatMap((one) => one?.seeders ?? []);
        expect(largest?.seeders ?? null).toBe(seeders.length === 0 ? null : Math.max(...seeders));
      }),
    );
  });

  test.each([
    [0, "red"],
    [3, "red"],
    [4, "yellow"],
    [9, "yellow"],
    [10, "green"],
  ])("%i copies are %s", (copies, colour) => {
    expect(colourOf(copies, { red: 4, yellow: 10 })).toBe(colour);
  });
});

function fail(): never {
  throw new Error("it has to be there");
}
