import * as Plot from "@observablehq/plot";
import type { Chart } from "../figure.ts";
import { tickFormat } from "./axis-format.ts";
import { heightFor } from "./histogram.ts";
import { drawPlot } from "./svg-document.ts";

const SERIES = ["var(--series-1)", "var(--series-2)", "var(--series-3)"] as const;
const DASHES = ["none", "7 4", "2 3"] as const;

/** Lines with their names at their ends: told apart by dashes as well as by colour. */
export function drawLines({ title, x, y, lines }: Extract<Chart, { kind: "lines" }>, width: number): string {
  const names = lines.length > 1;
  const few = lines.every(({ points }) => points.length <= 60);
  return drawPlot(title, {
    width,
    height: heightFor(width),
    marginLeft: 52,
    marginRight: 24,
    x: { label: `${x.label} →`, tickFormat: tickFormat(x), ticks: width > 500 ? 10 : 5 },
    y: {
      label: `↑ ${y.label}`,
      tickFormat: tickFormat(y),
      grid: true,
      type: y.scale === "log" ? "log" : "linear",
      ticks: y.scale === "log" ? 4 : 5,
      ...(y.format === "percent" ? { domain: [0, 1] } : {}),
    },
    marks: [
      ...lines.flatMap(({ points }, at) => [
        Plot.line(points, {
          x: "0",
          y: "1",
          stroke: SERIES[at] ?? SERIES[0],
          strokeWidth: 2,
          strokeDasharray: DASHES[at] ?? "none",
        }),
        ...(few ? [Plot.dot(points, { x: "0", y: "1", r: 2, fill: SERIES[at] ?? SERIES[0] })] : []),
      ]),
      ...(names ? lines.map(({ name, points }, at) => label(name, points, at, lines.length)) : []),
    ],
  });
}

/** The name stands on its line, each on another stretch of it so that names do not meet. */
function label(
  name: string,
  points: readonly (readonly [number, number])[],
  at: number,
  count: number,
): Plot.Markish {
  const place = points[Math.round(((at + 0.7) / (count + 0.4)) * (points.length - 1))];
  return Plot.text(place ? [place] : [], {
    x: "0",
    y: "1",
    text: () => name,
    dy: -9,
    fill: SERIES[at] ?? "currentColor",
    stroke: "var(--paper)",
    strokeWidth: 4,
    fontWeight: 600,
  });
}
