import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../core/index.ts";
import type { DeclareRightsOptions } from "./declare-rights.ts";
import { makeRightsArchive, type RightsArchive } from "./testing/rights-archive.ts";

let it: RightsArchive;
beforeEach(async () => {
  it = await makeRightsArchive();
});
afterEach(() => it.remove());

type Said = Omit<DeclareRightsOptions, "archive" | "clock" | "evidenceFile">;

test("a declaration is a file with all that was said, and its evidence beside it", async () => {
  const declared = await it.declare({
    scope: "album:Some Record",
    licence: "https://creativecommons.org/licenses/by/4.0/",
    evidenceFile: it.letter,
    territory: ["FR", "DE", "FR"],
    covers: ["recording"],
    note: "from the label",
  });
  const folder = join(it.archive.layout.rights, "declarations");
  const file: unknown = JSON.parse(readFileSync(join(folder, `${declared.declaration}.json`), "utf8"));
  expect(file).toMatchObject({
    format: "deadwax-rights-declaration/1",
    scope: { kind: "album", value: "Some Record" },
    decision: "grant",
    acts: ["disseminate", "derive"],
    licence: "CC-BY-4.0",
    covers: ["recording"],
    territories: ["DE", "FR"],
    basis: "lic",
    evidence: { name: "letter.txt", sizeBytes: 43 },
  });
  expect(declared.tracks).toBeNull();
  expect(existsSync(join(it.archive.layout.rights, "evidence", declared.evidenceSha256 ?? "?"))).toBe(true);
});

test.each<[string, Said, string[]]>([
  [
    "a permission of one's own gives out copies",
    { scope: "archive", licence: "LicenseRef-Letter" },
    ["disseminate"],
  ],
  [
    "and other formats when it says so",
    { scope: "archive", licence: "LicenseRef-Letter", acts: ["disseminate", "derive"] },
    ["disseminate", "derive"],
  ],
  [
    "a licence without derivatives gives out copies",
    { scope: "archive", licence: "CC BY-ND 3.0" },
    ["disseminate"],
  ],
  ["a denial gives nothing", { scope: "archive", deny: true }, []],
])("%s", async (_, said, acts) => {
  expect((await it.declare({ ...said, evidenceFile: it.letter })).acts).toEqual(acts);
});

test.each<[string, Said, RegExp]>([
  ["an unknown scope", { scope: "genre:Rock", licence: "CC0-1.0" }, /is not a scope/],
  ["no licence", { scope: "archive" }, /needs a licence/],
  ["a licence that is none", { scope: "archive", licence: "free for you" }, /is not a licence under which/],
  ["a reservation", { scope: "archive", licence: "All rights reserved" }, /is not a licence under which/],
  [
    "a status",
    { scope: "archive", licence: "http://rightsstatements.org/vocab/InC/1.0/" },
    /is not a licence/,
  ],
  [
    "acts of a public licence",
    { scope: "archive", licence: "CC0-1.0", acts: ["disseminate"] },
    /in the licence itself/,
  ],
  [
    "a permission that opens nothing",
    { scope: "archive", licence: "LicenseRef-X", acts: ["derive"] },
    /opens nothing/,
  ],
  ["an unknown territory", { scope: "archive", licence: "CC0-1.0", territory: "Europe" }, /not a territory/],
  [
    "the world for what is free in the United States",
    { scope: "archive", licence: "http://rightsstatements.org/vocab/NoC-US/1.0/", territory: "worldwide" },
    /holds for US only/,
  ],
  ["a day that is none", { scope: "archive", licence: "CC0-1.0", start: "2026-02-30" }, /is not a day/],
  [
    "an end before the start",
    { scope: "archive", licence: "CC0-1.0", start: "2026-02-02", end: "2026-02-01" },
    /before it begins/,
  ],
])("refuses %s, and writes nothing", async (_, said, message) => {
  const attempt = it.declare({ ...said, evidenceFile: it.letter });
  await expect(attempt).rejects.toThrow(UsageError);
  await expect(attempt).rejects.toThrow(message);
  expect(readdirSync(it.archive.layout.rights)).toEqual([]);
});

test("refuses a grant without evidence, with none at its path, with a folder and with an empty file", async () => {
  const empty = `${it.letter}.empty`;
  writeFileSync(empty, "");
  for (const evidenceFile of [undefined, `${it.letter}.none`, it.archive.layout.root, empty]) {
    await expect(it.declare({ scope: "archive", licence: "CC0-1.0", evidenceFile })).rejects.toThrow(
      UsageError,
    );
  }
});

test("a dry run says what would be declared and writes nothing", async () => {
  const dry = await it.declare({
    scope: "archive",
    licence: "CC0-1.0",
    evidenceFile: it.letter,
    dryRun: true,
  });
  expect(dry).toMatchObject({ decision: "grant", licence: "CC0-1.0" });
  expect(readdirSync(it.archive.layout.rights)).toEqual([]);
});
