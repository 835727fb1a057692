import type { Chart } from "../figure.ts";
import { drawGrid, drawMatrix } from "./grid.ts";
import { drawHistogram } from "./histogram.ts";
import { drawLines } from "./lines.ts";
import { drawRanking } from "./ranking.ts";
import { drawSunburst } from "./sunburst.ts";

/** The SVG of a chart at a width in pixels; tiles are text, not a drawing. */
export function drawChart(chart: Exclude<Chart, { kind: "tiles" }>, width: number): string {
  switch (chart.kind) {
    case "histogram":
      return drawHistogram(chart, width);
    case "lines":
      return drawLines(chart, width);
    case "ranking":
      return drawRanking(chart, width);
    case "grid":
      return drawGrid(chart, width);
    case "matrix":
      return drawMatrix(chart, width);
    case "sunburst":
      return drawSunburst(chart, width);
  }
}
