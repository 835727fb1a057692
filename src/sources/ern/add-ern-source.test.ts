import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../../core/errors.ts";
import { silentReporter } from "../../core/reporter.ts";
import type { RecordSourceSummary } from "../facts/add-record-source.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "../testing/intake-fixture.ts";
import { addErnSource } from "./add-ern-source.ts";
import { isoDurationMs } from "./message.ts";
import { ern38, ern43 } from "./testing/messages.ts";

let fixture: IntakeFixture;

beforeEach(async () => {
  fixture = await intakeFixture();
});

afterEach(() => fixture.folder.remove());

/** Puts the messages into a folder of their own, and takes that in. */
function add(messages: Record<string, string>, dryRun = false): Promise<RecordSourceSummary> {
  for (const [name, content] of Object.entries(messages)) fixture.folder.put(`ern/${name}`, content);
  return addErnSource({
    archive: fixture.archive,
    reporter: silentReporter,
    files: [join(fixture.folder.path, "ern")],
    dryRun,
  });
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  return await tableRows(await fixture.newest(), table);
}

test("takes in a message of 3.8", async () => {
  const summary = await add({
    "a/m.xml": ern38({ deals: [{ territories: ["DK", "SE"], end: "2026-12-31" }] }),
  });
  expect(summary).toMatchObject({ rows: { releases: 1, tracks: 1, deals: 1, artists: 1 }, rejected: 0 });
  expect(await rowsOf("tracks")).toMatchObject([
    {
      key: "5012345678900:DKAAA2600001",
      title: "Øre & Sol (Live)",
      artist_credit: "Ada Bell",
      disc_no: 1,
      track_no: 1,
      duration_ms: 225_000n,
      isrcs: ["DKAAA2600001"],
      explicit: true,
      language: "da",
      genres: ["Rock"],
      credits: [
        { name: "Ada Bell", role: "main", key: "0000000121032683" },
        { name: "Bo Dahl", role: "performer", key: null },
        { name: "Cy Eck", role: "producer", key: null },
        { name: "Di Fox", role: "composer", key: null },
      ],
    },
  ]);
  expect(await rowsOf("releases")).toMatchObject([
    {
      release_key: "5012345678900",
      title: "Night",
      artist_credit: "Ada Bell feat. Bo Dahl",
      labels: ["Low Tide"],
      catalogue_numbers: ["LT 01"],
      release_date: "2026-05-01",
      release_type: "single",
      identifiers: [{ scheme: "grid", value: "A12425GABC1234002M" }],
    },
  ]);
  expect(await rowsOf("deals")).toMatchObject([
    {
      track_key: "5012345678900:DKAAA2600001",
      message_id: "M1",
      recipients: ["PADPIDA2013020802I"],
      territories: ["DK", "SE"],
      use_types: ["PermanentDownload"],
      commercial_models: ["FreeOfChargeModel"],
      start_date: "2026-01-01",
      end_date: "2026-12-31",
      is_takedown: false,
      conditions: [],
      evidence_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
});

test("takes in a message of 4.3, and says what leads nowhere", async () => {
  const summary = await add({ "m.xml": ern43({ deals: [{}] }) });
  expect(summary.rejects).toMatchObject([
    { reason: 'the release "5012345678900" refers to "A7", which is no sound recording of the message' },
  ]);
  expect(await rowsOf("tracks")).toMatchObject([
    {
      title: "Øre & Sol",
      artist_credit: "Ada Bell",
      duration_ms: 225_000n,
      explicit: false,
      credits: [
        { name: "Ada Bell", role: "main" },
        { name: "Low Tide", role: "producer" },
      ],
    },
  ]);
  expect(await rowsOf("releases")).toMatchObject([{ labels: ["Low Tide"], release_type: "album" }]);
});

test.each([ern38, ern43])("takes the deals of a track's own release where it has one", async (write) => {
  await add({
    "m.xml": write({ deals: [{ use: "Stream" }, { more: "<TakeDown>true</TakeDown>" }], trackDeals: [{}] }),
  });
  expect(await rowsOf("deals")).toMatchObject([
    { use_types: ["PermanentDownload"], is_takedown: false },
    { is_takedown: true },
  ]);
});

test("names the terms that it does not understand", async () => {
  await add({
    "m.xml": ern38({
      deals: [
        { more: "<PriceInformation><x/></PriceInformation>" },
        { start: "tomorrow" },
        { start: "2026-02-30" },
        { start: "2026-03-01T00:00:00", end: "2026-03-31" },
      ],
    }),
  });
  expect((await rowsOf("deals")).map((deal) => [deal.conditions, deal.start_date, deal.end_date])).toEqual([
    [["PriceInformation"], "2026-01-01", null],
    [["StartDate"], null, null],
    [["StartDate"], null, null],
    [[], "2026-03-02", "2026-03-31"],
  ]);
});

test("lets the message that was made last speak for a release", async () => {
  const older = ern38({
    id: "M1",
    created: "2026-05-01T10:00:00Z",
    title: "Old",
    isrc: "DKAAA2600009",
    deals: [{}],
  });
  const newer = ern43({ id: "M2", created: "2026-05-01T10:00:00+00:01", title: "Older still" });
  await add({ "1.xml": older, "2.xml": newer });
  expect(await rowsOf("tracks")).toMatchObject([{ title: "Old (Live)" }]);
  expect(await rowsOf("deals")).toMatchObject([{ message_id: "M1" }]);
});

const LAUGHS = `<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>`;

test.each<[string, string, string]>([
  ["a billion laughs", LAUGHS + ern43(), "a document type declaration"],
  ["another namespace", ern43().replace("ern/43", "ern/99"), 'the namespace "http://ddex.net/xml/ern/99"'],
  ["an undeclared prefix", ern38().replace("xmlns:ern", "xmlns:other"), 'the namespace ""'],
  [
    "another message",
    ern38().replaceAll("NewReleaseMessage", "PurgeReleaseMessage"),
    "only NewReleaseMessage is read",
  ],
  ["a cut message", ern38().slice(0, -300), "not well-formed"],
  [
    "one without resources",
    ern43().replaceAll("ResourceList", "ThingList"),
    "a message without <ResourceList>",
  ],
  ["one without a header", ern43().replaceAll("MessageHeader", "Header"), "a message without a header"],
  ["one without a time", ern43({ created: "yesterday" }), "without the time of its creation"],
  [
    "a test",
    ern43().replace(
      "</MessageHeader>",
      "<MessageControlType>TestMessage</MessageControlType></MessageHeader>",
    ),
    "a test message",
  ],
  [
    "a release without a key",
    ern43().replaceAll("ICPN", "Other"),
    "without ICPN, GRid or an id of its sender",
  ],
])("refuses %s, and takes the rest in", async (_what, message, reason) => {
  const summary = await add({ "bad.xml": message, "good.xml": ern38({ icpn: "4006381333931" }) });
  expect(summary.rejects.map((reject) => reject.reason).join("\n")).toContain(reason);
  expect((await rowsOf("releases")).map((row) => row.release_key)).toEqual(["4006381333931"]);
});

test("says when a folder has no message", async () => {
  await expect(add({ "readme.txt": "x" })).rejects.toThrow(UsageError);
});

test.each([
  ["PT0H3M45S", 225_000],
  ["PT225.5S", 225_500],
  ["PT1H", 3_600_000],
  ["PT", null],
  ["PT0S", null],
  ["P1D", null],
  ["3:45", null],
  ["PT99999M", null],
])("reads the duration %s", (text, expected) => {
  expect(isoDurationMs(text)).toBe(expected);
});

test("a dry run takes the ten newest messages only, and says so", async () => {
  const messages = Array.from({ length: 15 }, (_, n): [string, string] => {
    const created = `2026-01-${String(n + 10)}T00:00:00Z`;
    return [`${n}.xml`, ern38({ id: `m${n}`, created, icpn: String(5_012_345_678_900 + n) })];
  });
  const summary = await add(Object.fromEntries(messages), true);
  expect(summary.isSample).toBe(true);
  const keys = summary.sample.releases?.map(({ release_key }) => release_key);
  expect(keys).toEqual(Array.from({ length: 10 }, (_, n) => String(5_012_345_678_914 - n)));
});
