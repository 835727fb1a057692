import type { ConflictReport } from "../../catalogue/list-conflicts.ts";
import type { Output } from "../report/output.ts";
import { type Column, printFields, printTable } from "../report/table.ts";

const COLUMNS: readonly Column[] = [
  { name: "KIND" },
  { name: "SCHEME" },
  { name: "VALUE", shrinks: true },
  { name: "TRACK" },
  { name: "DETAIL", wraps: true },
];

export function showConflicts(output: Output, { counts, conflicts }: ConflictReport): void {
  if (counts.length === 0) {
    output.line("no identifier contradicts another, and none is malformed");
    return;
  }
  // Away from a terminal the rows stand alone, so that other programs can read them.
  if (output.isTerminal) {
    printFields(
      output,
      counts.map(({ kind, scheme, rows }) => [`${kind}, ${scheme}`, rows]),
    );
    output.line("");
  }
  printTable(
    output,
    COLUMNS,
    conflicts.map(({ kind, scheme, value, track, detail }) => [kind, scheme, value, track, detail]),
  );
}
