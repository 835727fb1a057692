import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sax from "sax";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../../core/index.ts";
import { stateRelease } from "../../release/index.ts";
import { appendHealth, readHealth, summarise } from "../health/health-log.ts";
import { makeSeededRelease, type SeededRelease } from "../testing/seeded-release.ts";
import { openFeed } from "./feed-document.ts";
import { rssOf } from "./rss.ts";
import { writeFeed } from "./write-feed.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-feed-"));
afterAll(() => rmSync(root, { recursive: true }));

const URL_OF_RELEASES = "https://archive.example/releases/";

let seeded: SeededRelease;
beforeAll(async () => {
  seeded = await makeSeededRelease(join(root, "archive"), [20_000, 30_000]);
});

function write() {
  return writeFeed({ archive: seeded.archive, reporter: silentReporter, url: URL_OF_RELEASES });
}

test("the feed lists every release with its torrents, its health and its licences, and is signed", async () => {
  const health = {
    release: "seeded",
    sizeBytes: 1,
    seeders: 7,
    leechers: 2,
    challenged: 9,
    effectiveCopies: 5,
    colour: "yellow",
    faults: [],
  } as const;
  await appendHealth(seeded.archive, [health], new Date("2026-06-01T00:00:00Z"));
  const { files } = await write();
  expect(files.map((file) => file.replace(seeded.archive.layout.releases, ""))).toEqual([
    "/feed.json",
    "/feed.xml",
  ]);
  const opened = openFeed(readFileSync(files[0] ?? ""));
  if (!opened.ok) throw new Error(opened.reason);
  expect(opened.signer).toBe(seeded.archive.config.did);
  const { announcement } = seeded.release;
  expect(opened.feed).toMatchObject({ archive: announcement.archive, minimumCopies: 4 });
  expect(opened.feed.releases).toHaveLength(1);
  expect(opened.feed.releases[0]).toMatchObject({
    name: "seeded",
    state: "open",
    announcement: "seeded.json",
    tracks: 2,
    licences: [{ licence: "CC0-1.0", tracks: 2 }],
    health: { seeders: 7, leechers: 2, effectiveCopies: 5, lastSeen: "2026-06-01T00:00:00Z", trend: null },
  });
  expect(opened.feed.releases[0]?.torrents.map(({ btih, magnet_link }) => [btih, magnet_link])).toEqual(
    announcement.torrents.map(({ infohashV1, magnet }) => [infohashV1, magnet]),
  );
});

test("a feed with any byte changed is refused", async () => {
  const bytes = readFileSync((await write()).files[0] ?? "");
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ change;
      expect(openFeed(changed).ok).toBe(false);
    }),
  );
});

test("RSS is well-formed whatever a release is called or licensed under", async () => {
  const { feed } = await write();
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const releases = feed.releases.map((release) => ({
        ...release,
        group: text,
        licences: [{ licence: text, tracks: 1 }],
      }));
      const xml = rssOf({ ...feed, title: text, releases }, URL_OF_RELEASES);
      const parser = sax.parser(true);
      const enclosures: string[] = [];
      parser.onopentag = ({ name, attributes }) => {
        if (name === "enclosure") enclosures.push(String(attributes.url));
      };
      parser.write(xml).close();
      expect(enclosures).toEqual([`${URL_OF_RELEASES}seeded.torrent`]);
    }),
  );
});

test("what is embargoed or revoked is listed without a way to get it", async () => {
  const until = new Date(Date.now() + 1e9);
  const base = { archive: seeded.archive, release: "seeded", reason: "told to" };
  await stateRelease({ ...base, state: "embargoed", until });
  expect((await write()).feed.releases[0]).toMatchObject({
    state: "embargoed",
    announcement: null,
    torrents: [],
  });
  await stateRelease({ ...base, state: "revoked", until: null });
  const { feed } = await write();
  expect(feed.releases[0]).toMatchObject({
    state: "revoked",
    reason: "told to",
    announcement: null,
    torrents: [],
  });
  expect(rssOf(feed, URL_OF_RELEASES)).not.toContain("<item>");
});

test("the log of health says when somebody was last seen, and the trend over a week", async () => {
  const measure = (time: string, effectiveCopies: number, seeders: number | null) => ({
    time,
    release: "a",
    seeders,
    leechers: 0,
    challenged: 3,
    effectiveCopies,
  });
  expect(summarise([])).toBeNull();
  const measures = [
    measure("2026-01-01T00:00:00Z", 5, 9),
    measure("2026-01-03T00:00:00Z", 0, 1),
    measure("2026-01-08T00:00:00Z", 0, null),
  ];
  expect(summarise(measures)).toMatchObject({ lastSeen: "2026-01-03T00:00:00Z", trend: -5 });
  expect((await readHealth(seeded.archive)).get("seeded")?.latest.effectiveCopies).toBe(5);
});
