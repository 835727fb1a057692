import { formatSize } from "../../core/sizes.ts";
import type { AudioSourceSummary, FolderIntake } from "../../sources/index.ts";
import type { RejectedFile } from "../rejected-files.ts";
import type { Output } from "../report/output.ts";
import { type Column, type Field, printFields, printTable } from "../report/table.ts";

const REJECTED_COLUMNS: readonly Column[] = [
  { name: "NOT TAKEN IN", shrinks: true },
  { name: "REASON" },
  { name: "DETAIL", wraps: true },
];
/** A folder may hold thousands of covers and text files: a terminal shows the first. */
const SHOWN_REJECTED = 20;

export function showIntake(
  output: Output,
  summary: AudioSourceSummary,
  rejected: readonly RejectedFile[],
): void {
  for (const [index, folder] of summary.folders.entries()) {
    if (index > 0) output.line();
    printFields(output, intakeFields(folder, summary.dryRun));
  }
  if (rejected.length === 0) return;
  const shown = output.isTerminal ? rejected.slice(0, SHOWN_REJECTED) : rejected;
  output.line();
  printTable(
    output,
    REJECTED_COLUMNS,
    shown.map(({ path, member, reason, detail }) => [
      member === null ? path : `${path} › ${member}`,
      reason,
      detail,
    ]),
  );
  if (shown.length < rejected.length)
    output.line(`… and ${rejected.length - shown.length} more; --json lists them all`);
}

function intakeFields(
  { source, root, accession, counts, toRead }: FolderIntake,
  dryRun: boolean,
): readonly Field[] {
  const { seen, added, changed, unchanged, gone, audio, rejected, documents } = counts;
  const changes: readonly Field[] = [
    ["files seen", seen],
    ["new", added],
    ["changed", changed || null],
    ["unchanged", unchanged || null],
    ["gone", gone || null],
  ];
  if (dryRun) {
    return [
      ["source", source, "bold"],
      ["folder", root],
      ...changes,
      ["would be read", `${toRead.files} files, ${formatSize(toRead.sizeBytes)}`],
    ];
  }
  return [
    ["source", source, "bold"],
    ["folder", root],
    ["accession", accession ?? "none: nothing has changed"],
    ...changes,
    ["tracks taken in", audio],
    ["not taken in", rejected || null],
    ["rights documents", documents || null],
  ];
}
