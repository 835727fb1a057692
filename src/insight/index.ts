/**
 * `insight`: what an archive's catalogue is like. A *report* is the portrait of a snapshot: *figures*, each with its
 * sentence, its numbers and its query, made from aggregates that add up over the segments of the snapshot.
 */
export { FIGURE_ORIGINS, type FigureOrigin } from "./collect-aggregates.ts";
export type { Chart, Figure, FigureTable, Section } from "./figure.ts";
export { makeReport, type Report, type ReportedFigure, type ReportOptions } from "./make-report.ts";
export { renderPage } from "./page/page.ts";
