import type { RightsCounts, RightsReport, ShownRights } from "../../rights/index.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";

export function showRightsCounts(
  output: Output,
  rights: string,
  created: boolean,
  counts: RightsCounts,
): void {
  printFields(output, [["rights", rights + (created ? "" : " (as before)"), "bold"], ...countFields(counts)]);
}

function countFields(counts: RightsCounts): readonly Field[] {
  const licences = Object.entries(counts.byLicence).map(([licence, tracks]) => `${licence} (${tracks})`);
  return [
    ["tracks", counts.tracks],
    ["may go out", counts.open, "green"],
    ["  also as access copies", counts.derive],
    ["dark", counts.dark || null, "yellow"],
    ["licences", licences.join(", ") || null],
  ];
}

const REASON_COLUMNS: readonly Column[] = [
  { name: "REASON" },
  { name: "TRACKS", align: "right" },
  { name: "MEANING", wraps: true },
];
const DARK_COLUMNS: readonly Column[] = [
  { name: "DARK TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "ARTIST", shrinks: true },
  { name: "REASON" },
  { name: "PATH", shrinks: true },
];
const CONFLICT_COLUMNS: readonly Column[] = [
  { name: "SAME RECORDING" },
  { name: "TRACK" },
  { name: "TITLE", shrinks: true },
  { name: "GATE" },
  { name: "LICENCE", shrinks: true },
  { name: "REASON" },
  { name: "PATH", shrinks: true },
];
const RAW_COLUMNS: readonly Column[] = [
  { name: "LICENCE TEXT NOT UNDERSTOOD", shrinks: true },
  { name: "STATEMENTS", align: "right" },
];

export function showRightsReport(output: Output, report: RightsReport): void {
  printFields(output, [
    ["rights", report.rights, "bold"],
    ["territory", report.policy.territory],
    ...countFields(report.counts),
    ["declarations", report.declarations.length || null],
    ["same recording, other rights", conflictCounts(report.sameSound), "yellow"],
  ]);
  output.line();
  printTable(
    output,
    REASON_COLUMNS,
    report.reasons.map(({ reason, tracks, explanation }) => [reason, tracks, explanation]),
  );
  if (report.notUnderstood.length > 0) {
    output.line();
    printTable(
      output,
      RAW_COLUMNS,
      report.notUnderstood.map(({ raw, statements }) => [raw, statements]),
    );
  }
  showSoundConflicts(output, report.sameSound);
  if (report.dark.length === 0) return;
  output.line();
  printTable(
    output,
    DARK_COLUMNS,
    report.dark.map(({ id, title, artist, reason, path }) => [id, title, artist, reason, path]),
  );
  if (report.counts.dark > report.dark.length) {
    output.line(
      output.paint("dim", `… and ${report.counts.dark - report.dark.length} more: --limit shows them`),
    );
  }
}

function conflictCounts({ conflicts, unsettled, tracks }: RightsReport["sameSound"]): string | null {
  if (conflicts === 0) return null;
  return `${conflicts} recordings (${tracks} tracks), ${unsettled} to be settled`;
}

function showSoundConflicts(output: Output, { conflicts, listed }: RightsReport["sameSound"]): void {
  if (listed.length === 0) return;
  output.line();
  printTable(
    output,
    CONFLICT_COLUMNS,
    listed.flatMap(({ recording, tracks }) =>
      tracks.map(({ id, title, licence, open, reason, path }) => [
        recording,
        id,
        title,
        open ? "open" : "dark",
        licence,
        reason,
        path,
      ]),
    ),
  );
  if (conflicts > listed.length) {
    output.line(output.paint("dim", `… and ${conflicts - listed.length} more: --limit shows them`));
  }
}

/** The verdict on one track, then each statement: those that decided first. */
export function showTrackRights(output: Output, shown: ShownRights): void {
  printFields(output, [
    ["track", shown.track.id],
    ["title", shown.track.title, "bold"],
    ["artist", shown.track.artist],
    ["may go out", shown.open ? "yes" : "no", shown.open ? "green" : "yellow"],
    ["as access copy", shown.derive ? "yes" : "no"],
    ["reason", `${shown.reason}: ${shown.explanation}`],
    ["licence", shown.licence],
    ["credit", shown.attribution],
    ["confidence", shown.confidence],
  ]);
  for (const statement of shown.statements) {
    output.line();
    printFields(output, [
      [statement.decided ? "decided by" : "also said", `${statement.decision}, from ${statement.source}`],
      ["licence", statement.licence],
      ["in its words", statement.raw],
      [
        "speaks for",
        `${statement.scope_kind}${statement.scope_value === "" ? "" : `: ${statement.scope_value}`}`,
      ],
      ["document", statement.document],
      ["evidence", statement.evidence_sha256],
      ["date", statement.date],
    ]);
  }
}
