import { z } from "zod";
import { openSnapshot, readSnapshot } from "../catalogue/index.ts";
import { type Archive, type Reporter, throwIfAborted, UsageError } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { DISPOSITIONS } from "./disposition.ts";
import { dispositionsQuery, type Plan } from "./plan-store.ts";

const number = z.union([z.bigint(), z.number()]).transform(Number);

const overlapRow = z.object({
  a: z.enum(DISPOSITIONS),
  b: z.enum(DISPOSITIONS),
  tracks: number,
  bytes_a: number,
  bytes_b: number,
  listens: number,
});
/** Tracks for which the two plans decide alike. */
export type Overlap = z.infer<typeof overlapRow>;

const exampleRow = z.object({
  track_id: z.bigint().transform(trackIdFromBigInt),
  title: z.string().nullable(),
  artist: z.string().nullable(),
  popularity: z.number().nullable(),
  listens: number,
  side: z.enum(["a", "b"]),
});
/** A track that one plan keeps and the other does not. */
export type Example = z.infer<typeof exampleRow>;

export interface KeptBy {
  readonly plan: string;
  readonly tracks: number;
  readonly bytes: number;
  /** Counted listens of the tracks kept, at any tier; tracks that nobody has counted have none. */
  readonly listens: number;
}

export interface PlanComparison {
  readonly snapshot: string;
  readonly a: KeptBy;
  readonly b: KeptBy;
  /** Tracks, their bytes in each plan and their listens: kept by both, by one only, by none. */
  readonly both: { readonly tracks: number; readonly listens: number };
  readonly onlyA: { readonly tracks: number; readonly bytes: number; readonly listens: number };
  readonly onlyB: { readonly tracks: number; readonly bytes: number; readonly listens: number };
  readonly neither: { readonly tracks: number; readonly listens: number };
  readonly overlaps: readonly Overlap[];
  /** The most listened ones that only one plan keeps. */
  readonly examples: readonly Example[];
}

const EXAMPLES = 5;

/** Compares what two plans of one snapshot keep. Throws `UsageError` when they are of different snapshots. */
export async function comparePlans(
  archive: Archive,
  [a, b]: readonly [Plan, Plan],
  options: { readonly reporter: Reporter; readonly signal?: AbortSignal | undefined },
): Promise<PlanComparison> {
  const snapshotId = a.document.snapshot;
  const snapshot = snapshotId === b.document.snapshot ? await readSnapshot(archive, snapshotId) : null;
  if (!snapshot) {
    throw new UsageError(
      snapshotId === b.document.snapshot
        ? `the snapshot ${snapshotId} of the plans is gone`
        : `the plans are of different catalogues: ${snapshotId} and ${b.document.snapshot}`,
      { hint: "make both plans of the current catalogue: deadwax plan --budget …" },
    );
  }
  const database = await openSnapshot(snapshot, { memoryLimit: "2GB" });
  const progress = options.reporter.progress("comparing", "items", a.dispositionFiles.length);
  try {
    await database.run(`
      create table overlap (a varchar, b varchar, tracks bigint, bytes_a hugeint, bytes_b hugeint, listens hugeint);
      create table example (side varchar, track_id ubigint, listens ubigint)`);
    // Plans of one snapshot are cut alike.
    for (const [at, file] of a.dispositionFiles.entries()) {
      throwIfAborted(options.signal);
      const other = b.dispositionFiles[at];
      if (other === undefined) break;
      await database.run(`
        create or replace temp table pair as
        select p.track_id, p.disposition as a, q.disposition as b, p.bytes_estimated as bytes_a, q.bytes_estimated as bytes_b
        from (${dispositionsQuery({ dispositionFiles: [file] })}) p
        join (${dispositionsQuery({ dispositionFiles: [other] })}) q using (track_id);
        create or replace temp table counted as
        select p.*, coalesce(t.plays, 0) as listens
        from pair p join (
          from segment_track where track_id between (select min(track_id) from pair) and (select max(track_id) from pair)
        ) t using (track_id);
        insert into overlap select a, b, count(*), sum(bytes_a), sum(bytes_b), sum(listens) from counted group by a, b;
        insert into example select 'a', track_id, listens from counted
          where a <> 'metadata-only' and b = 'metadata-only' order by listens desc, track_id limit ${EXAMPLES};
        insert into example select 'b', track_id, listens from counted
          where b <> 'metadata-only' and a = 'metadata-only' order by listens desc, track_id limit ${EXAMPLES}`);
      progress.advance(1);
    }
    progress.finish();
    const overlaps = await database.rows(`
      select a, b, sum(tracks) as tracks, sum(bytes_a) as bytes_a, sum(bytes_b) as bytes_b, sum(listens) as listens
      from overlap group by a, b order by a, b`);
    const examples = await database.rows(`
      with best as (
        select * from example qualify row_number() over (partition by side order by listens desc, track_id) <= ${EXAMPLES}
      )
      select b.track_id, t.title, t.artist_credit as artist, t.popularity, b.listens, b.side
      from best b join (from segment_track where track_id in (select track_id from best)) t using (track_id)
      order by b.side, b.listens desc, b.track_id`);
    return compare(
      snapshotId,
      a.id,
      b.id,
      overlaps.map((row) => overlapRow.parse(row)),
      examples.map((row) => exampleRow.parse(row)),
    );
  } finally {
    database.close();
  }
}

function compare(
  snapshot: string,
  a: string,
  b: string,
  overlaps: readonly Overlap[],
  examples: readonly Example[],
): PlanComparison {
  const sum = (test: (one: Overlap) => boolean, of: (one: Overlap) => number): number =>
    overlaps.filter(test).reduce((total, one) => total + of(one), 0);
  const isA = (one: Overlap): boolean => one.a !== "metadata-only";
  const isB = (one: Overlap): boolean => one.b !== "metadata-only";
  const tracks = (one: Overlap): number => one.tracks;
  const listens = (one: Overlap): number => one.listens;
  const kept = (plan: string, test: (one: Overlap) => boolean, bytes: (one: Overlap) => number) => ({
    plan,
    tracks: sum(test, tracks),
    bytes: sum(test, bytes),
    listens: sum(test, listens),
  });
  const part = (test: (one: Overlap) => boolean) => ({
    tracks: sum(test, tracks),
    listens: sum(test, listens),
  });
  const onlyA = (one: Overlap): boolean => isA(one) && !isB(one);
  const onlyB = (one: Overlap): boolean => isB(one) && !isA(one);
  return {
    snapshot,
    a: kept(a, isA, (one) => one.bytes_a),
    b: kept(b, isB, (one) => one.bytes_b),
    both: part((one) => isA(one) && isB(one)),
    onlyA: { ...part(onlyA), bytes: sum(onlyA, (one) => one.bytes_a) },
    onlyB: { ...part(onlyB), bytes: sum(onlyB, (one) => one.bytes_b) },
    neither: part((one) => !isA(one) && !isB(one)),
    overlaps,
    examples,
  };
}
