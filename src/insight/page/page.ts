import { drawChart } from "../charts/draw-chart.ts";
import { escapeHtml } from "../charts/svg-document.ts";
import type { Chart, Section } from "../figure.ts";
import type { Report, ReportedFigure } from "../make-report.ts";
import { formatCount } from "../numbers.ts";
import { STYLE } from "./style.ts";
import { renderTable } from "./table.ts";

const [WIDE, NARROW, HALF] = [704, 358, 330] as const;
const SERIES_NAMES = ["var(--series-1)", "var(--series-2)", "var(--series-3)"] as const;

/** The report as one HTML file: no script, nothing loaded from elsewhere. */
export function renderPage(report: Report): string {
  const { snapshot } = report;
  const tracks = formatCount(snapshot.tracks);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${tracks} tracks: snapshot ${escapeHtml(snapshot.id)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Portrait of a catalogue of ${tracks} tracks</h1>
<p class="lead">Snapshot <code>${escapeHtml(snapshot.id)}</code>, made ${escapeHtml(snapshot.created.slice(0, 10))} from ${escapeHtml(snapshot.sources.join(", ") || "no sources")}.${snapshot.isSynthetic ? " <strong>It is synthetic: generated, not collected.</strong>" : ""} All figures are counted, none is sampled; each has its numbers and its query under it.</p>
<nav aria-label="Contents">${report.sections.map(contents).join("")}</nav>
</header>
<main>
${report.sections.map(renderSection).join("\n")}
</main>
<footer>
<p>Made by ${escapeHtml(report.program)} from ${report.from === "rows" ? "all rows" : "the statistics beside the segments, which add up to what all rows give"} of snapshot <code>${escapeHtml(snapshot.id)}</code>.</p>
<p>SHA-256 of its description: <code>${escapeHtml(snapshot.sha256)}</code></p>
<p>The queries run in the DuckDB shell, started in the folder of the snapshot, as they stand here.</p>
</footer>
</body>
</html>
`;
}

function contents({ title, figures }: Section): string {
  const items = figures.map(
    ({ id, title: name, hasData }) =>
      `<li${hasData ? "" : ' class="empty"'}><a href="#${id}">${escapeHtml(name)}</a></li>`,
  );
  return `<div><b>${escapeHtml(title)}</b><ul>${items.join("")}</ul></div>`;
}

function renderSection({ id, title, figures }: Report["sections"][number]): string {
  return `<h2 id="${id}">${escapeHtml(title)}</h2>\n${figures.map(renderFigure).join("\n")}`;
}

function renderFigure(figure: ReportedFigure): string {
  const { id, title, sentence, hasData, charts, table, sql, rowsRead } = figure;
  const grids = charts.filter(({ kind }) => kind === "grid");
  const drawn = [
    ...charts.filter(({ kind }) => kind !== "grid").map((chart) => renderChart(chart, charts.length > 1)),
    grids.length > 0 ? `<div class="pair">${grids.map(renderSmall).join("")}</div>` : "",
  ].join("\n");
  const numbers = table ? `<details><summary>The numbers</summary>${renderTable(table)}</details>` : "";
  const rows = rowsRead > 0 ? ` over ${formatCount(rowsRead)} rows` : "";
  const query =
    sql === "" || !hasData
      ? ""
      : `<details><summary>The query${rows}</summary><pre><code>${escapeHtml(sql)}</code></pre></details>`;
  return `<section class="figure${hasData ? "" : " empty"}" id="${id}">
<h3>${escapeHtml(title)}</h3>
<p>${escapeHtml(sentence)}</p>
${drawn}
${numbers}${query}
</section>`;
}

/** Drawn twice, for wide and for narrow pages: a chart that is only scaled down cannot be read. */
function renderChart(chart: Chart, isOneOfSeveral: boolean): string {
  if (chart.kind === "tiles") {
    const tiles = chart.tiles.map(
      ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
    );
    return `<dl class="tiles">${tiles.join("")}</dl>`;
  }
  const title = isOneOfSeveral ? `<h4>${escapeHtml(chart.title)}</h4>` : "";
  return `<figure>${title}${colourKey(chart)}<div class="wide">${drawChart(chart, WIDE)}</div><div class="narrow">${drawChart(chart, NARROW)}</div></figure>`;
}

function renderSmall(chart: Chart): string {
  return chart.kind === "tiles"
    ? ""
    : `<figure><h4>${escapeHtml(chart.title)}</h4>${drawChart(chart, HALF)}</figure>`;
}

function colourKey(chart: Chart): string {
  if (chart.kind === "matrix") {
    return '<p class="key"><span style="background:var(--series-1)"></span>rise together<span style="background:var(--series-2)"></span>one falls as the other rises</p>';
  }
  if (chart.kind !== "ranking") return "";
  const groups = [...new Set(chart.rows.map(({ group }) => group).filter((group) => group !== undefined))];
  if (groups.length < 2) return "";
  return `<p class="key">${groups
    .map(
      (group, at) =>
        `<span style="background:${SERIES_NAMES[at] ?? SERIES_NAMES[0]}"></span>${escapeHtml(group)}`,
    )
    .join("")}</p>`;
}
