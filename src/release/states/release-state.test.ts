import { expect, test } from "vitest";
import { type ChainLink, isHandedOut, isSeeded, type LastStatement, standingsAt } from "./release-state.ts";

const NOW = new Date("2026-06-15T00:00:00Z");

function link(name: string, previous: string | null, last: LastStatement = null): ChainLink {
  return { name, created: "2026-01-01T00:00:00Z", previous, last };
}

function said(
  state: Exclude<LastStatement, "unreadable" | null>["state"],
  until: string | null = null,
): LastStatement {
  return { state, created: "2026-06-01T00:00:00Z", until, reason: "because" };
}

function statesOf(links: readonly ChainLink[], now = NOW): Record<string, string> {
  return Object.fromEntries([...standingsAt(links, now)].map(([name, { state }]) => [name, state]));
}

test("a release of which nothing was said is open, and superseded by the one that follows it", () => {
  const links = [link("a", null), link("b", "a"), link("c", "b")];
  expect(statesOf(links)).toEqual({ a: "superseded", b: "superseded", c: "open" });
  expect(standingsAt(links, NOW).get("a")?.supersededBy).toBe("c");
});

test("a follower that is not given out supersedes nothing", () => {
  for (const last of [said("embargoed"), said("announced"), said("revoked"), "unreadable"] as const) {
    expect(statesOf([link("a", null), link("b", "a", last)]).a).toBe("open");
  }
});

test("one behind an embargoed release supersedes what stands before it", () => {
  const links = [link("a", null), link("b", "a", said("embargoed")), link("c", "b")];
  expect(statesOf(links)).toEqual({ a: "superseded", b: "embargoed", c: "open" });
});

test("an embargo ends by itself, in the second of its end", () => {
  const links = [link("a", null, said("embargoed", "2026-06-15T00:00:00Z"))];
  expect(statesOf(links, new Date("2026-06-14T23:59:59Z"))).toEqual({ a: "embargoed" });
  expect(statesOf(links)).toEqual({ a: "open" });
  expect(standingsAt(links, NOW).get("a")?.until).toBeNull();
});

test("what is revoked stays revoked whatever follows, and what cannot be read is given to nobody", () => {
  const links = [link("a", null, said("revoked")), link("b", "a", "unreadable"), link("c", "b")];
  expect(statesOf(links)).toEqual({ a: "revoked", b: "unknown", c: "open" });
  expect(isSeeded("revoked") || isSeeded("unknown") || isSeeded("embargoed") || isSeeded("announced")).toBe(
    false,
  );
  expect(isSeeded("superseded")).toBe(true);
  expect(isHandedOut("superseded")).toBe(false);
});

test("a chain that runs in a circle ends", () => {
  expect(statesOf([link("a", "b"), link("b", "a")])).toEqual({ a: "superseded", b: "superseded" });
});
