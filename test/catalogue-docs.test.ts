import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSnapshot, type Snapshot, TABLE_NAMES, TABLES } from "../src/catalogue/index.ts";
import { makeTestArchive, type TestArchive } from "../src/catalogue/testing/catalogued.ts";
import { Database } from "../src/core/index.ts";
import { generateCatalogue } from "../src/insight/testing/generated-catalogue.ts";
import { readResearchQueries } from "./research-queries.ts";

let it: TestArchive;
let snapshot: Snapshot;
let database: Database;
beforeAll(async () => {
  it = await makeTestArchive();
  snapshot = await generateCatalogue(it.archive, { tracks: 5000 });
  database = await Database.open();
  for (const statement of readResearchQueries(snapshot.folder).duckdb) await database.run(statement);
});
afterAll(() => {
  database.close();
  it.remove();
});

const { queries } = readResearchQueries("");
const text = readFileSync(join(import.meta.dirname, "../docs/catalogue.md"), "utf8");

test("there are ten queries", () => {
  expect(queries).toHaveLength(10);
});

test.each(queries.map((sql, at) => [at + 1, sql]))(
  "query %i of docs/catalogue.md gives rows",
  async (_, sql) => {
    const rows = await database.rows(`${sql}`);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => Object.values(row).every((value) => value !== null))).toBe(true);
  },
);

test("both engines name the same tables", () => {
  const { duckdb, clickhouse } = readResearchQueries("");
  const names = (statements: readonly string[]) => statements.map((sql) => /view ([a-z_]+)/.exec(sql)?.[1]);
  expect(names(clickhouse)).toEqual(names(duckdb));
});

test("every column of every table has its line, with its type", () => {
  for (const table of TABLE_NAMES) {
    const part = text.slice(text.indexOf(`### \`${table}\`:`));
    for (const [column, type] of Object.entries(TABLES[table].columns)) {
      expect(part.slice(0, part.indexOf("\n### ", 4))).toContain(`| \`${column}\` | ${type} |`);
    }
  }
});

test("every column of every view has its line, with its type", async () => {
  const opened = await openSnapshot(snapshot);
  const views = [...text.matchAll(/^### View `([a-z_]+)`/gm)].map(([, name = ""]) => name);
  expect(views.length).toBeGreaterThan(8);
  for (const view of views) {
    const part = `${text.slice(text.indexOf(`### View \`${view}\``))}\n### `;
    for (const { column_name: column, column_type: type } of await opened.rows(`describe ${view}`)) {
      expect(part.slice(0, part.indexOf("\n### ", 4))).toContain(`| \`${column}\` | ${type} |`);
    }
  }
  opened.close();
});
