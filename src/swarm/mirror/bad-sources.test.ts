import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { type Reporter, silentReporter } from "../../core/index.ts";
import { SharedTorrents, torrentsOfReleases } from "../content/shared-torrents.ts";
import { writeFeed } from "../feed/write-feed.ts";
import { Seeding } from "../seed/seeding.ts";
import { BadPeer } from "../testing/bad-peers.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { mirrorFeed } from "./mirror-feed.ts";
import { mirrorFolder } from "./mirror-folder.ts";
import { OwnKeeper } from "./own-keeper.ts";
import { PieceLedger } from "./piece-ledger.ts";
import { isRightPiece, planPieces } from "./piece-plan.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-bad-sources-"));
afterAll(() => rmSync(root, { recursive: true }));

let folder: string;
let seeded: SeededRelease;
let seeding: Seeding;
let bad: BadPeer | null = null;
let badTorrents: SharedTorrents | null = null;
beforeEach(async () => {
  folder = mkdtempSync(join(root, "t-"));
  seeded = await makeSeededRelease(join(folder, "archive"), [400_000, 700_000], 16_384);
  await writeFeed({ archive: seeded.archive, reporter: silentReporter, url: null });
  seeding = await startSeeding(null);
});
afterEach(async () => {
  bad?.close();
  bad = null;
  await badTorrents?.close();
  badTorrents = null;
  await seeding.close();
});

async function startSeeding(upBytesPerSecond: number | null): Promise<Seeding> {
  const started = new Seeding({
    reporter: silentReporter,
    host: "127.0.0.1",
    port: 0,
    httpPort: null,
    announce: false,
    encryption: "prefer",
    upBytesPerSecond,
    maxConnections: 50,
    maxConnectionsPerAddress: 50,
    uploadSlots: 50,
    folder: seeded.archive.layout.releases,
  });
  await started.replace(torrentsOfReleases([seeded.release]));
  return started;
}

async function startBadPeer(answer: (block: Buffer, count: number) => Buffer | null): Promise<number> {
  badTorrents = new SharedTorrents(torrentsOfReleases([seeded.release]));
  const [torrent] = badTorrents.torrents;
  if (torrent === undefined) throw new Error("no torrent");
  bad = new BadPeer(await badTorrents.load(torrent), answer);
  return await bad.listen();
}

/** Mirrors by these peers alone: the feed stands on a server that has the small files only. */
async function mirrorFrom(ports: readonly number[], reporter: Reporter) {
  const target = mirrorFolder(join(folder, "mirror"));
  return await mirrorFeed({
    feed: join(feedAlone(), "feed.json"),
    folder: target,
    wishes: { spaceBytes: 1e9, groups: [], licences: [], only: null },
    custodian: "me",
    signer: null,
    everyMs: null,
    dryRun: false,
    reporter,
    signal: new AbortController().signal,
    openKeeper: async (signer) =>
      new OwnKeeper({
        folder: target,
        signer,
        spaceBytes: 1e9,
        peers: ports.map((port) => ({ host: "127.0.0.1", port })),
        encryption: "off",
        seeding: null,
        reporter,
      }),
  });
}

/** The feed, the torrents and the announcement, without the bag. */
function feedAlone(): string {
  const alone = join(folder, "feed");
  mkdirSync(alone, { recursive: true });
  const from = seeded.archive.layout.releases;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) cpSync(join(from, entry.name), join(alone, entry.name));
  }
  return alone;
}

function expectWhole(): void {
  for (const { path } of seeded.hybrid.files.filter(({ isPad }) => !isPad)) {
    const mirrored = readFileSync(join(folder, "mirror", "releases", "seeded", ...path));
    expect(mirrored.equals(readFileSync(join(seeded.release.folder, ...path)))).toBe(true);
  }
}

test("a peer that lies is found out by the piece it gave, named, and asked no more", async () => {
  const { port } = await seeding.listen();
  const badPort = await startBadPeer((block, count) => {
    if (count % 3 === 0) block[5] = (block[5] ?? 0) ^ 1;
    return block;
  });
  const warnings: string[] = [];
  const reporter = { ...silentReporter, warn: (text: string) => void warnings.push(text) };
  expect((await mirrorFrom([badPort, port], reporter)).kept).toEqual(["seeded"]);
  expectWhole();
  expect(warnings.join()).toMatch(new RegExp(`127.0.0.1:${badPort} gave wrong bytes`));
}, 30_000);

