import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { UsageError } from "../../core/index.ts";
import { meanUptime, readPledges } from "./read-pledges.ts";

const root = mkdtempSync(join(tmpdir(), "deadwax-pledges-"));
afterAll(() => rmSync(root, { recursive: true }));

const NOW = new Date("2026-06-01T00:00:00Z");

function file(content: unknown): string {
  const path = join(root, "pledges.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function pledges(...list: readonly object[]): string {
  return file({ format: "deadwax-pledges/1", pledges: list });
}

test("a pledge that has ended is not there, and one that ends today neither", async () => {
  const path = pledges(
    { custodian: "a", space: "1TB", validUntil: "2026-05-31" },
    { custodian: "b", space: "1TB", validUntil: "2026-06-02" },
    { custodian: "c", space: 5 },
  );
  expect((await readPledges(path, NOW)).map(({ custodian }) => custodian)).toEqual(["b", "c"]);
});

test("nobody counts for more than they could give back in thirty days", async () => {
  const path = pledges(
    { custodian: "a", space: "1TB", bandwidth: "100kB" },
    { custodian: "b", space: "1GB", bandwidth: "1MB" },
  );
  expect((await readPledges(path, NOW)).map(({ spaceBytes }) => spaceBytes)).toEqual([
    100_000 * 30 * 24 * 3600,
    1_000_000_000,
  ]);
});

test("of a history of uptimes the last months count most", async () => {
  expect(meanUptime([0.5, 0.5, 0.5])).toBeCloseTo(0.5);
  expect(meanUptime([1, 1, 1, 0, 0, 0])).toBeLessThan(0.5);
  expect(meanUptime([0, 0, 0, 1, 1, 1])).toBeGreaterThan(0.5);
  // Six months apart the older one counts half.
  expect(meanUptime([1, 0, 0, 0, 0, 0, 0])).toBeCloseTo(
    0.5 / [0, 1, 2, 3, 4, 5, 6].reduce((sum, age) => sum + 2 ** (-age / 6), 0),
  );
  const [pledge] = await readPledges(pledges({ custodian: "a", space: 1, uptime: [0, 1] }), NOW);
  expect(pledge?.uptime).toBeGreaterThan(0.5);
});

test("what is no file of pledges is refused with its place", async () => {
  await expect(readPledges(join(root, "nowhere"), NOW)).rejects.toThrow(UsageError);
  await expect(readPledges(file("{"), NOW)).rejects.toThrow(/no pledges/);
  await expect(readPledges(pledges({ custodian: "a", space: "much" }), NOW)).rejects.toThrow(UsageError);
  await expect(readPledges(pledges({ custodian: "a", space: 1, uptime: 2 }), NOW)).rejects.toThrow(/uptime/);
  await expect(
    readPledges(pledges({ custodian: "a", space: 1 }, { custodian: "a", space: 1 }), NOW),
  ).rejects.toThrow(/twice/);
});
