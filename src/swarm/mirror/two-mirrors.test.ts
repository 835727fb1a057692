import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Reporter, silentReporter } from "../../core/index.ts";
import { torrentsOfReleases } from "../content/shared-torrents.ts";
import { writeFeed } from "../feed/write-feed.ts";
import { Seeding } from "../seed/seeding.ts";
import { makeSeededRelease } from "../testing/seeded-release.ts";
import { mirrorFeed } from "./mirror-feed.ts";
import { mirrorFolder } from "./mirror-folder.ts";
import { OwnKeeper } from "./own-keeper.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-two-mirrors-"));
afterAll(() => rmSync(root, { recursive: true }));

const LIMITS = { maxConnections: 50, maxConnectionsPerAddress: 50, uploadSlots: 50 };

function startSeeding(folder: string, upBytesPerSecond: number | null): Seeding {
  const where = { host: "127.0.0.1", port: 0, httpPort: null, announce: false } as const;
  return new Seeding({
    ...LIMITS,
    ...where,
    reporter: silentReporter,
    encryption: "prefer",
    upBytesPerSecond,
    folder,
  });
}

test("one mirror gives to another what it has of a release that it is still fetching", async () => {
  const seeded = await makeSeededRelease(join(root, "archive"), [900_000, 900_000], 16_384);
  const { archive, release } = seeded;
  await writeFeed({ archive, reporter: silentReporter, url: null });
  const origin = startSeeding(archive.layout.releases, 300_000);
  await origin.replace(torrentsOfReleases([release]));
  const { port: originPort } = await origin.listen();
  const stop = new AbortController();
  const opened: Seeding[] = [];
  const start = (
    name: string,
    peerPort: number,
    reporter: Reporter,
  ): { port: Promise<number>; done: Promise<unknown> } => {
    const folder = mirrorFolder(join(root, name));
    const seeding = startSeeding(folder.releases, null);
    opened.push(seeding);
    const listening = seeding.listen().then(({ port }) => port);
    const done = mirrorFeed({
      feed: join(archive.layout.releases, "feed.json"),
      folder,
      wishes: { spaceBytes: 1e9, groups: [], licences: [], only: null },
      custodian: name,
      signer: null,
      everyMs: 60_000,
      dryRun: false,
      reporter,
      signal: stop.signal,
      openKeeper: async (signer) => {
        await listening;
        const peers = [{ host: "127.0.0.1", port: peerPort }];
        const keeper = {
          folder,
          signer,
          spaceBytes: 1e9,
          peers,
          encryption: "off",
          seeding,
          reporter,
        } as const;
        return new OwnKeeper({ ...keeper, usesFeedFolder: false });
      },
    });
    return { port: listening, done };
  };
  const finished = new Map<string, number>();
  let givenBeforeEnd = 0;
  const reporterOf = (name: string): Reporter => ({
    ...silentReporter,
    record: (record) => {
      if (record.type !== "fetched") return;
      finished.set(name, performance.now());
      if (name === "first") givenBeforeEnd = opened[0]?.uploadedBytes ?? 0;
    },
  });
  const first = start("first", originPort, reporterOf("first"));
  const second = start("second", await first.port, reporterOf("second"));
  await expect.poll(() => finished.size, { timeout: 40_000 }).toBe(2);
  // The origin takes six seconds for it; the second mirror, which knows only the first, was at it all the while.
  expect(givenBeforeEnd).toBeGreaterThan(300_000);
  const lagMs = (finished.get("second") ?? 0) - (finished.get("first") ?? 0);
  expect(lagMs).toBeLessThan(3000);
  for (const name of ["first", "second"]) {
    for (const { path } of seeded.hybrid.files.filter(({ isPad }) => !isPad)) {
      const mirrored = readFileSync(join(root, name, "releases", "seeded", ...path));
      expect(mirrored.equals(readFileSync(join(release.folder, ...path)))).toBe(true);
    }
  }
  stop.abort();
  await Promise.all([first.done, second.done]);
  await origin.close();
}, 60_000);
