import { escapeHtml } from "../charts/svg-document.ts";
import type { Cell, CellFormat, FigureTable } from "../figure.ts";
import { formatBytes, formatCount, formatDecimal, formatShare } from "../numbers.ts";

/** Rows beyond these stay in the JSON of the report. */
const MAX_ROWS = 400;

/** The numbers of a chart as an HTML table. */
export function renderTable({ columns, rows }: FigureTable): string {
  const kind = (format: CellFormat): string => (format === "text" ? "" : ' class="number"');
  const head = columns
    .map(({ name, format }) => `<th scope="col"${kind(format)}>${escapeHtml(name)}</th>`)
    .join("");
  const body = rows
    .slice(0, MAX_ROWS)
    .map(
      (row) =>
        `<tr>${columns
          .map(
            ({ format }, at) => `<td${kind(format)}>${escapeHtml(formatCell(row[at] ?? null, format))}</td>`,
          )
          .join("")}</tr>`,
    );
  const more =
    rows.length > MAX_ROWS
      ? `<p>and ${formatCount(rows.length - MAX_ROWS)} more rows: deadwax report --json</p>`
      : "";
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table>${more}</div>`;
}

function formatCell(cell: Cell, format: CellFormat): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  switch (format) {
    case "count":
      return formatCount(cell);
    case "percent":
      return formatShare(cell);
    case "bytes":
      return formatBytes(cell);
    case "decimal":
      return formatDecimal(cell);
    case "text":
    case "label-number":
      return `${cell}`;
  }
}
