import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AGGREGATE_NAMES, type Snapshot } from "../catalogue/index.ts";
import { makeTestArchive, type TestArchive } from "../catalogue/testing/catalogued.ts";
import { Database, silentReporter } from "../core/index.ts";
import { makeReport, type Report, runnableSql } from "./make-report.ts";
import { renderPage } from "./page/page.ts";
import { generateCatalogue } from "./testing/generated-catalogue.ts";

let large: TestArchive;
let small: TestArchive;
let snapshot: Snapshot;
let fromRows: Report;
beforeAll(async () => {
  large = await makeTestArchive();
  small = await makeTestArchive();
  snapshot = await generateCatalogue(large.archive, { tracks: 20_000, rowsPerSegment: 7000 });
  await generateCatalogue(small.archive, { tracks: 51, minutePeaks: 0 });
  fromRows = await makeReport({ archive: large.archive, from: "rows", reporter: silentReporter });
});
afterAll(() => {
  large.remove();
  small.remove();
});

const figureOf = (report: Report, id: string) =>
  report.sections.flatMap(({ figures }) => figures).find((figure) => figure.id === id);

test("every figure is the same from the statistics as from all rows, to the last digit", async () => {
  const report = await makeReport({ archive: large.archive, from: "statistics", reporter: silentReporter });
  // By type of release there are peaks from the rows alone.
  const comparable = (given: Report) =>
    given.sections.map(({ figures }) => figures.filter(({ id }) => id !== "minute-peaks"));
  expect(comparable(report)).toEqual(comparable(fromRows));
  expect(figureOf(report, "minute-peaks")?.charts).toEqual(figureOf(fromRows, "minute-peaks")?.charts);
});

test("automatically, the statistics are taken", async () => {
  const report = await makeReport({ archive: large.archive, reporter: silentReporter });
  expect(report.from).toBe("statistics");
});

test("a snapshot that is not there is named", async () => {
  const made = makeReport({ archive: large.archive, snapshot: "s-ffffffffffff", reporter: silentReporter });
  await expect(made).rejects.toThrow('there is no snapshot "s-ffffffffffff"');
});

describe("what the figures say", () => {
  test.each([
    ["isrcs", "count(distinct isrc)", "segment_isrc"],
    ["isrcs", "count(*)", "segment_isrc"],
    ["markets", "count(*) filter (popularity >= 10)", "segment_track"],
    ["explicit", "count(*) filter (explicit)", "segment_track"],
  ])("%s names %s", async (id, expression, table) => {
    const [row] = await large.query(`select ${expression} as number from ${table}`);
    expect(figureOf(fromRows, id)?.sentence).toContain(Number(row?.number).toLocaleString("en"));
  });

  test("the correlation is that of the rows", async () => {
    const [row] = await large.query(
      "select corr(round(energy::double * 1000), floor((loudness_db::double + 100) * 10 + 0.5)) as r from segment_track",
    );
    const table = figureOf(fromRows, "feature-correlations")?.table;
    const found = table?.rows.find(([a, b]) => a === "energy" && b === "loudness");
    expect(found?.[2]).toBeCloseTo(Number(row?.r), 10);
  });

  test("ISRCs are counted as known to MusicBrainz when one of its accessions has them", async () => {
    const [row] = await large.query(
      "select count(distinct isrc) as known from segment_isrc where accession = 'a-musicbrainz'",
    );
    const table = figureOf(fromRows, "coverage")?.table;
    expect(table?.rows[0]?.[1]).toBe(Number(row?.known));
  });

  test("GTINs that go on in the next segment are counted once", async () => {
    const rows = await large.query(
      `select albums, count(*) as gtins from
       (select count(*) as albums from segment_identifier where scheme = 'gtin' and value is not null group by value)
       group by albums order by albums`,
    );
    expect(figureOf(fromRows, "albums-gtin")?.table?.rows).toEqual(
      rows.map(({ albums, gtins }) => [Number(albums), Number(gtins)]),
    );
  });

  test("clusters at whole minutes are found where they were put, and only there", async () => {
    expect(figureOf(fromRows, "minute-peaks")?.sentence).toMatch(/^Clusters at 3:00 .*, 4:00 /);
    const smooth = await makeReport({ archive: small.archive, reporter: silentReporter });
    expect(figureOf(smooth, "minute-peaks")?.hasData).toBe(false);
  });
});

test.each(AGGREGATE_NAMES)(
  "the query of %s runs in the folder of the snapshot, as it is shown",
  async (name) => {
    const sql = (await runnableSql(name)).replaceAll("read_parquet('", `read_parquet('${snapshot.folder}/`);
    const database = await Database.open();
    try {
      const table = /read_parquet\('[^']*\/([a-z_]+)\/\*/.exec(sql)?.[1] ?? "";
      const isThere = Object.entries(snapshot.tables).some(([key, { rows }]) => key === table && rows > 0);
      if (isThere) expect((await database.rows(sql)).length).toBeGreaterThan(0);
      else await expect(database.rows(sql)).rejects.toThrow("No files found");
    } finally {
      database.close();
    }
  },
);

describe("the page", () => {
  test("has no script, loads nothing, and names every drawing", () => {
    const page = renderPage(fromRows);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)|<img|@import|url\(/);
    const drawings = page.match(/<svg [^>]*>/g) ?? [];
    expect(drawings.length).toBeGreaterThan(30);
    for (const drawing of drawings) expect(drawing).toMatch(/role="img" aria-label="[^"]+"/);
  });

  test("says of every figure what it is made from", () => {
    const page = renderPage(fromRows);
    for (const { id, title, hasData, sql } of fromRows.sections.flatMap(({ figures }) => figures)) {
      expect(page).toContain(`id="${id}"`);
      expect(page).toContain(title);
      if (hasData) expect(sql).toMatch(/^--[\s\S]*read_parquet|^$/);
    }
    expect(page).toContain(fromRows.snapshot.sha256);
  });

  test("text of a source never becomes markup", () => {
    const [first, ...rest] = fromRows.sections;
    const [figure] = first?.figures ?? [];
    if (!first || !figure) throw new Error("no figures");
    const hostile = {
      kind: "ranking",
      title: "<b>",
      x: { label: "" },
      rows: [{ name: '<script>"', value: 1 }],
    } as const;
    const page = renderPage({
      ...fromRows,
      sections: [{ ...first, figures: [{ ...figure, sentence: "<script>", charts: [hostile] }] }, ...rest],
    });
    expect(page).not.toContain("<script");
  });

  test("of 51 tracks draws dots, as stored", async () => {
    const report = await makeReport({ archive: small.archive, reporter: silentReporter });
    const page = renderPage(report);
    const durations = /<section class="figure" id="durations">[\s\S]*?<\/section>/.exec(page)?.[0] ?? "";
    expect(durations.match(/<circle /g)).toHaveLength(2 * 51);
    await expect(`${durations}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, "testing/durations-of-51.html.txt"),
    );
  });

  test("of 20,000 tracks draws bars, as stored", async () => {
    const page = renderPage(fromRows);
    const markets = /<section class="figure" id="markets">[\s\S]*?<\/section>/.exec(page)?.[0] ?? "";
    expect(markets).toContain("<rect");
    await expect(`${markets}\n`).toMatchFileSnapshot(
      join(import.meta.dirname, "testing/markets-of-20000.html.txt"),
    );
  });
});
