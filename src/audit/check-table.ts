import { payloadPath, type ReleaseDocument } from "../release/index.ts";
import type { TableReader } from "../release/table-reader.ts";
import type { TableSummary } from "../release/table-reader-job.ts";
import type { Findings } from "./finding.ts";

export interface TableCheckInputs {
  readonly reader: TableReader;
  readonly tablePath: string;
  /** How the table is called in findings. */
  readonly shown: string;
  readonly release: ReleaseDocument | null;
  /** Paths of the shards that the bag should have. */
  readonly payload: readonly string[];
  readonly findings: Findings;
}

/** Checks the track table as a whole: readable, of the right columns, in agreement with the release document. False when it cannot be used. */
export async function checkTable(inputs: TableCheckInputs): Promise<boolean> {
  const { findings, shown } = inputs;
  const summary = await inputs.reader.summary(inputs.tablePath);
  if (!summary.ok) {
    findings.add("table-unreadable", shown, `the track table cannot be read: ${summary.reason}`);
    return false;
  }
  for (const fault of [...tableFaults(summary.value), ...shardFaults(summary.value, inputs.payload)]) {
    findings.add("table-wrong", shown, fault);
  }
  if (inputs.release) {
    for (const fault of documentFaults(summary.value, inputs.release))
      findings.add("table-wrong", shown, fault);
  }
  return true;
}

function tableFaults({ duplicateIds, strayRows, states }: TableSummary): readonly string[] {
  const faults: string[] = [];
  if (duplicateIds > 0) faults.push(`${duplicateIds} rows have the id of another row`);
  if (strayRows > 0)
    faults.push(`${strayRows} rows of tracks that were not released name a place in a shard`);
  if (states.other > 0) faults.push(`${states.other} rows have no state that is known`);
  return faults;
}

function shardFaults({ shards }: TableSummary, payload: readonly string[]): readonly string[] {
  const faults: string[] = [];
  const named = new Set(shards.map(({ shard }) => payloadPath(shard ?? "")));
  const wanted = new Set(payload);
  for (const path of named)
    if (!wanted.has(path)) faults.push(`it names ${JSON.stringify(path)}, which is no shard of the release`);
  // A release without sound has one shard with nothing in it: a bag needs a payload.
  if (named.size === 0 && wanted.size === 1) return faults;
  for (const path of wanted) if (!named.has(path)) faults.push(`it has no track in ${path}`);
  return faults;
}

function documentFaults(summary: TableSummary, release: ReleaseDocument): readonly string[] {
  const { states } = summary;
  const faults: string[] = [];
  const counts: readonly (readonly [string, number, number])[] = [
    ["released", states.released, release.tracks.released],
    ["metadata-only", states.metadataOnly, release.tracks.metadataOnly],
    ["withheld", states.withheld, release.tracks.withheld],
  ];
  for (const [state, found, wanted] of counts) {
    if (found !== wanted) faults.push(`it has ${found} ${state} tracks, and RELEASE.json says ${wanted}`);
  }
  const tallies: readonly (readonly [
    string,
    readonly (readonly [string, number])[],
    readonly (readonly [string, number])[],
  ])[] = [
    [
      "licences",
      summary.licences.map(({ licence, tracks }) => [licence ?? "none", tracks]),
      release.licences.map(({ licence, tracks }) => [licence, tracks]),
    ],
    [
      "reasons to withhold",
      summary.withheld.map(({ reason, tracks }) => [reason ?? "none", tracks]),
      release.withheld.map(({ reason, tracks }) => [reason, tracks]),
    ],
  ];
  for (const [what, found, wanted] of tallies) {
    if (!isSameTally(found, wanted)) faults.push(`its ${what} are not those of RELEASE.json`);
  }
  return faults;
}

function isSameTally(
  a: readonly (readonly [string, number])[],
  b: readonly (readonly [string, number])[],
): boolean {
  const wanted = new Map(b);
  return (
    a.length === b.length &&
    wanted.size === b.length &&
    a.every(([name, count]) => wanted.get(name) === count)
  );
}