test("a peer that falls silent does not keep anybody waiting for its pieces", async () => {
  const { port } = await seeding.listen();
  const badPort = await startBadPeer((block, count) => (count > 4 ? null : block));
  expect((await mirrorFrom([badPort, port], silentReporter)).kept).toEqual(["seeded"]);
  expectWhole();
}, 60_000);

test("peers that know the v1 torrent only give pieces that the hybrid's hashes prove", async () => {
  await seeding.replace(torrentsOfReleases([seeded.release]).filter(({ kind }) => kind === "v1"));
  const { port } = await seeding.listen();
  expect((await mirrorFrom([port], silentReporter)).kept).toEqual(["seeded"]);
  expectWhole();
}, 30_000);

test("when nobody has it, what there is to say is said and nothing is published", async () => {
  const badPort = await startBadPeer((block) => {
    block[0] = (block[0] ?? 0) ^ 1;
    return block;
  });
  const summary = await mirrorFrom([badPort], silentReporter);
  expect(summary.failed.map(({ reason }) => reason).join()).toMatch(/nobody has all of "seeded"/);
  expect(existsSync(join(folder, "mirror", "releases", "seeded.json"))).toBe(false);
}, 30_000);

test("kill -9 at any moment leaves a mirror that goes on, and ends with the same bytes", async () => {
  await seeding.close();
  // Slow enough to be killed in the middle.
  seeding = await startSeeding(600_000);
  const { port } = await seeding.listen();
  const feed = join(feedAlone(), "feed.json");
  const run = (killAfterMs: number | null): Promise<number | null> =>
    new Promise((resolve) => {
      const main = join(import.meta.dirname, "../../cli/main.ts");
      const args = [
        feed,
        "--space",
        "1GB",
        "--into",
        join(folder, "mirror"),
        "--once",
        "--peer",
        `127.0.0.1:${port}`,
      ];
      const child = spawn(process.execPath, ["--import", "tsx", main, "swarm", "mirror", ...args], {
        stdio: "ignore",
      });
      const timer = killAfterMs === null ? null : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
      child.on("exit", (code) => {
        if (timer) clearTimeout(timer);
        resolve(code);
      });
    });
  for (const killAfterMs of [1500, 2100, 2600, 3000]) {
    await run(killAfterMs);
    const published = existsSync(join(folder, "mirror", "releases", "seeded.json"));
    if (published) expectWhole();
  }
  expect(await run(null)).toBe(0);
  expectWhole();
  expect(readdirSync(join(folder, "mirror", "incoming"))).toEqual([]);
}, 90_000);

test("pieces are proved by their hashes in the torrent, and no changed byte passes", async () => {
  const pieces = planPieces(seeded.hybrid);
  const bytesOf = (piece: (typeof pieces)[number]): Buffer => {
    const path = seeded.hybrid.files[piece.file]?.path ?? [];
    const { offsetInFileBytes: start, lengthBytes } = piece;
    return readFileSync(join(seeded.release.folder, ...path)).subarray(start, start + lengthBytes);
  };
  for (const piece of pieces) expect(isRightPiece(piece, bytesOf(piece))).toBe(true);
  fc.assert(
    fc.property(
      fc.nat(pieces.length - 1),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (index, at, change) => {
        const piece = pieces[index];
        if (piece === undefined) throw new Error("no piece");
        const bytes = Buffer.from(bytesOf(piece));
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
        expect(isRightPiece(piece, bytes)).toBe(false);
      },
    ),
  );
});

test("a ledger hands out every piece, to one source at a time, and to a second when the first is late", () => {
  const pieces = planPieces(seeded.hybrid);
  const ledger = new PieceLedger(pieces, 1000);
  const all = (): boolean => true;
  const taken = pieces.map(() => ledger.take("a", all, 0)?.index);
  expect(new Set(taken).size).toBe(pieces.length);
  expect(ledger.take("a", all, 5000)).toBeNull();
  expect(ledger.take("b", all, 999)).toBeNull();
  const late = ledger.take("b", all, 1000);
  if (late === null) throw new Error("nothing to take");
  expect(ledger.keep(late)).toBe(true);
  expect(ledger.keep(late)).toBe(false);
  const [second] = ledger.missingPieces;
  if (second === undefined) throw new Error("nothing is missing");
  ledger.giveUp("a", second);
  expect(ledger.take("c", (piece) => piece.index === second.index, 1)?.index).toBe(second.index);
  for (const piece of ledger.missingPieces) ledger.keep(piece);
  expect(ledger.isComplete).toBe(true);
});
