import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TestFile, testTrackId, writeAudioAccession } from "../catalogue/testing/accessions.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { reportRights } from "./report-rights.ts";
import { showRights } from "./show-rights.ts";
import { makeRightsArchive, type RightsArchive } from "./testing/rights-archive.ts";

let it: RightsArchive;
beforeEach(async () => {
  it = await makeRightsArchive();
});
afterEach(() => it.remove());

const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2001 Holder <holder@example.org>
License: GPL-2+
`;
const FREE = testTrackId("m", "free.ogg");
const RESERVED = testTrackId("m", "usr/share/reserved.ogg");
const PACKAGED = testTrackId("m", "usr/share/packaged.ogg");
const SILENT = testTrackId("m", "silent.ogg");
const FILES: readonly TestFile[] = [
  {
    path: "free.ogg",
    tags: [
      ["TITLE", "Free"],
      ["ARTIST", "Somebody"],
      ["LICENSE", "http://creativecommons.org/licenses/by/4.0/"],
    ],
  },
  { path: "usr/share/reserved.ogg", tags: [["COPYRIGHT", "All rights reserved"]] },
  { path: "usr/share/packaged.ogg" },
  { path: "silent.ogg" },
];

async function catalogue(): Promise<void> {
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: FILES,
    documents: [{ path: "usr/share/doc/p/copyright", scopePath: "", package: "p", text: COPYRIGHT }],
  });
  await it.build();
}

describe("effective rights", () => {
  test("come from tags and copyright files, each with licence, reason, credit and evidence", async () => {
    await catalogue();
    const summary = await it.buildRights();
    expect(summary).toMatchObject({
      created: true,
      tracks: 4,
      open: 2,
      derive: 2,
      dark: 2,
      byReason: { "denied-by-tag": 1, "granted-by-stanza": 1, "granted-by-tag": 1, "no-statement": 1 },
      byLicence: { "CC-BY-4.0": 1, "GPL-2.0-or-later": 1 },
    });
    const gate = await it.loadGate();
    expect(gate.rightsId).toBe(summary.rights);
    expect(gate.decide(FREE)).toMatchObject({
      open: true,
      derive: true,
      reason: "granted-by-tag",
      licence: "CC-BY-4.0",
      attribution:
        '"Free" by Somebody. Licence: CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/). Changes: none; an access copy is re-encoded as Opus.',
      statements: [
        { source: "tag", basis: "lic", raw: "LICENSE=http://creativecommons.org/licenses/by/4.0/" },
      ],
    });
    expect(gate.decide(PACKAGED)).toMatchObject({
      open: true,
      licence: "GPL-2.0-or-later",
      attribution: expect.stringContaining('"packaged" by 2001 Holder. Source: Debian package p.'),
      statements: [{ evidence_sha256: createHash("sha256").update(COPYRIGHT).digest("hex") }],
    });
    expect(gate.decide(RESERVED)).toMatchObject({ open: false, derive: false, reason: "denied-by-tag" });
    expect(gate.decide(SILENT)).toMatchObject({ open: false, reason: "no-statement", statements: [] });
  });

  test("of a track that the catalogue does not have are none", async () => {
    await catalogue();
    expect(await it.decide(12_345n)).toMatchObject({ open: false, derive: false, reason: "unknown-track" });
  });

  test("are the same, to the byte, for the same facts; a second build computes nothing", async () => {
    await catalogue();
    const first = await it.buildRights();
    const folder = join(it.archive.layout.rights, first.rights);
    const bytes = (name: string): string =>
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex");
    const before = [bytes("statement.parquet"), bytes("effective.parquet")];
    expect((await it.buildRights()).created).toBe(false);
    rmSync(folder, { recursive: true });
    const again = await it.buildRights();
    expect(again).toMatchObject({ rights: first.rights, created: true });
    expect([bytes("statement.parquet"), bytes("effective.parquet")]).toEqual(before);
  });

  test("are built over what a killed build left behind, which goes", async () => {
    await catalogue();
    const { rights } = it.archive.layout;
    writeFileSync(join(rights, ".tmp-r-000000000000"), "half");
    const { rights: id } = await it.buildRights();
    expect(readdirSync(rights).sort()).toEqual(["CURRENT", "declarations", "evidence", id].sort());
  });
});

describe("declarations", () => {
  beforeEach(catalogue);

  test("open what they cover, with the evidence kept", async () => {
    const declared = await it.declare({
      scope: "path:silent.ogg",
      licence: "CC-BY-SA-4.0",
      evidenceFile: it.letter,
    });
    expect(declared).toMatchObject({ decision: "grant", licence: "CC-BY-SA-4.0", tracks: 1, warnings: [] });
    const decision = await it.decide(SILENT);
    expect(decision).toMatchObject({ open: true, reason: "granted-by-declaration", confidence: "high" });
    expect(decision.statements).toMatchObject([{ document: declared.declaration, source: "declared" }]);
    const kept = join(it.archive.layout.rights, "evidence", declared.evidenceSha256 ?? "");
    expect(readFileSync(kept)).toEqual(readFileSync(it.letter));
  });

  test("of a denial shut what was open, at once and without evidence", async () => {
    expect((await it.decide(FREE)).open).toBe(true);
    await it.declare({ scope: "artist:somebody", deny: true, note: "notice of 15 June" });
    await expect(it.loadGate()).rejects.toThrow("out of date");
    expect(await it.decide(FREE)).toMatchObject({ open: false, reason: "denied-by-declaration" });
    await it.declare({
      scope: `track:${trackIdFromBigInt(FREE)}`,
      licence: "CC-BY-4.0",
      evidenceFile: it.letter,
    });
    expect(await it.decide(FREE)).toMatchObject({ open: true, reason: "granted-by-declaration" });
  });

  test("for a stretch of time count from their first day to their last; the gate does not outlive it", async () => {
    await it.declare({
      scope: "path:silent.ogg",
      licence: "LicenseRef-Letter",
      evidenceFile: it.letter,
      start: "2026-07-01",
      end: "2026-07-31",
    });
    expect(await it.decide(SILENT)).toMatchObject({ open: false, reason: "not-yet-valid" });
    it.setDay("2026-07-01");
    await expect(it.loadGate()).rejects.toThrow("out of date");
    expect(await it.decide(SILENT)).toMatchObject({ open: true, derive: false });
    it.setDay("2026-07-31");
    expect((await it.loadGate()).decide(SILENT).open).toBe(true);
    it.setDay("2026-08-01");
    await expect(it.loadGate()).rejects.toThrow("out of date");
    expect(await it.decide(SILENT)).toMatchObject({ open: false, reason: "expired" });
  });

  test("for the recording alone leave the track dark while the composition is asked for", async () => {
    await it.declare({
      scope: "path:silent.ogg",
      licence: "CC0-1.0",
      evidenceFile: it.letter,
      covers: ["recording"],
    });
    expect(await it.decide(SILENT)).toMatchObject({ open: false, reason: "composition-not-covered" });
  });

  test("whose evidence is gone or altered do not count if they grant, and do if they deny", async () => {
    const grant = await it.declare({ scope: "path:silent.ogg", licence: "CC0-1.0", evidenceFile: it.letter });
    expect((await it.decide(SILENT)).open).toBe(true);
    await it.declare({ scope: "path:free.ogg", deny: true, evidenceFile: it.letter });
    writeFileSync(join(it.archive.layout.rights, "evidence", grant.evidenceSha256 ?? ""), "altered");
    const summary = await it.buildRights();
    expect(summary.warnings).toHaveLength(2);
    const gate = await it.loadGate();
    expect(gate.decide(SILENT)).toMatchObject({ open: false, reason: "no-statement" });
    expect(gate.decide(FREE)).toMatchObject({ open: false, reason: "denied-by-declaration" });
  });

  test("that cannot be read stop everything", async () => {
    const { declaration } = await it.declare({ scope: "archive", deny: true });
    writeFileSync(join(it.archive.layout.rights, "declarations", `${declaration}.json`), "{}");
    await expect(it.buildRights()).rejects.toThrow("is not a valid declaration");
    await expect(it.loadGate()).rejects.toThrow();
  });

  test("with a scope that holds nothing are reported", async () => {
    const declared = await it.declare({
      scope: "album:nowhere",
      licence: "CC0-1.0",
      evidenceFile: it.letter,
    });
    expect(declared.warnings).toEqual(["no track of the catalogue is in the scope album:nowhere"]);
    const { warnings, declarations } = await it.buildRights();
    expect(warnings).toEqual([
      `no track of the catalogue is in the scope of declaration ${declared.declaration} (album:nowhere)`,
    ]);
    expect(declarations).toMatchObject([{ tracks: 0, counts: true }]);
  });
});

describe("a stale gate", () => {
  test("is not opened after the catalogue has changed", async () => {
    await catalogue();
    await it.buildRights();
    await writeAudioAccession(it.archive, { label: "n", day: 2, files: [{ path: "new.ogg" }] });
    await it.build();
    await expect(it.loadGate()).rejects.toThrow("out of date");
    expect((await it.decide(FREE)).open).toBe(true);
  });

  test("is not opened before anything was computed", async () => {
    await catalogue();
    await expect(it.loadGate()).rejects.toThrow("not computed yet");
  });
});

describe("what a person is shown", () => {
  beforeEach(catalogue);

  test("of a track: the decision in words, and all that speaks for it", async () => {
    await it.buildRights();
    const [shown] = await showRights({ archive: it.archive, track: trackIdFromBigInt(RESERVED) });
    expect(shown).toMatchObject({
      open: false,
      reason: "denied-by-tag",
      explanation: "the file's tags reserve all rights",
    });
    expect(shown?.statements.map(({ source, decision, decided }) => [source, decision, decided])).toEqual([
      ["tag", "deny", true],
      ["dep5", "grant", false],
    ]);
    await expect(showRights({ archive: it.archive, track: "nothing" })).rejects.toThrow(
      "no track has the id",
    );
  });

  test("of the whole: reasons, sources and the first dark tracks", async () => {
    await it.buildRights();
    const report = await reportRights({ archive: it.archive, limit: 1 });
    expect(report.sources).toEqual([{ source: "audio:m", open: 2, dark: 2 }]);
    expect(report.dark).toEqual([
      {
        id: trackIdFromBigInt(SILENT),
        title: "silent",
        artist: null,
        path: "silent.ogg",
        reason: "no-statement",
      },
    ]);
    expect(report.reasons).toContainEqual({
      reason: "denied-by-tag",
      explanation: "the file's tags reserve all rights",
      tracks: 1,
    });
    expect(() => JSON.stringify(report)).not.toThrow();
  });
});
