import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { IntegrityError } from "../core/index.ts";
import { type IndexRow, indexTableRow, parseIndexTableRow } from "./index-row.ts";
import { readIndexFile, writeShardIndex } from "./shard-index.ts";
import { sampleTrack } from "./testing/sample-tracks.ts";

const folder = mkdtempSync(join(tmpdir(), "deadwax-index-"));
afterAll(() => rmSync(folder, { recursive: true }));

const rows: readonly IndexRow[] = [3, 1, 2].map((number, index) => ({
  ...sampleTrack(folder, number, 1000 * number).row,
  offsetBytes: 10_000 * index + 1536,
  jsonOffsetBytes: 10_000 * index + 512,
  jsonSizeBytes: 400,
  jsonSha256: "a".repeat(64),
}));

async function read(path: string, shard = "0123456789abcdef"): Promise<IndexRow[]> {
  const found: IndexRow[] = [];
  for await (const row of readIndexFile(path, shard)) found.push(row);
  return found;
}

describe("an index", () => {
  test("gives back its rows in the order of the tar, and is the same bytes each time", async () => {
    const [first, second] = [join(folder, "a.parquet"), join(folder, "b.parquet")];
    const fixity = await writeShardIndex(first, "0123456789abcdef", rows);
    expect(await writeShardIndex(second, "0123456789abcdef", [...rows].reverse())).toEqual(fixity);
    expect(fixity.sizeBytes).toBe(readFileSync(first).length);
    expect(await read(first)).toEqual(rows);
  });

  test.each<[string, (good: Buffer) => Buffer]>([
    ["empty", () => Buffer.alloc(0)],
    ["cut short", (good) => good.subarray(0, good.length - 100)],
    ["something else", () => Buffer.from("PAR1 is where the resemblance ends")],
  ])("that is %s is an integrity error", async (_, damage) => {
    const path = join(folder, "damaged.parquet");
    await writeShardIndex(path, "0123456789abcdef", rows);
    writeFileSync(path, damage(readFileSync(path)));
    await expect(read(path)).rejects.toThrow(IntegrityError);
  });

  test("of another shard is an integrity error", async () => {
    const path = join(folder, "other.parquet");
    await writeShardIndex(path, "fedcba9876543210", rows);
    await expect(read(path)).rejects.toThrow(IntegrityError);
  });
});

describe("a row of somebody's index", () => {
  const good = indexTableRow(rows[0] ?? fail(), "0123456789abcdef");

  test.each<[string, Record<string, unknown>]>([
    ["a negative offset", { offset_bytes: -1n }],
    ["an offset beyond what can be counted", { offset_bytes: 1n << 60n }],
    ["a digest that is none", { sha256: "../../etc/passwd" }],
    ["a track id that is text", { track_id: "1" }],
    ["a disposition that stores nothing", { disposition: "metadata-only" }],
    ["a missing column", { ext: undefined }],
  ])("with %s is refused", (_, change) => {
    const cells = { ...good, isrc: [], offset_bytes: 1n, ...change };
    expect(parseIndexTableRow(cells)).toBeNull();
  });

  test("with anything in its cells is a row or is refused, and never a crash", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), fc.anything(), (column, value) => {
        const parsed = parseIndexTableRow({ ...good, [column]: value });
        if (parsed !== null) expect(Number.isSafeInteger(parsed.row.offsetBytes)).toBe(true);
      }),
    );
  });
});

function fail(): never {
  throw new Error("no row");
}
