import { describe, expect, test } from "vitest";
import type { Chart } from "../figure.ts";
import { drawChart } from "./draw-chart.ts";

const histogram = (
  values: readonly number[],
  scale: "linear" | "log" = "linear",
): Exclude<Chart, { kind: "tiles" }> => ({
  kind: "histogram",
  title: "Tracks",
  x: { label: "x" },
  y: { label: "tracks", scale },
  bins: values.map((value, from) => ({ from, to: from + 1, value })),
  isCount: true,
});

describe("charts", () => {
  test.each([
    ["few things as dots", [1, 2, 3], /<circle/, /<rect/],
    ["many as bars", [100, 200, 300], /<rect/, /<circle/],
  ])("show %s", (_, values, wanted, unwanted) => {
    const svg = drawChart(histogram(values), 400);
    expect(svg).toMatch(wanted);
    expect(svg).not.toMatch(unwanted);
  });

  test("of logarithms leave out what is not there", () => {
    const svg = drawChart(histogram([1000, 0, 10], "log"), 400);
    expect(svg.match(/<rect /g)).toHaveLength(2);
    expect(svg).not.toContain("NaN");
  });

  test.each<Exclude<Chart, { kind: "tiles" }>>([
    histogram([0]),
    {
      kind: "lines",
      title: "One point",
      x: { label: "" },
      y: { label: "" },
      lines: [{ name: "a", points: [[0, 0]] }],
    },
    { kind: "ranking", title: "All zero", x: { label: "" }, rows: [{ name: "a", value: 0 }] },
    {
      kind: "sunburst",
      title: "One",
      families: [{ name: "all", value: 5, parts: [{ name: "it", value: 5 }] }],
    },
    { kind: "matrix", title: "One", names: ["a"], cells: [{ a: "a", b: "a", value: 1 }] },
  ])("are whole at their smallest: %o", (chart) => {
    const svg = drawChart(chart, 358);
    expect(svg).toMatch(/^<svg role="img" aria-label="[^"]+"[\s\S]*<title>[\s\S]*<\/svg>$/);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("a slice of everything is still a ring", () => {
    const families = [{ name: "all", value: 5, parts: [] }];
    const svg = drawChart({ kind: "sunburst", title: "One", families }, 400);
    const [, from = "", to = ""] = /M([-\d.,]+)A[^,]*? ([-\d.,]+)L/.exec(svg) ?? [];
    expect(from).not.toBe(to);
  });
});
