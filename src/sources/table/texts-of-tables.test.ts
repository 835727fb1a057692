import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../../core/reporter.ts";
import type { RecordSourceSummary } from "../facts/add-record-source.ts";
import { type IntakeFixture, intakeFixture, tableRows } from "../testing/intake-fixture.ts";
import { addTableSource } from "./add-table-source.ts";

let fixture: IntakeFixture;
beforeEach(async () => {
  fixture = await intakeFixture();
});
afterEach(() => fixture.folder.remove());

const COLUMNS = { id: "key", title: "title", ms: "duration", tempo: "feature:tempo_bpm" };

async function take(lines: readonly string[], batchBytes?: number): Promise<RecordSourceSummary> {
  const [file, mapping] = ["t.csv", "m.json"].map((name) => join(fixture.folder.path, name)) as [
    string,
    string,
  ];
  writeFileSync(file, `id,title,ms,tempo\n${lines.join("\n")}\n`);
  const columns = Object.fromEntries(
    Object.entries(COLUMNS).map(([name, field]) => [
      name,
      { field, ...(name === "ms" ? { unit: "ms" } : {}) },
    ]),
  );
  const reader = { kind: "csv", delimiter: "," };
  writeFileSync(mapping, JSON.stringify({ format: "deadwax-mapping/1", reader, columns }));
  return await addTableSource({
    archive: fixture.archive,
    reporter: silentReporter,
    file,
    mapping,
    ...(batchBytes === undefined ? {} : { batchBytes }),
  });
}

test("spaces around texts are taken off, however a record is written", async () => {
  const texts = [" One", "Two ", ' "Three" ', "\u00a0Four\u3000", '"', "Five", "六 "];
  const quoted = texts.map((text, at) => `a${at},"${text.replaceAll('"', '""')}",,`);
  const plain = texts.map((text, at) => (text.includes('"') ? `b${at},x,,` : `b${at},${text},,`));
  await take([...quoted, ...plain]);
  const tracks = await tableRows(await fixture.newest(), "tracks");
  const trimmed = texts.map((text) => text.trim());
  expect(tracks.map(({ title }) => title)).toEqual([
    ...trimmed,
    ...texts.map((text) => (text.includes('"') ? "x" : text.trim())),
  ]);
});

test("spaces are taken off where only one record has them, which is not written as most are", async () => {
  await take(["a0,x,,", 'a1,"y""z ",,']);
  expect((await tableRows(await fixture.newest(), "tracks")).map(({ title }) => title)).toEqual(["x", 'y"z']);
});

test("numbers are read however they are written, and refused where they are none", async () => {
  const numbers = ["1e2", "120.5", ".5", "", "-3", "+7", "12345678901234567890", "0.1234567890123456789"];
  const { rejects } = await take([
    ...numbers.map((number, at) => `a${at},x,${at === 3 ? "2.5e5" : "1000"},${number}`),
    "b0,x,1000,1.2.3",
    "b1,x,-1,1",
    "b2,x,9e99,1",
  ]);
  const tracks = await tableRows(await fixture.newest(), "tracks");
  expect(tracks.map(({ features }) => features)).toEqual(
    numbers.map((number) => (number === "" ? [] : [{ name: "tempo_bpm", value: Number(number) }])),
  );
  expect(tracks.map((track) => track.duration_ms)).toEqual(
    numbers.map((_, at) => (at === 3 ? 250_000n : 1000n)),
  );
  expect(rejects.map(({ line }) => line)).toEqual([10, 11, 12]);
});

test("a key that comes again is found, also where ids have no room beside the records", async () => {
  const lines = Array.from({ length: 240_000 }, (_, index) => `${index},a,,`);
  const { rows, rejected } = await take([...lines, "17,b,,", "239999,c,,"], 2_000_000);
  expect({ rows, rejected }).toEqual({ rows: { tracks: 240_000 }, rejected: 2 });
});
