import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendEvents } from "./events.ts";
import { archiveLayout } from "./layout.ts";

const clock = { now: () => new Date("2026-01-02T03:04:05.678Z") };

test("appends lines, and ends a line that a killed run left half", async () => {
  const layout = archiveLayout(mkdtempSync(join(tmpdir(), "deadwax-events-")));
  mkdirSync(layout.events);
  const path = join(layout.events, "2026.jsonl");
  await appendEvents(layout, clock, [{ eventType: "accession", outcome: "success", object: "a" }]);
  appendFileSync(path, '{"time":"2026');
  await appendEvents(layout, clock, [{ eventType: "packing", outcome: "failure", object: "b" }]);
  await appendEvents(layout, clock, []);
  expect(readFileSync(path, "utf8").split("\n")).toEqual([
    '{"time":"2026-01-02T03:04:05Z","agent":"deadwax","eventType":"accession","outcome":"success","object":"a"}',
    '{"time":"2026',
    '{"time":"2026-01-02T03:04:05Z","agent":"deadwax","eventType":"packing","outcome":"failure","object":"b"}',
    "",
  ]);
  rmSync(layout.root, { recursive: true });
});
