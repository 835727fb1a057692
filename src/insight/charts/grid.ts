import * as Plot from "@observablehq/plot";
import type { Chart } from "../figure.ts";
import { drawPlot } from "./svg-document.ts";

/** A heat map: the opacity of one ink is the share of the fullest field, by its square root, so that thin ones show. */
export function drawGrid(chart: Extract<Chart, { kind: "grid" }>, width: number): string {
  const { title, x, y, columns, rows, xRange, yRange, cells } = chart;
  const most = Math.max(1, ...cells.map(({ value }) => value));
  const scale = ([from, to]: readonly [number, number], at: number, count: number): number =>
    from + ((to - from) * at) / count;
  return drawPlot(title, {
    width,
    height: width,
    marginLeft: 42,
    marginBottom: 36,
    marginTop: 22,
    marginRight: 10,
    x: { label: `${x.label} →`, domain: [...xRange], ticks: 5 },
    y: { label: `↑ ${y.label}`, domain: [...yRange], ticks: 5 },
    marks: [
      Plot.rect(cells, {
        x1: ({ column }: { column: number }) => scale(xRange, column, columns),
        x2: ({ column }: { column: number }) => scale(xRange, column + 1, columns),
        y1: ({ row }: { row: number }) => scale(yRange, row, rows),
        y2: ({ row }: { row: number }) => scale(yRange, row + 1, rows),
        fill: "var(--series-1)",
        fillOpacity: ({ value }: { value: number }) => Math.max(0.04, Math.sqrt(value / most)),
      }),
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
    ],
    opacity: { type: "identity" },
  });
}

/** Correlations: one ink for those above zero, another for those below, each number written in its field. */
export function drawMatrix(
  { title, names, cells }: Extract<Chart, { kind: "matrix" }>,
  width: number,
): string {
  const size = Math.min(width, 460);
  const short = (name: string): string => (size < 420 ? name.slice(0, 6) : name);
  const both = cells.flatMap(({ a, b, value }) =>
    a === b
      ? [{ a, b, value }]
      : [
          { a, b, value },
          { a: b, b: a, value },
        ],
  );
  return drawPlot(title, {
    width: size,
    height: size,
    marginLeft: size < 420 ? 62 : 116,
    marginBottom: 30,
    marginTop: 10,
    x: { domain: [...names], label: null, tickFormat: (name: string) => name.slice(0, 6), tickSize: 0 },
    y: { domain: [...names], label: null, tickFormat: short, tickSize: 0 },
    marks: [
      Plot.cell(both, {
        x: "a",
        y: "b",
        fill: ({ value }: { value: number }) => (value < 0 ? "var(--series-2)" : "var(--series-1)"),
        fillOpacity: ({ value }: { value: number }) => Math.abs(value) * 0.75,
        inset: 1,
      }),
      Plot.text(both, {
        x: "a",
        y: "b",
        text: ({ value }: { value: number }) =>
          value
            .toFixed(2)
            .replace(/^-(?=0\.00$)/, "")
            .replace("-", "−"),
        fill: "currentColor",
        fontSize: size < 420 ? 9 : 10,
      }),
    ],
    opacity: { type: "identity" },
  });
}
