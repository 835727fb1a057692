import { expect, test } from "vitest";
import { currentSnapshot } from "../catalogue/index.ts";
import { writeAudioAccession, writePlaysAccession } from "../catalogue/testing/accessions.ts";
import { makeTestArchive, type TestArchive } from "../catalogue/testing/catalogued.ts";
import { recordTrackId, writeRecordAccession } from "../catalogue/testing/records.ts";
import { policySchema, silentReporter } from "../core/index.ts";
import { currentPlan, readDispositions } from "./plan-store.ts";
import { planWith } from "./plan-with.ts";

const MB = 1_000_000;
const BUDGET_BYTES = 200 * MB;
const isrcOf = (number: number): string => `QZDWX24${String(number).padStart(5, "0")}`;
const policy = policySchema.parse({
  selection: { assumeHoldings: { bitrateKbps: 160, durationMs: 200_000 } },
  packing: { pieceLengthBytes: 16_384 },
});

async function planned(it: TestArchive) {
  const summary = await planWith({
    archive: it.archive,
    reporter: silentReporter,
    snapshot: await currentSnapshot(it.archive),
    rightsId: "r-test",
    gates: "select track_id, true as disseminate, true as derive from segment_track",
    policy,
    budgetBytes: BUDGET_BYTES,
    dryRun: false,
  });
  const rows = [];
  for await (const row of readDispositions(await currentPlan(it.archive))) rows.push(row);
  const { value, totals, reasons, curve } = summary;
  return { rows, value, totals, reasons, curve };
}

test("a plan over later generations is that over a full build of the same accessions", {
  timeout: 120_000,
}, async () => {
  const it = await makeTestArchive();
  try {
    const files = Array.from({ length: 6 }, (_, at) => ({
      path: `${at}.ogg`,
      sizeBytes: 4 * MB,
      durationMs: 200_000,
      tags: [
        ["TITLE", `Held ${at}`],
        ["ARTIST", "Ann"],
        ["ISRC", isrcOf(at)],
      ] as const,
    }));
    await writeAudioAccession(it.archive, { label: "m", day: 1, files });
    const tracks = Array.from({ length: 90 }, (_, at) => ({
      key: `k${at}`,
      title: `Title ${at}`,
      duration_ms: 150_000 + at * 1000,
      // Two records share one code, and the first twelve the code of a file.
      isrcs: [isrcOf(at >> 1)],
    }));
    await writeRecordAccession(it.archive, { label: "r", day: 2, tracks });
    const plays = (label: string, day: number, count: (at: number) => number, from: number) =>
      writePlaysAccession(it.archive, {
        label,
        day,
        rows: tracks.slice(from).map(({ key }, at) => ({
          kind: "track_id" as const,
          value: recordTrackId("r", key).toString(),
          plays: count(at + from),
        })),
      });
    await plays("p", 3, (at) => (at * 37) % 90, 0);
    await it.build();
    // A later generation: other counts for some, other codes for some, one record gone, one that is new.
    await plays("q", 4, (at) => 1000 - at, 60);
    const changed = tracks.slice(20, 30).map((track) => ({ ...track, isrcs: [isrcOf(900)] }));
    const gone = { key: "k40", status: "gone" };
    const added = { key: "k90", title: "New", duration_ms: 99_000, isrcs: [isrcOf(89)] };
    await writeRecordAccession(it.archive, { label: "r", day: 5, tracks: [...changed, gone, added] });
    const { incremental } = await it.build({ maxShare: Number.POSITIVE_INFINITY });
    expect(incremental).toBe(true);
    expect((await currentSnapshot(it.archive)).replaced.length).toBeGreaterThan(0);
    const overGenerations = await planned(it);
    await it.build({ full: true });
    expect((await currentSnapshot(it.archive)).replaced).toEqual([]);
    expect(overGenerations).toEqual(await planned(it));
    expect(new Set(overGenerations.rows.map(({ reason }) => reason)).size).toBeGreaterThan(1);
  } finally {
    it.remove();
  }
});
