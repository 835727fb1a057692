import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentSnapshot } from "../catalogue/index.ts";
import { testTrackId, writeAudioAccession } from "../catalogue/testing/accessions.ts";
import { type Policy, silentReporter } from "../core/index.ts";
import { ARCHIVE_PARTY, ern38, ern43, type MessageText } from "../sources/ern/testing/messages.ts";
import { addErnSource } from "../sources/index.ts";
import type { Deal } from "./deal-statements.ts";
import { dealStatements } from "./deal-statements.ts";
import { dealAccessions } from "./rights-deals.ts";
import { makeRightsArchive, type RightsArchive } from "./testing/rights-archive.ts";

const DEAL: Deal = {
  messageId: "M1",
  sender: "PADPIDA2026010101A",
  recipients: [ARCHIVE_PARTY],
  territories: ["Worldwide"],
  excludedTerritories: [],
  useTypes: ["PermanentDownload", "Stream"],
  commercialModels: ["FreeOfChargeModel"],
  start: "2026-01-01",
  end: null,
  isTakedown: false,
  conditions: [],
  evidenceSha256: "0".repeat(64),
  accession: "ern-x",
  isSure: true,
};

const said = (deal: Partial<Deal>, recipient: string | null = ARCHIVE_PARTY) =>
  dealStatements("T", [{ ...DEAL, ...deal }], { recipient, accessionDates: new Map() });

test.each<[string, Partial<Deal>, string | null, boolean]>([
  ["a deal with this archive", {}, ARCHIVE_PARTY, true],
  ["the party written with hyphens", { recipients: ["PA-DPIDA-2013020802-I"] }, ARCHIVE_PARTY, true],
  ["an archive that is no party", {}, null, false],
  ["a deal with another party", { recipients: ["PADPIDA2026010101A"] }, ARCHIVE_PARTY, false],
  [
    "streams alone",
    { useTypes: ["Stream", "NonInteractiveStream", "ConditionalDownload"] },
    ARCHIVE_PARTY,
    false,
  ],
  ["downloads for money", { commercialModels: ["PayAsYouGoModel"] }, ARCHIVE_PARTY, false],
  ["a term that is not understood", { conditions: ["PriceInformation"] }, ARCHIVE_PARTY, false],
  ["no beginning", { start: null }, ARCHIVE_PARTY, false],
  ["a file that may be another recording", { isSure: false }, ARCHIVE_PARTY, false],
  ["a place that is no country", { territories: ["US-CA"] }, ARCHIVE_PARTY, false],
  ["an exclusion that is not understood", { excludedTerritories: ["2120"] }, ARCHIVE_PARTY, false],
  ["no place at all", { territories: [] }, ARCHIVE_PARTY, false],
  ["a takedown", { isTakedown: true }, ARCHIVE_PARTY, false],
])("of %s", (_what, deal, recipient, gives) => {
  const statements = said(deal, recipient);
  expect(statements.some(({ decision }) => decision === "grant")).toBe(gives);
  expect(
    statements.some(({ decision, covers }) => decision === "none" && covers.join() === "recording"),
  ).toBe(true);
  for (const statement of statements)
    if (statement.decision === "grant")
      expect(statement).toMatchObject({ covers: ["recording"], derive: false });
});

test("counts out the countries that a deal leaves out", () => {
  const [grant] = said({ excludedTerritories: ["US"] });
  expect(grant?.territories).toContain("DE");
  expect(grant?.territories).not.toContain("US");
  expect(grant?.territories).toHaveLength(248);
});

let it: RightsArchive;
const TRACK = testTrackId("m", "a.flac");

beforeEach(async () => {
  it = await makeRightsArchive();
});
afterEach(() => it.remove());

/** An archive that holds a file of the recording, and has got the message. */
async function delivered(
  messages: readonly string[],
  policy: Partial<Policy["rights"]> = {},
  file: { readonly isrcs?: readonly string[]; readonly durationMs?: number; readonly licence?: string } = {},
): Promise<void> {
  Object.assign(it.archive.config.policy.rights, {
    requireComposition: false,
    dealRecipient: ARCHIVE_PARTY,
    ...policy,
  });
  const { isrcs = ["DK-AAA-26-00001"], durationMs = 226_000, licence } = file;
  const tags = [
    ...isrcs.map((isrc) => ["ISRC", isrc] as const),
    ...(licence ? [["LICENSE", licence] as const] : []),
  ];
  await writeAudioAccession(it.archive, {
    label: "m",
    day: 1,
    files: [{ path: "a.flac", tags, durationMs }],
  });
  await message(messages);
  await it.build();
}

