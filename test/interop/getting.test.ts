import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../src/core/index.ts";
import { trackIdFromBigInt } from "../../src/formats/identifiers/index.ts";
import { getTracks } from "../../src/swarm/index.ts";
import { makeSmallRelease, type SmallRelease } from "./small-release.ts";
import { requireLibtorrent, type Seeder, startServer } from "./tools.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-getting-"));
let release: SmallRelease;
let seeder: Seeder | null = null;

beforeAll(async () => {
  requireLibtorrent();
  release = await makeSmallRelease(join(root, "archive"));
});
afterEach(() => {
  seeder?.stdin.end();
  seeder = null;
});
afterAll(() => rmSync(root, { recursive: true }));

describe("a track comes from libtorrent, byte for byte,", () => {
  test.each([
    ["by the torrent", () => release.hybridTorrent, "off", false],
    ["by the magnet link", () => release.magnets[0] ?? "", "off", false],
    ["encrypted, because it takes nothing else", () => release.hybridTorrent, "prefer", true],
    ["encrypted, because we take nothing else", () => release.magnets[0] ?? "", "require", true],
    ["plain, because it knows no other", () => release.hybridTorrent, "prefer", false],
  ] as const)("%s", async (name, from, encryption, isEncrypted) => {
    const { process, port } = await startServer(release.hybridTorrent, release.folder, isEncrypted);
    seeder = process;
    const file = join(root, `${name}.ogg`);
    const [number = 0, audio] = [...release.audio].find(([, { length }]) => length > 200_000) ?? [];
    await getTracks({
      queries: [trackIdFromBigInt(BigInt(number))],
      from: from(),
      peers: [{ host: "127.0.0.1", port }],
      encryption,
      trackers: null,
      signer: null,
      output: { file },
      all: false,
      force: false,
      cacheFolder: join(root, `cache ${name}`),
      reporter: silentReporter,
    });
    expect(audio && readFileSync(file).equals(audio)).toBe(true);
  });
});
