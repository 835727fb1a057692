import * as Plot from "@observablehq/plot";
import type { Bin, Chart } from "../figure.ts";
import { tickFormat } from "./axis-format.ts";
import { drawPlot } from "./svg-document.ts";

type Histogram = Extract<Chart, { kind: "histogram" }>;

/** So many things or fewer are drawn one by one. */
const FEW = 150;

/** Bars; where few things are counted, a dot for each. */
export function drawHistogram(chart: Histogram, width: number): string {
  const total = chart.bins.reduce((sum, { value }) => sum + value, 0);
  return chart.isCount && total <= FEW ? drawDots(chart, width) : drawBars(chart, width);
}

function drawBars({ title, x, y, bins, marks = [] }: Histogram, width: number): string {
  const isLog = y.scale === "log";
  const drawn = bins.filter(({ value }) => value > 0);
  const floor = isLog ? Math.min(1, ...drawn.map(({ value }) => value)) * 0.5 : 0;
  const step = drawn[0] ? drawn[0].to - drawn[0].from : 1;
  const span = (drawn.at(-1)?.to ?? 1) - (drawn[0]?.from ?? 0);
  const inset = (width * step) / span > 5 ? 0.5 : 0;
  return drawPlot(title, {
    width,
    height: heightFor(width),
    marginLeft: 52,
    marginTop: marks.length > 0 ? 34 : 24,
    x: { label: `${x.label} →`, tickFormat: tickFormat(x), ...minuteTicks(x, drawn), nice: false },
    y: {
      label: `↑ ${y.label}`,
      tickFormat: tickFormat(y),
      type: isLog ? "log" : "linear",
      grid: true,
      ticks: isLog ? 4 : 5,
      ...(isLog ? { domain: [floor, Math.max(...drawn.map(({ value }) => value), 1) * 1.2] } : {}),
    },
    marks: [
      Plot.rect(drawn, {
        x1: "from",
        x2: "to",
        y1: () => floor,
        y2: "value",
        fill: "var(--series-1)",
        insetLeft: inset,
        insetRight: inset,
        ...(inset === 0 ? { shapeRendering: "crispEdges" } : {}),
      }),
      Plot.ruleY([floor], { stroke: "currentColor" }),
      ...(marks.length > 0
        ? [
            Plot.text(marks, {
              x: "x",
              text: "label",
              frameAnchor: "top",
              dy: -14,
              fill: "currentColor",
              fontWeight: 600,
            }),
          ]
        : []),
    ],
  });
}

/** One dot a thing, stacked: what fifty tracks look like. */
function drawDots({ title, x, y, bins }: Histogram, width: number): string {
  const tallest = Math.max(1, ...bins.map(({ value }) => value));
  const columns = Math.max(1, spanOf(bins) / stepOf(bins));
  const radius = Math.max(2, Math.min(6, (width - 40) / columns / 2.4, 150 / tallest / 2));
  const dots = bins.flatMap(({ from, to, value }) =>
    Array.from({ length: value }, (_, at) => ({ x: (from + to) / 2, y: at + 0.5 })),
  );
  return drawPlot(title, {
    width,
    height: Math.round(tallest * radius * 2.3 + 62),
    marginLeft: 16,
    marginRight: 16,
    x: {
      label: `${x.label} → (one dot: one of the ${y.label})`,
      tickFormat: tickFormat(x),
      ...minuteTicks(x, bins),
      domain: [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1],
    },
    y: { axis: null, domain: [0, tallest] },
    marks: [
      Plot.dot(dots, { x: "x", y: "y", r: radius, fill: "var(--series-1)" }),
      Plot.ruleY([0], { stroke: "currentColor" }),
    ],
  });
}

export function heightFor(width: number): number {
  return Math.round(width > 500 ? width * 0.42 : width * 0.62);
}

function stepOf(bins: readonly Bin[]): number {
  return bins[0] ? bins[0].to - bins[0].from : 1;
}

function spanOf(bins: readonly Bin[]): number {
  return (bins.at(-1)?.to ?? 1) - (bins[0]?.from ?? 0);
}

/** Seconds are marked at whole minutes, not at tens. */
function minuteTicks(axis: { readonly format?: string }, bins: readonly Bin[]): { ticks?: number[] } {
  if (axis.format !== "minutes") return {};
  const [first, last] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 60];
  const every = [60, 120, 300, 600, 1200, 1800, 3600].find((step) => (last - first) / step <= 11) ?? 7200;
  const from = Math.ceil(first / every);
  return {
    ticks: Array.from({ length: Math.floor(last / every) - from + 1 }, (_, at) => (from + at) * every),
  };
}
