import type { Accession } from "../../sources/accession/accession.ts";
import { hasRecords, type OrderedAccession } from "../records/record-facts.ts";
import type { Snapshot } from "../store/snapshot-store.ts";

/** A delta that would be more than this share of the tracks is no delta: everything is computed anew. */
const MAX_SHARE = 0.25;

export type BuildPlan =
  | { readonly kind: "full"; readonly because: string }
  | {
      readonly kind: "incremental";
      readonly base: Snapshot;
      /** All accessions, and those that the base does not have; oldest first. */
      readonly all: readonly OrderedAccession[];
      readonly added: readonly OrderedAccession[];
      /** Rows of tracks and of counts in what was added. */
      readonly rows: number;
      readonly maxShare: number;
    };

export interface PlanBuildOptions {
  readonly accessions: readonly Accession[];
  readonly current: Snapshot | null;
  readonly builder: string;
  /** Compute everything anew, whatever is there. */
  readonly full?: boolean | undefined;
  /** The share of the tracks up to which a change is a delta; a quarter unless told. */
  readonly maxShare?: number | undefined;
}

/** Whether a build goes on from the current snapshot. Pure. */
export function planBuild({
  accessions,
  current,
  builder,
  full = false,
  maxShare = MAX_SHARE,
}: PlanBuildOptions): BuildPlan {
  const anew = (because: string): BuildPlan => ({ kind: "full", because });
  if (current === null) return anew("there is no snapshot to go on from");
  if (full) return anew("it was asked for");
  if (current.builder !== builder && current.synthetic === null) {
    return anew("the snapshot was built by other rules");
  }
  const all = accessions.map((accession, ord) => ({ accession, ord }));
  const held = current.accessions.length;
  const known = new Set(current.accessions.map(({ id }) => id));
  if (!accessions.slice(0, held).every(({ id }) => known.has(id)) || known.size !== held) {
    return anew("an accession is gone, or one from before was added");
  }
  const added = all.slice(held);
  const others = added.find(({ accession }) => !hasRecords(accession) && accession.table("plays") === null);
  if (others) return anew(`sources of the kind ${others.accession.source.kind} are computed as a whole`);
  const rows = added.reduce((sum, { accession }) => sum + rowsOf(accession, "tracks.parquet"), 0);
  if (rows > current.tables.track.rows * maxShare && current.synthetic === null) {
    return anew("more than a quarter of the tracks changed");
  }
  const counts = added.reduce((sum, { accession }) => sum + rowsOf(accession, "plays.parquet"), 0);
  return { kind: "incremental", base: current, all, added, rows: rows + counts, maxShare };
}

/** Whether so many replaced tracks are still a delta. */
export function isDelta(
  { base, maxShare }: Extract<BuildPlan, { kind: "incremental" }>,
  replacedTracks: number,
): boolean {
  return base.synthetic !== null || !(replacedTracks > base.tables.track.rows * maxShare);
}

function rowsOf(accession: Accession, file: string): number {
  return accession.tables[file]?.rows ?? 0;
}
