import * as Plot from "@observablehq/plot";
import type { Chart } from "../figure.ts";
import { tickFormat } from "./axis-format.ts";
import { drawPlot } from "./svg-document.ts";

const SERIES = ["var(--series-1)", "var(--series-2)", "var(--series-3)"] as const;
const MAX_NAME = 26;

/** Bars beside names, with their values written after them: no scale is needed to read them. */
export function drawRanking({ title, x, rows }: Extract<Chart, { kind: "ranking" }>, width: number): string {
  const groups = [...new Set(rows.map(({ group }) => group ?? ""))];
  const names = rows.map(({ name }) => cutName(name, width));
  const longest = Math.max(0, ...names.map((name) => name.length));
  const data = rows.map(({ value, group }, at) => ({
    name: names[at] ?? "",
    place: at,
    value,
    fill: SERIES[groups.indexOf(group ?? "")] ?? SERIES[0],
    text: tickFormat(x)(value),
  }));
  return drawPlot(title, {
    width,
    height: rows.length * 22 + 12,
    marginLeft: Math.round(longest * 6.4 + 12),
    marginRight: 62,
    marginTop: 4,
    marginBottom: 8,
    x: { axis: null, domain: [0, Math.max(Number.MIN_VALUE, ...rows.map(({ value }) => value))] },
    y: {
      label: null,
      domain: data.map(({ place }) => place),
      tickFormat: (place: number) => names[place] ?? "",
      tickSize: 0,
      padding: 0.25,
    },
    marks: [
      Plot.barX(data, { x: "value", y: "place", fill: "fill" }),
      Plot.ruleX([0], { stroke: "currentColor" }),
      Plot.text(data, {
        x: "value",
        y: "place",
        text: "text",
        textAnchor: "start",
        dx: 5,
        fill: "currentColor",
      }),
    ],
  });
}

function cutName(name: string, width: number): string {
  const limit = width > 500 ? MAX_NAME + 10 : MAX_NAME - 4;
  const characters = [...name];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : name;
}
