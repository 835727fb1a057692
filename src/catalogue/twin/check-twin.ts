import { z } from "zod";
import { type Database, type Reporter, throwIfAborted, UsageError } from "../../core/index.ts";
import { openSnapshot } from "../store/open-snapshot.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { PUBLISHED_TRACKS } from "./popularity-curve.ts";
import { TWIN_TARGETS, type TwinTarget } from "./targets.ts";

export interface CheckedTarget {
  readonly name: string;
  readonly source: string;
  /** Scaled to the tracks of the twin where it is a count. */
  readonly target: number;
  readonly tolerance: string;
  readonly measured: number | null;
  readonly ok: boolean;
}

export interface CheckTwinOptions {
  readonly snapshot: Snapshot;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly spillFolder?: string;
}

/** Measures every published figure on the rows of a twin. Throws `UsageError` for a snapshot of facts. */
export async function checkTwin({
  snapshot,
  reporter,
  signal,
  spillFolder,
}: CheckTwinOptions): Promise<CheckedTarget[]> {
  if (!snapshot.synthetic) {
    throw new UsageError(`the snapshot ${snapshot.id} is no twin`, {
      hint: "make one: deadwax twin --into FOLDER",
    });
  }
  const scale = snapshot.synthetic.tracks / PUBLISHED_TRACKS;
  const database = await openSnapshot(snapshot, {
    memoryLimit: "1500MB",
    ...(spillFolder && { spillFolder }),
  });
  const progress = reporter.progress("checking", "items", TWIN_TARGETS.length);
  try {
    const checked: CheckedTarget[] = [];
    for (const target of TWIN_TARGETS) {
      throwIfAborted(signal);
      checked.push(judge(target, scale, await measured(database, target.sql)));
      progress.advance(1, target.name);
    }
    return checked;
  } finally {
    progress.finish();
    database.close();
  }
}

/** Whether a figure meets its target; `scale` is the share of the published tracks that the twin has. */
export function judge(target: TwinTarget, scale: number, value: number | null): CheckedTarget {
  const wanted = target.isCount ? target.target * scale : target.target;
  const { tolerance } = target;
  // A small twin cannot have a fraction of a row, and rows that are drawn scatter by the root of their number.
  const slack = target.isCount ? Math.max(1, 3 * Math.sqrt(wanted)) : 0;
  const difference = value === null ? Number.POSITIVE_INFINITY : value - wanted;
  const ok =
    tolerance.kind === "at least"
      ? difference >= 0
      : tolerance.kind === "at most"
        ? difference <= 0
        : Math.abs(difference) <= Math.max(slack, allowed(tolerance, wanted));
  const { name, source } = target;
  return { name, source, target: wanted, tolerance: toleranceText(tolerance), measured: value, ok };
}

function allowed(
  tolerance: Extract<TwinTarget["tolerance"], { kind: "about" | "within" }>,
  wanted: number,
): number {
  // Rounding of binary fractions is no difference.
  return (tolerance.kind === "about" ? tolerance.share * Math.abs(wanted) : tolerance.difference) + 1e-9;
}

function toleranceText(tolerance: TwinTarget["tolerance"]): string {
  if (tolerance.kind === "about") return `± ${Number((tolerance.share * 100).toPrecision(3))} %`;
  if (tolerance.kind === "within")
    return tolerance.difference === 0 ? "exactly" : `± ${Number(tolerance.difference.toPrecision(3))}`;
  return tolerance.kind;
}

const numberRow = z.object({ value: z.union([z.number(), z.bigint()]).transform(Number).nullable() });

async function measured(database: Database, sql: string): Promise<number | null> {
  const [row] = await database.rows(`select (${sql})::double as value`);
  return numberRow.parse(row).value;
}
