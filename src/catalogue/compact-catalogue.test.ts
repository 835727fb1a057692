import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentReporter } from "../core/index.ts";
import { compactCatalogue, planCompaction } from "./compact-catalogue.ts";
import { diffSnapshots } from "./diff/diff-snapshots.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import { currentSnapshot, type Snapshot } from "./store/snapshot-store.ts";
import { makeTestArchive, type TestArchive } from "./testing/catalogued.ts";
import { type TestGeneration, writeLayeredSnapshot } from "./testing/layered-snapshot.ts";

let it: TestArchive;
beforeEach(async () => {
  it = await makeTestArchive();
});
afterEach(() => it.remove());

const compact = () => compactCatalogue({ archive: it.archive, reporter: silentReporter, rowsPerSegment: 50 });

/** Tracks, their ISRCs, identifiers and credits in one generation; ids that the generations before have are replaced. */
function generationOf(ids: readonly number[], text: string, earlier: ReadonlySet<number>): TestGeneration {
  return {
    rows: {
      track: ids.map((id) => ({
        track_id: id,
        title: `${text} ${id}`,
        artist_nos: [1 + (id % 3)],
        accession: "a",
      })),
      isrc: ids.map((id) => ({ isrc: id % 7, track_id: id, accession: "a" })),
      credit: ids.flatMap((id) =>
        [1, 2, 3].map((position) => ({
          track_id: id,
          role: text,
          position,
          artist_no: position,
          accession: "a",
        })),
      ),
      identifier: ids.map((id) => ({
        scheme: "iswc",
        value: id % 2 ? text : null,
        raw: "r",
        entity: "track",
        entity_id: id,
        accession: "a",
      })),
    },
    replaced: ids.filter((id) => earlier.has(id)).map((id) => ({ entity: "track", id })),
  };
}

function generationsOf(layers: readonly (readonly number[])[]): TestGeneration[] {
  const seen = new Set<number>();
  return layers.map((ids, at) => {
    const generation = generationOf(ids, `g${at}`, new Set(seen));
    for (const id of ids) seen.add(id);
    return generation;
  });
}

async function contentOf(snapshot: Snapshot): Promise<unknown> {
  const database = await openSnapshot(snapshot, { threads: 1 });
  const content = [];
  for (const table of ["track", "isrc", "credit", "identifier"]) {
    content.push(await database.rows(`select * from segment_${table} order by all`));
  }
  database.close();
  return content;
}

test("compaction keeps every live row and nothing else, whatever the generations were", async () => {
  // Some generations are spread over all keys, some touch a few.
  const ids = fc.oneof(
    ...[150, 3].map((maxLength) =>
      fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 0, maxLength }),
    ),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(ids, { minLength: 2, maxLength: 4 }), async (layers) => {
      run += 1;
      const before = await writeLayeredSnapshot(
        it.archive,
        `s-${String(run).padStart(12, "0")}`,
        generationsOf(layers),
      );
      await compact();
      const after = await currentSnapshot(it.archive);
      expect(after.replaced).toEqual([]);
      expect(await contentOf(after)).toEqual(await contentOf(before));
      expect(after.tables.track.rows).toBe(new Set(layers.flat()).size);
      const keys = after.tables.credit.segments.flatMap(({ first, last }) => [Number(first), Number(last)]);
      expect(keys).toEqual([...keys].sort((a, b) => a - b));
    }),
    { numRuns: 5 },
  );
}, 60_000);

test("segments that nothing has changed are shared, not written again", async () => {
  const base = Array.from({ length: 500 }, (_, at) => at + 1);
  const before = await writeLayeredSnapshot(it.archive, "s-000000000001", generationsOf([base, [3, 7]]));
  const summary = await compact();
  const after = await currentSnapshot(it.archive);
  expect(summary).toMatchObject({ from: before.id, snapshot: after.id, generations: 2 });
  const [touched, shared] = after.tables.track.segments.slice(0, 2);
  expect(before.tables.track.segments.map(({ sha256 }) => sha256)).not.toContain(touched?.sha256);
  const [a, b] = [before, after].map(({ folder }) => statSync(join(folder, shared?.file ?? "")));
  expect(a?.ino).toBe(b?.ino);
  expect(existsSync(join(after.folder, `${shared?.file}.stats.json`))).toBe(true);
  expect(summary.segmentsWritten).toBeLessThan(summary.segments / 2);
});

test("a compact snapshot is left as it is", async () => {
  const snapshot = await writeLayeredSnapshot(it.archive, "s-000000000001", generationsOf([[1, 2]]));
  expect(planCompaction(snapshot)).toMatchObject({ from: snapshot.id, snapshot: snapshot.id });
  expect(await compact()).toMatchObject({ snapshot: snapshot.id, segmentsWritten: 0 });
  expect(readdirSync(it.archive.layout.catalogue).sort()).toEqual(["CURRENT", snapshot.id]);
});

test("a diff of a snapshot and its compaction says nothing; of two generations exactly what changed", async () => {
  const base = Array.from({ length: 200 }, (_, at) => at + 1);
  const first = await writeLayeredSnapshot(it.archive, "s-000000000001", generationsOf([base]));
  const [, delta] = generationsOf([base, [5, 6, 1000]]);
  const gone = { entity: "track", id: 9 };
  const second = await writeLayeredSnapshot(
    it.archive,
    "s-000000000002",
    [{ rows: delta?.rows ?? {}, replaced: [...(delta?.replaced ?? []), gone] }],
    { parent: first },
  );
  await compact();
  const third = await currentSnapshot(it.archive);
  for (const to of [second, third]) {
    const rows: unknown[] = [];
    const onRow = ({
      table,
      change,
      before,
      after,
    }: {
      table: string;
      change: string;
      before: unknown;
      after: unknown;
    }) => {
      if (table === "track") rows.push([change, before, after]);
    };
    const tables = await diffSnapshots({ archive: it.archive, from: first, to, rows: 1, onRow });
    const counts = Object.fromEntries(
      tables.map(({ table, added, changed, removed }) => [table, [added, changed, removed]]),
    );
    expect(counts).toMatchObject({ track: [1, 2, 1], track_artist: [0, 0, 0], identifier: [3, 0, 3] });
    expect(rows).toMatchObject([
      ["added", null, { track_id: 1000n, title: "g1 1000" }],
      ["changed", { track_id: 5n, title: "g0 5" }, { track_id: 5n, title: "g1 5" }],
      ["removed", { track_id: 9n }, null],
    ]);
  }
  const same = await diffSnapshots({
    archive: it.archive,
    from: second,
    to: third,
    rows: 1,
    onRow: () => {},
  });
  expect(same.filter(({ added, changed, removed }) => added + changed + removed > 0)).toEqual([]);
});
