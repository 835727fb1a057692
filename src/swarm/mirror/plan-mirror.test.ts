import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Feed, FeedRelease } from "../feed/feed-document.ts";
import { type MirrorWishes, planMirror } from "./plan-mirror.ts";

const TIME = "2026-01-01T00:00:00Z";

function release(name: string, more: Partial<FeedRelease> = {}): FeedRelease {
  return {
    name,
    group: "music",
    created: TIME,
    sizeBytes: 100,
    tracks: 1,
    releaseSha256: "0".repeat(64),
    previous: null,
    licences: [{ licence: "CC0-1.0", tracks: 1 }],
    state: "open",
    since: TIME,
    until: null,
    reason: null,
    supersededBy: null,
    announcement: `${name}.json`,
    health: null,
    torrents: [],
    ...more,
  };
}

function feedOf(...releases: readonly FeedRelease[]): Feed {
  const archive = "11ab5f7b-c74b-47e8-9cbd-eec8410a673e";
  return {
    format: "deadwax-feed/1",
    archive,
    title: "A",
    created: TIME,
    minimumCopies: 4,
    releases: [...releases],
  };
}

function copies(effectiveCopies: number): FeedRelease["health"] {
  return { measured: TIME, seeders: null, leechers: null, effectiveCopies, lastSeen: TIME, trend: null };
}

const WISHES: MirrorWishes = { custodian: "me", spaceBytes: 1000, groups: [], licences: [], only: null };
const whole = (name: string) => ({ name, sizeBytes: 100, isWhole: true });
const names = (releases: readonly { readonly name: string }[]): readonly string[] =>
  releases.map(({ name }) => name);

describe("what is held", () => {
  test("and revoked goes, whatever else", () => {
    const plan = planMirror(feedOf(release("a", { state: "revoked" })), WISHES, [whole("a")]);
    expect(plan).toMatchObject({ give: [], drop: [{ name: "a", why: "revoked" }] });
  });

  test("and superseded goes when the later release is whole, and not before", () => {
    const feed = feedOf(release("a", { state: "superseded", supersededBy: "b" }), release("b"));
    expect(planMirror(feed, WISHES, [whole("a")])).toMatchObject({ give: ["a"], drop: [] });
    const coming = { ...whole("b"), isWhole: false };
    expect(planMirror(feed, WISHES, [whole("a"), coming])).toMatchObject({ drop: [] });
    expect(planMirror(feed, WISHES, [whole("a"), whole("b")])).toMatchObject({
      give: ["b"],
      drop: [{ name: "a", why: "superseded" }],
    });
  });

  test("and embargoed, or not understood, or not listed, is kept and not given", () => {
    const feed = feedOf(release("a", { state: "embargoed" }), release("b", { state: "unknown" }));
    expect(planMirror(feed, WISHES, [whole("a"), whole("b"), whole("c")])).toMatchObject({
      give: [],
      hide: ["a", "b", "c"],
      drop: [],
    });
  });

  test("and wanted no more goes only when enough others have it", () => {
    const wishes = { ...WISHES, groups: ["speech"] };
    const many = planMirror(feedOf(release("a", { health: copies(5) })), wishes, [whole("a")]);
    expect(many.drop).toEqual([{ name: "a", why: "not-wanted", copiesLeft: 4 }]);
    for (const health of [copies(4), null]) {
      const few = planMirror(feedOf(release("a", { health })), wishes, [whole("a")]);
      expect(few).toMatchObject({ give: ["a"], keptForOthers: ["a"], drop: [] });
    }
  });
});

describe("what is fetched", () => {
  test("is wanted by collection, licence and name", () => {
    const feed = feedOf(
      release("music-a"),
      release("music-b", { licences: [{ licence: "CC-BY-4.0", tracks: 1 }] }),
      release("music-c", { group: "speech" }),
      release("music-d", { licences: [] }),
      release("other"),
    );
    const wishes = { ...WISHES, groups: ["music"], licences: ["CC0-1.0"], only: /^music-/ };
    expect(names(planMirror(feed, wishes, []).fetch)).toEqual(["music-a"]);
  });

  test("is what follows a release that is here, before all others", () => {
    const others = Array.from({ length: 20 }, (_, index) => release(`other-${index}`, { health: copies(0) }));
    const feed = feedOf(
      release("a", { state: "superseded", supersededBy: "b" }),
      ...others,
      release("b", { health: copies(9) }),
    );
    expect(planMirror(feed, WISHES, [whole("a")]).fetch[0]?.name).toBe("b");
  });

  test("is never more than fits, never held, never closed, whatever the feed says", () => {
    const state = fc.constantFrom(
      "announced",
      "initial-seeding",
      "open",
      "embargoed",
      "revoked",
      "superseded",
      "unknown",
    );
    const releases = fc.uniqueArray(
      fc.record({ name: fc.nat(30), sizeBytes: fc.nat(400), state, copies: fc.nat(9) }),
      { selector: ({ name }) => name, maxLength: 30 },
    );
    fc.assert(
      fc.property(releases, fc.nat(2000), fc.nat(30), (drafts, spaceBytes, held) => {
        const feed = feedOf(
          ...drafts.map((draft) =>
            release(`r-${draft.name}`, {
              sizeBytes: draft.sizeBytes,
              state: draft.state as FeedRelease["state"],
              health: copies(draft.copies),
            }),
          ),
        );
        const holdings = drafts
          .filter(({ name }) => name < held)
          .map(({ name, sizeBytes }) => ({ name: `r-${name}`, sizeBytes, isWhole: true }));
        const plan = planMirror(feed, { ...WISHES, spaceBytes }, holdings);
        const bytes = plan.fetch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        expect(bytes).toBeLessThanOrEqual(spaceBytes);
        for (const { name, state: its } of plan.fetch) {
          expect(["open", "initial-seeding"]).toContain(its);
          expect(holdings.map((holding) => holding.name)).not.toContain(name);
        }
        const decided = [...plan.give, ...plan.hide, ...names(plan.drop)].sort();
        expect(decided).toEqual(names(holdings).toSorted());
      }),
    );
  });
});
