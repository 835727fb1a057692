import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { z } from "zod";

const { document } = parseHTML("<!doctype html><html><body></body></html>");
const element = z.object({ outerHTML: z.string() });

export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** Draws a plot without a browser: the text of an `<svg>` with a title, that takes its colours from the page. */
export function drawPlot(title: string, options: Plot.PlotOptions): string {
  const { outerHTML } = element.parse(Plot.plot({ ...options, document, className: "plot" }));
  return titledSvg(title, outerHTML.replace(/<style>[\s\S]*?<\/style>/, ""));
}

/** Makes an `<svg>` an image with a name, scaled to its place. */
export function titledSvg(title: string, svg: string): string {
  return svg
    .replace(/^<svg /, `<svg role="img" aria-label="${escapeHtml(title)}" `)
    .replace(/^(<svg [^>]*>)/, `$1<title>${escapeHtml(title)}</title>`);
}

/** Text for HTML and SVG: in elements and between quotes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
