import { describe, expect, test } from "vitest";
import { decideRights, type RightsQuestion } from "./decide-rights.ts";
import type { RightsReason } from "./reason.ts";
import type { RightsStatement, StatementContent } from "./statement.ts";
import { type Level, said } from "./testing/statements.ts";

const WORLD: RightsQuestion = { territory: "worldwide", requireComposition: true, day: "2026-06-15" };
const US: RightsQuestion = { ...WORLD, territory: "US" };
const RECORDING_ONLY: RightsQuestion = { ...WORLD, requireComposition: false };

const grant = (level: Level, more?: Partial<StatementContent>): RightsStatement => said(level, "grant", more);
const deny = (level: Level, more?: Partial<StatementContent>): RightsStatement => said(level, "deny", more);
const none = (level: Level, noRight: StatementContent["noRight"] = "unreadable"): RightsStatement =>
  said(level, "none", { noRight });
const later = { date: "2026-02-01T00:00:00Z" };
const recording = { covers: ["recording"] } as const;
const composition = { covers: ["composition"] } as const;

describe("the gate", () => {
  test.each<[string, RightsStatement[], RightsReason, RightsQuestion?]>([
    ["nothing at all", [], "no-statement"],
    // One statement.
    ["a licence tag", [grant("tag")], "granted-by-tag"],
    ["a stanza", [grant("dep5")], "granted-by-stanza"],
    ["a package's licence", [grant("package-copyright")], "granted-by-package"],
    ["a declaration for the track", [grant("track")], "granted-by-declaration"],
    ["a declaration for the archive", [grant("archive")], "granted-by-declaration"],
    ["an unreadable tag", [none("tag")], "unreadable-tag"],
    ["an unreadable copyright file", [none("package-copyright")], "unreadable-document"],
    ["a licence of unknown terms", [none("dep5", "terms-unknown")], "terms-unknown"],
    ["a licence that forbids copies", [none("tag", "forbidden")], "forbidden-by-licence"],
    ["a rights statement", [none("tag", "status-only")], "status-is-no-licence"],
    ["two packages for one folder", [none("package-copyright", "ambiguous")], "ambiguous-package"],
    ["all rights reserved", [deny("tag")], "denied-by-tag"],
    ["a takedown", [deny("track")], "denied-by-declaration"],
    // What was found with the files, against each other.
    ["a tag over a stanza", [grant("tag"), grant("dep5")], "granted-by-tag"],
    [
      "an unreadable tag beside a package's licence",
      [none("tag"), grant("package-copyright")],
      "unreadable-tag",
    ],
    ["a reserving tag beside a stanza", [deny("tag"), grant("dep5")], "denied-by-tag"],
    ["a granting tag over an unreadable stanza", [grant("tag"), none("dep5")], "granted-by-tag"],
    ["two tags, one reserving", [grant("tag"), deny("tag")], "denied-by-tag"],
    ["two tags, one unreadable", [grant("tag"), none("tag")], "unreadable-tag"],
    ["two tags, one reserving, one unreadable", [none("tag"), deny("tag")], "denied-by-tag"],
    [
      "a status in the tag over a package's licence",
      [none("tag", "status-only"), grant("package-copyright")],
      "status-is-no-licence",
    ],
    // Declarations against what was found.
    ["a declaration over an unreadable tag", [grant("album"), none("tag")], "granted-by-declaration"],
    [
      "a declaration for the archive over an unreadable tag",
      [grant("archive"), none("tag")],
      "granted-by-declaration",
    ],
    [
      "a declaration for the track over a reserving tag",
      [grant("track"), deny("tag")],
      "granted-by-declaration",
    ],
    [
      "a declaration for the source over a reserving tag",
      [grant("source"), deny("tag")],
      "granted-by-declaration",
    ],
    [
      "a declaration for the archive against a reserving tag",
      [grant("archive"), deny("tag")],
      "denied-by-tag",
    ],
    [
      "a takedown of the archive over a granting tag",
      [deny("archive"), grant("tag")],
      "denied-by-declaration",
    ],
    ["a takedown of an artist over a stanza", [deny("artist"), grant("dep5")], "denied-by-declaration"],
    // Declarations against each other.
    ["a grant and a denial of the same scope", [grant("album"), deny("album")], "denied-by-declaration"],
    ["a later grant of the same scope", [grant("album", later), deny("album")], "denied-by-declaration"],
    ["a narrower denial", [grant("album", later), deny("track")], "denied-by-declaration"],
    ["a wider denial after the grant", [grant("track"), deny("artist", later)], "denied-by-declaration"],
    ["a wider denial of the same second", [grant("track"), deny("artist")], "denied-by-declaration"],
    ["a narrower grant after the denial", [grant("track", later), deny("artist")], "granted-by-declaration"],
    [
      "a narrower grant after one of two denials",
      [grant("track", later), deny("artist"), deny("album", { date: "2026-03-01T00:00:00Z" })],
      "denied-by-declaration",
    ],
    [
      "a longer path granted after a shorter was denied",
      [
        grant("path", { ...later, scope: { kind: "path", value: "a/b" } }),
        deny("path", { scope: { kind: "path", value: "a" } }),
      ],
      "granted-by-declaration",
    ],
    [
      "a shorter path granted after a longer was denied",
      [
        grant("path", { ...later, scope: { kind: "path", value: "a" } }),
        deny("path", { scope: { kind: "path", value: "a/b" } }),
      ],
      "denied-by-declaration",
    ],
    // Two rights.
    ["a right in the recording alone", [grant("track", recording)], "composition-not-covered"],
    ["a right in the composition alone", [grant("track", composition)], "recording-not-covered"],
    [
      "the recording where the composition is not asked for",
      [grant("track", recording)],
      "granted-by-declaration",
      RECORDING_ONLY,
    ],
    [
      "the composition where only the recording is asked for",
      [grant("track", composition)],
      "recording-not-covered",
      RECORDING_ONLY,
    ],
    [
      "two declarations, one for each",
      [grant("track", recording), grant("artist", composition)],
      "granted-by-declaration",
    ],
    ["the recording declared, both in the tag", [grant("track", recording), grant("tag")], "granted-by-tag"],
    ["the composition denied", [grant("tag"), deny("artist", composition)], "denied-by-declaration"],
    [
      "the composition denied where it is not asked for",
      [grant("tag"), deny("artist", composition)],
      "denied-by-declaration",
      RECORDING_ONLY,
    ],
    [
      "an unreadable tag where the recording is declared",
      [grant("track", recording), none("tag")],
      "unreadable-tag",
    ],
    // Days.
    ["a right that has ended", [grant("track", { end: "2026-06-14" })], "expired"],
    ["a right on its last day", [grant("track", { end: "2026-06-15" })], "granted-by-declaration"],
    ["a right on its first day", [grant("track", { start: "2026-06-15" })], "granted-by-declaration"],
    ["a right that begins tomorrow", [grant("track", { start: "2026-06-16" })], "not-yet-valid"],
    ["an ended right over a tag", [grant("track", { end: "2020-01-01" }), grant("tag")], "granted-by-tag"],
    ["an ended denial", [deny("track", { end: "2026-06-14" }), grant("tag")], "granted-by-tag"],
    ["a denial that has not begun", [deny("track", { start: "2026-06-16" }), grant("tag")], "granted-by-tag"],
    [
      "one right ended, one to come",
      [grant("track", { end: "2020-01-01" }), grant("album", { start: "2030-01-01" })],
      "not-yet-valid",
    ],
    // Territories.
    [
      "a right for one country, released to the world",
      [grant("track", { territories: ["DE"] })],
      "other-territory",
    ],
    ["a right for another country", [grant("track", { territories: ["DE"] })], "other-territory", US],
    [
      "a right for the country released in",
      [grant("track", { territories: ["DE", "US"] })],
      "granted-by-declaration",
      US,
    ],
    ["a worldwide right, released in one country", [grant("tag")], "granted-by-tag", US],
    [
      "free in the United States, released there",
      [grant("tag", { territories: ["US"], licence: "NoC-US" })],
      "granted-by-tag",
      US,
    ],
    [
      "free in the United States, released to the world",
      [grant("tag", { territories: ["US"], licence: "NoC-US" })],
      "other-territory",
    ],
    [
      "a denial in one country, released to the world",
      [deny("artist", { territories: ["DE"] }), grant("tag")],
      "denied-by-declaration",
    ],
    [
      "a denial in another country",
      [deny("artist", { territories: ["DE"] }), grant("tag")],
      "granted-by-tag",
      US,
    ],
    [
      "a denial in the country released in",
      [deny("artist", { territories: ["US"] }), grant("tag")],
      "denied-by-declaration",
      US,
    ],
    [
      "a right for another country, over a stanza",
      [grant("track", { territories: ["DE"] }), grant("dep5")],
      "granted-by-stanza",
    ],
  ])("of %s", (_, statements, reason, question = WORLD) => {
    for (const order of [statements, statements.toReversed()]) {
      const decision = decideRights(order, question);
      expect(decision.reason).toBe(reason);
      expect(decision.disseminate).toBe(reason.startsWith("granted-"));
    }
  });

  test("binds to all licences that stand side by side, and derives only where each allows it", () => {
    const decision = decideRights(
      [grant("tag", { licence: "CC-BY-4.0" }), grant("tag", { licence: "CC-BY-ND-3.0", derive: false })],
      WORLD,
    );
    expect(decision).toMatchObject({
      disseminate: true,
      derive: false,
      licence: "CC-BY-4.0 AND CC-BY-ND-3.0",
    });
  });

  test("takes the version of a bare GPL tag from the copyright file, and only then", () => {
    const tag = grant("tag", { licence: "GPL-1.0-or-later", raw: "LICENSE=GPL" });
    const file = grant("package-copyright", { licence: "GPL-2.0-or-later" });
    expect(decideRights([tag, file], WORLD)).toMatchObject({
      reason: "granted-by-tag",
      licence: "GPL-2.0-or-later",
      deciding: [tag, file],
    });
    const versioned = grant("tag", { licence: "GPL-3.0-or-later", raw: "LICENSE=GPL-3+" });
    expect(decideRights([versioned, file], WORLD).licence).toBe("GPL-3.0-or-later");
    const other = grant("package-copyright", { licence: "CC-BY-3.0" });
    expect(decideRights([tag, other], WORLD).licence).toBe("GPL-1.0-or-later");
  });

  test("names the statements that decided and the licence that did not suffice", () => {
    const doubt = said("tag", "none", { noRight: "status-only", licence: "InC" });
    expect(decideRights([grant("dep5"), doubt], WORLD)).toMatchObject({ deciding: [doubt], licence: "InC" });
  });
});