async function message(texts: readonly string[]): Promise<void> {
  const files = texts.map((text, index) => {
    const file = join(it.archive.layout.root, "..", `message-${index}.xml`);
    writeFileSync(file, text);
    return file;
  });
  await addErnSource({ archive: it.archive, reporter: silentReporter, files });
  for (const file of files) rmSync(file);
}

const free = (deal: NonNullable<MessageText["deals"]>[number] = {}, more: MessageText = {}): string =>
  ern38({ deals: [deal], ...more });
const CC_BY = "http://creativecommons.org/licenses/by/4.0/";

test.each([
  ["a deal for the world", [free()], {}, {}, "granted-by-deal"],
  ["a message of 4.3", [ern43({ deals: [{}] })], {}, {}, "granted-by-deal"],
  ["an archive that has named no party", [free()], { dealRecipient: null }, {}, "deal-gives-no-right"],
  ["a message to another", [free({}, { recipient: "PADPIDA2026010101A" })], {}, {}, "deal-gives-no-right"],
  ["streams", [free({ use: "NonInteractiveStream" })], {}, {}, "deal-gives-no-right"],
  ["a deal for other countries", [free({ territories: ["SE"] })], { territory: "DK" }, {}, "other-territory"],
  [
    "a deal for this country",
    [free({ territories: ["SE", "DK"] })],
    { territory: "DK" },
    {},
    "granted-by-deal",
  ],
  [
    "a deal that leaves this country out",
    [free({ excluded: ["DK"] })],
    { territory: "DK" },
    {},
    "other-territory",
  ],
  [
    "a deal for one country, a release for the world",
    [free({ territories: ["DK"] })],
    {},
    {},
    "other-territory",
  ],
  ["a deal that has ended", [free({ end: "2026-06-14" })], {}, {}, "expired"],
  ["a deal on its last day", [free({ end: "2026-06-15" })], {}, {}, "granted-by-deal"],
  ["a deal that has not begun", [free({ start: "2026-06-16" })], {}, {}, "not-yet-valid"],
  ["a takedown", [free({ more: "<TakeDown>true</TakeDown>" })], {}, {}, "denied-by-deal"],
  ["the composition asked for too", [free()], { requireComposition: true }, {}, "composition-not-covered"],
  [
    "a licence in the tags for the composition",
    [free()],
    { requireComposition: true },
    { licence: CC_BY },
    "granted-by-tag",
  ],
  [
    "a licence in the tags and deals for streams",
    [free({ use: "Stream" })],
    {},
    { licence: CC_BY },
    "deal-gives-no-right",
  ],
  [
    "a licence in the tags and a deal that has ended",
    [free({ end: "2026-01-31" })],
    {},
    { licence: CC_BY },
    "expired",
  ],
  ["another length than the recording's", [free()], {}, { durationMs: 240_000 }, "deal-gives-no-right"],
  ["a file with two codes", [free()], {}, { isrcs: ["DKAAA2600001", "DKAAA2600002"] }, "deal-gives-no-right"],
  ["deals for another recording", [free({}, { isrc: "DKAAA2600005" })], {}, {}, "no-statement"],
] as const)("the gate, with %s", async (_what, messages, policy, file, reason) => {
  await delivered(messages, policy, file);
  expect(await it.decide(TRACK)).toMatchObject({ reason, open: reason.startsWith("granted"), derive: false });
});

test("a deal names the message, and the message's hash is the evidence", async () => {
  await delivered([free()]);
  const { statements } = await it.decide(TRACK);
  expect(statements).toMatchObject([
    {
      source: "deal",
      document: "M1",
      covers: ["recording"],
      evidence_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test("a later message about the release takes the place of the deals before", async () => {
  await delivered([free()]);
  expect(await it.decide(TRACK)).toMatchObject({ open: true });
  await message([ern38({ id: "M2", created: "2026-06-01T00:00:00Z", deals: [] })]);
  await it.build();
  expect(await it.decide(TRACK)).toMatchObject({ open: false, reason: "no-statement" });
});

test("the gate shuts by itself when a deal ends", async () => {
  await delivered([free({ end: "2026-06-20" })]);
  expect(await it.decide(TRACK)).toMatchObject({ open: true });
  it.setDay("2026-06-20");
  expect((await it.loadGate()).decide(TRACK).open).toBe(true);
  it.setDay("2026-06-21");
  await expect(it.loadGate()).rejects.toThrow("out of date");
  expect(await it.decide(TRACK)).toMatchObject({ open: false, reason: "expired" });
});

test("deals that were altered stop everything", async () => {
  await delivered([free({ use: "Stream" })]);
  const [accession] = await dealAccessions(it.archive, await currentSnapshot(it.archive));
  writeFileSync(accession?.table("deals") ?? "", "x");
  await expect(it.buildRights()).rejects.toThrow();
});
