import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import sax from "sax";
import { expect, test } from "vitest";
import { didKeyFromPublicKey } from "../../core/did-key.ts";
import { type JsonValue, signDocument } from "../../core/index.ts";
import { planMirror } from "../mirror/plan-mirror.ts";
import { openFeed } from "./feed-document.ts";
import { rssOf } from "./rss.ts";

const keys = generateKeyPairSync("ed25519");
const signer = didKeyFromPublicKey(keys.publicKey);

const release = (name: string): { readonly [key: string]: JsonValue } => ({
  name,
  group: "live",
  created: "2026-01-01T00:00:00Z",
  sizeBytes: 1_000_000,
  tracks: 3,
  releaseSha256: "0".repeat(64),
  previous: null,
  licences: [{ licence: "CC0-1.0", tracks: 3 }],
  state: "open",
  since: "2026-01-01T00:00:00Z",
  until: null,
  reason: null,
  supersededBy: null,
  announcement: `${name}.json`,
  health: {
    measured: "2026-01-02T00:00:00Z",
    seeders: 3,
    leechers: 0,
    effectiveCopies: 3,
    lastSeen: null,
    trend: -1,
  },
  torrents: [
    {
      kind: "hybrid",
      url: `${name}.torrent`,
      sha256: "1".repeat(64),
      top_level_group_name: "archive",
      group_name: "live",
      display_name: name,
      added_to_torrents_list_at: "2026-01-01T00:00:00Z",
      is_metadata: false,
      btih: "2".repeat(40),
      btmh: "3".repeat(64),
      magnet_link: "magnet:?xt=urn:btih:22",
      torrent_size: 100,
      num_files: 2,
      data_size: 1_000_000,
      obsolete: false,
      embargo: false,
      seeders: null,
      leechers: null,
      stats_scraped_at: null,
    },
  ],
});

const feed: { readonly [key: string]: JsonValue } = {
  format: "deadwax-feed/1",
  archive: "0d5c4d4c-5d7c-4a52-8f0c-2f4a1c0b9d11",
  title: "An archive",
  created: "2026-01-03T00:00:00Z",
  minimumCopies: 4,
  releases: [release("first"), release("second")],
};

/** Every place in a document, as the keys on the way to it. */
function placesIn(value: JsonValue, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => placesIn(member, [...path, key]))];
}

function replaced(value: JsonValue, path: readonly string[], by: JsonValue | undefined): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return by ?? null;
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).flatMap(([name, member]): [string, JsonValue][] => {
    if (name !== key) return [[name, member]];
    if (rest.length === 0) return by === undefined ? [] : [[name, by]];
    return [[name, replaced(member, rest, by)]];
  });
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}

const places = placesIn(feed).filter((path) => path.length > 0);
/** What is worth trying at any place, beside any JSON at all. */
const nonsense = fc.oneof(
  fc.constantFrom<JsonValue>(
    "../../etc/passwd",
    "first.json",
    "2026-13-45T99:99:99Z",
    "9999-12-31T23:59:59Z",
    -1,
    2 ** 53,
    2 ** 60,
    0.5,
    [],
    {},
    null,
    true,
    "open",
    "embargoed",
    "revoked",
    "\u0000\u202e<script>",
  ),
  fc.string({ unit: "binary", maxLength: 40 }).filter((text) => text.isWellFormed()),
  fc.integer(),
  fc.constant(undefined),
);

test("a signer who signs nonsense gets a reason, or a feed that a mirror and a reader of RSS can use", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...places), nonsense), { minLength: 1, maxLength: 3 }),
      (changes) => {
        const changed = changes.reduce<JsonValue>((value, [path, by]) => replaced(value, path, by), feed);
        const fields = Object.fromEntries(Object.entries(changed ?? {}));
        const opened = openFeed(signDocument(fields, signer, keys.privateKey));
        if (!opened.ok) {
          expect(opened.reason).not.toBe("");
          return;
        }
        const wishes = { custodian: "a", spaceBytes: 10_000_000, groups: [], licences: [], only: null };
        const holdings = [{ name: "first", sizeBytes: 1_000_000, isWhole: true }];
        const { fetch, drop } = planMirror(opened.feed, wishes, holdings);
        for (const { name, state } of fetch) {
          expect(name).toMatch(/^[a-z0-9-]+$/);
          expect(["revoked", "embargoed", "unknown"]).not.toContain(state);
        }
        expect(drop.every(({ name }) => name === "first")).toBe(true);
        const parser = sax.parser(true);
        parser.write(rssOf(opened.feed, "https://archive.example/releases/")).close();
      },
    ),
    { numRuns: 1000 },
  );
});

test("the feed that is changed there is itself one that is taken", () => {
  expect(openFeed(signDocument(feed, signer, keys.privateKey))).toMatchObject({ ok: true, signer });
});
