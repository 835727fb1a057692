import { Option } from "commander";
import { EXIT } from "../../core/errors.ts";
import type { RecordSourceSummary } from "../../sources/index.ts";
import type { CommandContext } from "../context.ts";
import type { Outcome } from "../define-command.ts";
import type { Output } from "../report/output.ts";
import { printFields, printTable } from "../report/table.ts";

export function labelOption(defaultLabel: string): Option {
  return new Option("--label <name>", `name of the source (default: ${defaultLabel})`);
}

/** What a command that took records in says, and gives back. */
export function recordOutcome(context: CommandContext, summary: RecordSourceSummary): Outcome {
  for (const { line, offsetBytes, reason } of summary.rejects) {
    const place = line === null ? "" : `line ${line}: `;
    context.reporter.warn(`${place}${reason}`, { type: "rejected", line, offsetBytes, reason });
  }
  if (summary.accession !== null) context.reporter.note("next: deadwax catalogue build");
  const { sample, ...rest } = summary;
  return {
    summary: { ...rest, sample: shownSample(sample) },
    exitCode: summary.rejected > 0 ? EXIT.someItemsFailed : EXIT.ok,
    show: (output) => {
      printFields(output, [
        ["source", summary.source, "bold"],
        ["accession", summary.accession ?? (summary.isUnchanged ? "none: nothing has changed" : "none")],
        ["read", summary.isSample ? "the beginning of the files only" : null],
        ...Object.entries(summary.rows).map(([table, count]) => [table, count] as const),
        ["not taken in", summary.rejected || null, "yellow"],
      ]);
      showMapping(output, summary.mapping);
      for (const [table, rows] of Object.entries(sample)) showSample(output, table, rows);
    },
  };
}

function showMapping(output: Output, mapping: RecordSourceSummary["mapping"]): void {
  if (mapping.length === 0) return;
  output.line();
  printTable(
    output,
    [{ name: "FIELD", shrinks: true }, { name: "GOES TO" }],
    mapping.map(({ from, to }) => [from, to]),
  );
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The first rows of a table, without the columns in which nothing stands. */
export function showSample(output: Output, table: string, rows: Rows): void {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0] ?? {}).filter((name) => rows.some((row) => cell(row[name]) !== null));
  output.line();
  output.line(table);
  printTable(
    output,
    columns.map((name) => ({ name, shrinks: true })),
    rows.map((row) => columns.map((name) => cell(row[name]))),
  );
}

function shownSample(sample: Readonly<Record<string, Rows>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sample).map(([table, rows]) => [table, shownRows(rows)]));
}

/** Rows for JSON: numbers that JSON does not hold become text. */
export function shownRows(rows: Rows): unknown {
  return JSON.parse(
    JSON.stringify(rows, (_key, part: unknown) => (typeof part === "bigint" ? part.toString() : part)),
  );
}

function cell(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(cell).join("; ");
  if (typeof value === "object")
    return Object.values(value)
      .flatMap((part) => cell(part) ?? [])
      .join(" ");
  return String(value);
}
