import { describe, expect, test } from "vitest";
import { UsageError } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { formatScope, parseScope, type ScopedTrack, scopeTest } from "./scope.ts";

test.each([
  ["archive", "archive", ""],
  ["track:0123456789abc", "track", "0123456789ABC"],
  ["album: The Wall ", "album", "The Wall"],
  ["artist:Sigur Rós", "artist", "Sigur Rós"],
  ["artist:A: B", "artist", "A: B"],
  ["path:./a/b/", "path", "a/b"],
  ["path:/music/a", "path", "/music/a"],
  ["source:music", "source", "music"],
  ["source:audio:music", "source", "music"],
])("%s is a scope", (text, kind, value) => {
  const scope = parseScope(text);
  expect(scope).toEqual({ kind, value });
  expect(parseScope(formatScope(scope))).toEqual(scope);
});

test.each([
  "",
  "everything",
  "archive:",
  "album:",
  "track:short",
  "track:",
  "path:",
  "path:/",
  "path:.",
  "path:a/../b",
  "genre:Rock",
  "Track:0123456789ABC",
  `artist:${"x".repeat(5000)}`,
])("%j is none, and the error says what is", (text) => {
  expect(() => parseScope(text)).toThrow(UsageError);
  expect(() => parseScope(text)).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("track:<id>") }),
  );
});

describe("a scope holds a track", () => {
  const track: ScopedTrack = {
    trackId: 5n,
    albumId: 6n,
    albumTitle: "agætis byrjun",
    mainArtists: ["sigur ros"],
    allArtists: ["sigur ros", "jonsi", "various"],
    source: "audio:music",
    root: "/home/me/music",
    fullPath: "a/b/c.ogg",
  };

  test.each([
    ["archive", true],
    [`track:${trackIdFromBigInt(5n)}`, true],
    [`track:${trackIdFromBigInt(6n)}`, false],
    ["album:AGÆTIS  BYRJUN", true],
    [`album:${trackIdFromBigInt(6n)}`, true],
    ["album:other", false],
    ["artist:Sigur Rós", true],
    ["artist:Jónsi", false],
    ["path:a", true],
    ["path:a/b/c.ogg", true],
    ["path:a/b/c", false],
    ["path:b", false],
    ["path:/home/me/music/a", true],
    ["path:/home/me/mus", false],
    ["source:music", true],
    ["source:mus", false],
  ])("%s: %s", (text, expected) => {
    expect(scopeTest(parseScope(text), "grant")(track)).toBe(expected);
  });

  test("of an artist for a grant only when nobody else is a main artist, for a denial with anybody who is credited", () => {
    const two = { ...track, mainArtists: ["sigur ros", "another"] };
    const scope = parseScope("artist:sigur ros");
    expect(scopeTest(scope, "grant")(two)).toBe(false);
    expect(scopeTest(scope, "deny")(two)).toBe(true);
    expect(scopeTest(parseScope("artist:Jónsi"), "deny")(track)).toBe(true);
    expect(scopeTest(scope, "grant")({ ...track, mainArtists: [] })).toBe(false);
  });
});
