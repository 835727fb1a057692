import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../../core/reporter.ts";
import { type IntakeFixture, intakeFixture } from "../testing/intake-fixture.ts";
import { addTableSource } from "./add-table-source.ts";
import { mapTable } from "./map-table.ts";

let fixture: IntakeFixture;

beforeEach(async () => {
  fixture = await intakeFixture();
});

afterEach(() => fixture.folder.remove());

test("guesses a mapping by names and values, and what it writes takes the table in", async () => {
  const lines = Array.from({ length: 20 }, (_, index) =>
    [
      `sp${index}`,
      `Song ${index}`,
      index % 2 ? "Ada Bell" : "Ada Bell; Bo Dahl",
      180_000 + index,
      `DKAAA26${String(index).padStart(5, "0")}`,
      index % 12,
      "3:45",
      "2020-01-01",
      "what",
    ].join(","),
  );
  const path = join(fixture.folder.path, "g.csv");
  writeFileSync(
    path,
    `track_id,track_name,artists,duration_ms,code,key,clock,year,misc\n${lines.join("\n")}\n`,
  );
  const { guesses, mapping, sample } = await mapTable(path);
  const found = Object.fromEntries(
    guesses.map(({ column, field, unit, separator }) => [column, [field, unit, separator]]),
  );
  expect(found).toEqual({
    track_id: ["key", null, null],
    track_name: ["title", null, null],
    artists: ["artist", null, ";"],
    duration_ms: ["duration", "ms", null],
    code: ["isrc", null, null],
    key: ["feature:key", null, null],
    clock: [null, null, null],
    year: ["release_date", null, null],
    misc: [null, null, null],
  });
  expect(guesses.map(({ reason }) => reason)).toContain('"duration_ms" is more surely duration');
  expect(sample).toHaveLength(10);
  expect(sample[0]).toMatchObject({
    key: "sp0",
    title: "Song 0",
    duration_ms: 180_000n,
    isrcs: ["DKAAA2600000"],
  });
  const file = join(fixture.folder.path, "guessed.json");
  writeFileSync(file, JSON.stringify(mapping));
  const summary = await addTableSource({
    archive: fixture.archive,
    reporter: silentReporter,
    file: path,
    mapping: file,
  });
  expect(summary).toMatchObject({ rows: { tracks: 20 }, rejected: 0 });
});
