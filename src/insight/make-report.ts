import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type AggregateName,
  aggregateDefinition,
  aggregateSql,
  currentSnapshot,
  readSnapshot,
  type Snapshot,
} from "../catalogue/index.ts";
import { type Archive, DEADWAX_VERSION, FailedError, type Reporter } from "../core/index.ts";
import { currentRights, type RightsReport, reportRights } from "../rights/index.ts";
import { findCurrentPlan, type Plan } from "../selection/index.ts";
import { collectAggregates, type FigureOrigin, rowsRead } from "./collect-aggregates.ts";
import type { Figure, Section } from "./figure.ts";
import type { PlannedCurve } from "./figures/keeping.ts";
import { Aggregates } from "./groups.ts";
import { makeSections } from "./make-sections.ts";
import { countSecondsByType } from "./seconds-by-type.ts";

export interface ReportOptions {
  readonly archive: Archive;
  /** The current one unless told. */
  readonly snapshot?: string | undefined;
  readonly from?: FigureOrigin;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

export interface ReportedFigure extends Figure {
  readonly sql: string;
  readonly rowsRead: number;
}

/** What a report says, as data; `renderPage` makes the page of it. */
export interface Report {
  readonly snapshot: {
    readonly id: string;
    readonly created: string;
    /** Of `snapshot.json`, which holds the SHA-256 of each segment. */
    readonly sha256: string;
    readonly tracks: number;
    readonly sources: readonly string[];
    readonly isSynthetic: boolean;
  };
  readonly program: string;
  /** Where the figures come from. */
  readonly from: "rows" | "statistics";
  readonly sections: readonly (Section & { readonly figures: readonly ReportedFigure[] })[];
}

/** The portrait of a snapshot. Throws `FailedError` when there is no such snapshot. */
export async function makeReport(options: ReportOptions): Promise<Report> {
  const { archive, from = "auto", reporter, signal } = options;
  const snapshot = await chosenSnapshot(archive, options.snapshot);
  const spillFolder = archive.layout.scratch;
  // Streams of rows leave a core idle at times: the two go on beside each other.
  const [collected, early] = await Promise.all([
    collectAggregates(snapshot, { from, spillFolder, reporter, ...(signal ? { signal } : {}) }),
    from === "rows" ? countSecondsByType(snapshot, signal) : undefined,
  ]);
  const secondsByType =
    early === undefined && collected.from === "rows"
      ? await countSecondsByType(snapshot, signal)
      : (early ?? null);
  const sections = makeSections({
    snapshot,
    aggregates: new Aggregates(collected.rows),
    secondsByType,
    planned: await plannedCurve(archive, snapshot, reporter),
    rights: await rightsOf(archive, snapshot),
  });
  const description = await readFile(join(snapshot.folder, "snapshot.json"));
  return {
    snapshot: {
      id: snapshot.id,
      created: snapshot.created,
      sha256: createHash("sha256").update(description).digest("hex"),
      tracks: snapshot.tables.track.rows,
      sources: [...new Set(snapshot.accessions.map(({ source }) => source))],
      isSynthetic: snapshot.synthetic !== null,
    },
    program: `deadwax ${DEADWAX_VERSION}`,
    from: collected.from,
    sections: await Promise.all(
      sections.map(async (section) => ({
        ...section,
        figures: await Promise.all(section.figures.map((figure) => withSql(figure, snapshot))),
      })),
    ),
  };
}

async function chosenSnapshot(archive: Archive, id: string | undefined): Promise<Snapshot> {
  if (id === undefined) return await currentSnapshot(archive);
  const snapshot = /^s-[0-9a-f]{12}$/.test(id) ? await readSnapshot(archive, id) : null;
  if (snapshot) return snapshot;
  throw new FailedError(`there is no snapshot "${id}"`, {
    hint: "see which there are: deadwax catalogue list",
  });
}

/** The queries of a figure as they run in the folder of the snapshot. */
async function withSql(figure: Figure, snapshot: Snapshot): Promise<ReportedFigure> {
  const texts = await Promise.all(figure.aggregates.map(runnableSql));
  const extra = figure.extraSql?.replaceAll(/\bsegment_([a-z_]+)/g, "read_parquet('$1/*.parquet')");
  return {
    ...figure,
    sql: [...texts, ...(extra === undefined ? [] : [`${extra};`])].join("\n\n"),
    rowsRead: figure.aggregates.reduce((most, name) => Math.max(most, rowsRead(snapshot, name)), 0),
  };
}

export async function runnableSql(name: AggregateName): Promise<string> {
  const { table } = aggregateDefinition(name);
  const sql = await aggregateSql(name);
  return `${sql.trim().replaceAll(/\bfrom segment\b/g, `from read_parquet('${table}/*.parquet')`)};`;
}

async function plannedCurve(
  archive: Archive,
  snapshot: Snapshot,
  reporter: Reporter,
): Promise<PlannedCurve | null> {
  const plan = await readablePlan(archive, reporter);
  if (!plan || plan.document.snapshot !== snapshot.id) return null;
  const { curve, value, totals } = plan.document;
  return {
    plan: plan.id,
    curve,
    wholeValue: value.whole,
    keptValue: value.kept,
    keptBytes: totals.original.bytes + totals["access-copy"].bytes,
  };
}

/** A plan of another version of the format is no reason to have no report. */
async function readablePlan(archive: Archive, reporter: Reporter): Promise<Plan | null> {
  try {
    return await findCurrentPlan(archive);
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    reporter.warn(`the report goes without the plan: ${error.message}`);
    return null;
  }
}

async function rightsOf(archive: Archive, snapshot: Snapshot): Promise<RightsReport | null> {
  try {
    const rights = await currentRights(archive);
    return rights.snapshot === snapshot.id ? await reportRights({ archive, limit: 1 }) : null;
  } catch (error) {
    // None were computed yet; what is damaged is not passed over.
    if (error instanceof FailedError) return null;
    throw error;
  }
}
