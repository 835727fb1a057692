import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { RIGHTS_TAGS, tagStatements } from "./tag-statements.ts";

const SAID = { date: "2026-01-01T00:00:00Z", accession: "audio-m-1" };

function statementsOf(key: string, value: string): ReturnType<typeof tagStatements> {
  return tagStatements("0000000000001", [{ key, value }], SAID);
}

test.each([
  ["LICENSE", "http://creativecommons.org/licenses/by-sa/3.0/", "CC-BY-SA-3.0"],
  ["LICENSE", "GPL", "GPL-1.0-or-later"],
  ["LICENSE", "GPL\t", "GPL-1.0-or-later"],
  ["LICENSE", "CC0", "CC0-1.0"],
  ["LICENSE", "https://creativecommons.org/publicdomain/mark/1.0/", "CC-PDM-1.0"],
  ["LICENCE", "CC BY 4.0", "CC-BY-4.0"],
  ["WCOP", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"],
  ["COPYRIGHTURL", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"],
  ["COPYRIGHT", "CC BY-SA 3.0", "CC-BY-SA-3.0"],
  [
    "COPYRIGHT",
    "2011 X. Licensed to the public under http://creativecommons.org/licenses/by/3.0/ verify at http://x.example",
    "CC-BY-3.0",
  ],
  ["COMMENT", "http://creativecommons.org/licenses/by-nc-nd/3.0/", "CC-BY-NC-ND-3.0"],
  ["COMMENT", "Licensed under http://creativecommons.org/licenses/by/3.0/.", "CC-BY-3.0"],
])("%s=%j is a licence", (key, value, licence) => {
  expect(statementsOf(key, value)).toMatchObject([
    { decision: "grant", licence, disseminate: true, source: "tag" },
  ]);
});

test.each([
  ["LICENSE", "All rights reserved"],
  ["COPYRIGHT", "(C) 2003 Label. All Rights Reserved."],
  ["COPYRIGHT", "2003 Label. All rights reserved. Not http://creativecommons.org/licenses/by/3.0/"],
  ["COPYRIGHT", "Alle Rechte vorbehalten"],
  ["RIGHTS", "Unauthorized copying prohibited"],
  ["COMMENT", "all rights are reserved"],
])("%s=%j denies", (key, value) => {
  expect(statementsOf(key, value)).toMatchObject([{ decision: "deny", disseminate: false }]);
});

test.each([
  ["LICENSE", "see the web site", "unreadable"],
  ["LICENSE", "Public domain", "unreadable"],
  ["LICENSE", "CC-BY-NC-SA", "unreadable"],
  ["LICENSE", "https://example.org/terms", "unreadable"],
  ["LICENSE", `${"long text ".repeat(1000)}`, "unreadable"],
  ["LICENSE", "http://rightsstatements.org/vocab/InC/1.0/", "status-only"],
  ["LICENSE", "http://rightsstatements.org/vocab/CNE/1.0/", "status-only"],
  ["COPYRIGHT", "http://rightsstatements.org/vocab/InC-EDU/1.0/", "status-only"],
])("%s=%s says something from which no right follows: %s", (key, value, noRight) => {
  expect(statementsOf(key, value)).toMatchObject([{ decision: "none", noRight, disseminate: false }]);
});

test.each([
  ["LICENSE", " "],
  ["COPYRIGHT", "Ryan Reilly (C)2007"],
  ["COPYRIGHT", "© 2010 Label"],
  ["COPYRIGHTURL", "https://shop.example/artist"],
  ["COMMENT", "Contains samples under http://creativecommons.org/licenses/by/3.0/ by X"],
  ["COMMENT", "Recorded at home"],
  ["TITLE", "All rights reserved"],
  ["ARTIST", "CC0"],
])("%s=%j is no statement about rights", (key, value) => {
  expect(statementsOf(key, value)).toEqual([]);
});

test("no copyright in the United States opens for the United States alone", () => {
  expect(statementsOf("LICENSE", "http://rightsstatements.org/vocab/NoC-US/1.0/")).toMatchObject([
    { decision: "grant", licence: "NoC-US", territories: ["US"], basis: "cop" },
  ]);
});

test("evidence is the SHA-256 of KEY=value, and the same tag of the same track has the same id", () => {
  const [one] = statementsOf("LICENSE", "GPL");
  expect(one?.evidenceSha256).toBe(createHash("sha256").update("LICENSE=GPL").digest("hex"));
  expect(statementsOf("LICENSE", "GPL")[0]?.statementId).toBe(one?.statementId);
  expect(statementsOf("LICENSE", "GPL-2")[0]?.statementId).not.toBe(one?.statementId);
  expect(one).toMatchObject({ ...SAID, basis: "lic", confidence: "medium", raw: "LICENSE=GPL" });
});

test("no tag makes it throw, and nothing but a known licence grants", () => {
  fc.assert(
    fc.property(fc.constantFrom(...RIGHTS_TAGS, "TITLE"), fc.string({ unit: "binary" }), (key, value) => {
      for (const { decision, disseminate, licence } of statementsOf(key, value)) {
        expect(disseminate).toBe(decision === "grant");
        if (decision === "grant") expect(licence).not.toBeNull();
      }
    }),
  );
});
