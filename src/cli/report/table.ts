import { formatSize } from "../../core/sizes.ts";
import type { Output } from "./output.ts";
import { displayWidth, fitToWidth, padToWidth, printable } from "./printable.ts";
import type { Style } from "./style.ts";

export interface Column {
  readonly name: string;
  readonly align?: "left" | "right";
  /** Narrow terminals cut these columns first. */
  readonly shrinks?: boolean;
  /** They do not cut these: what has no room goes on below. For a last column. */
  readonly wraps?: boolean;
}

export type Cell = string | number | bigint | null;

const GAP = "  ";
const MIN_SHRUNK_COLUMNS = 8;

/** Prints rows: aligned under a heading on a terminal, tab-separated with a heading line elsewhere. */
export function printTable(
  output: Output,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): void {
  const texts = rows.map((row) => columns.map((_, index) => cellText(row[index] ?? null)));
  if (!output.isTerminal) {
    output.line(columns.map((column) => column.name).join("\t"));
    for (const row of texts) output.line(row.join("\t"));
    return;
  }
  const widths = fitColumns(columns, texts, output.columns);
  const layOut = (cells: readonly string[]): readonly string[] => {
    const stacks = cells.map((cell, index) => {
      const width = widths[index] ?? 0;
      return columns[index]?.wraps ? wrapText(cell, width) : [fitToWidth(cell, width)];
    });
    const height = Math.max(...stacks.map((stack) => stack.length));
    return Array.from({ length: height }, (_, line) =>
      stacks
        .map((stack, index) =>
          padToWidth(stack[line] ?? "", widths[index] ?? 0, columns[index]?.align ?? "left"),
        )
        .join(GAP)
        .trimEnd(),
    );
  };
  for (const line of layOut(columns.map((column) => column.name))) output.line(output.paint("bold", line));
  for (const line of texts.flatMap(layOut)) output.line(line);
}

export type Field = readonly [name: string, value: Cell, style?: Style];

/** Prints names and values: two aligned columns on a terminal, tab-separated elsewhere. Null values are left out. */
export function printFields(output: Output, fields: readonly Field[]): void {
  const present = fields.filter(([, value]) => value !== null);
  const width = Math.max(0, ...present.map(([name]) => displayWidth(name)));
  for (const [name, value, style] of present) {
    const text = cellText(value);
    if (!output.isTerminal) {
      output.line(`${name}\t${text}`);
      continue;
    }
    const room = output.columns - width - GAP.length;
    for (const [index, line] of wrapText(text, room).entries()) {
      const label = output.paint("dim", padToWidth(index === 0 ? name : "", width));
      output.line(`${label}${GAP}${style ? output.paint(style, line) : line}`);
    }
  }
}

/** Lines of whole words; a word that is longer than a line (a path, a link) stays in one piece, to be copied. */
function wrapText(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  const [first = "", ...words] = text.split(" ");
  let line = first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** A size: in units on a terminal, in bytes elsewhere. */
export function sizeCell(output: Output, sizeBytes: number): Cell {
  return output.isTerminal ? formatSize(sizeBytes) : sizeBytes;
}

function cellText(cell: Cell): string {
  return cell === null ? "" : printable(String(cell));
}

/** The natural width of each column; of those that may shrink the widest gives way until the line fits. */
function fitColumns(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  terminalColumns: number,
): readonly number[] {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, displayWidth(row[index] ?? "")), displayWidth(column.name)),
  );
  const gaps = GAP.length * Math.max(0, columns.length - 1);
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width, gaps) - terminalColumns;
    const shrinkable = columns
      .map((column, index) => ({ index, width: column.shrinks || column.wraps ? (widths[index] ?? 0) : 0 }))
      .filter(({ width }) => width > MIN_SHRUNK_COLUMNS)
      .sort((a, b) => b.width - a.width)[0];
    if (excess <= 0 || !shrinkable) return widths;
    widths[shrinkable.index] = shrinkable.width - 1;
  }
}
