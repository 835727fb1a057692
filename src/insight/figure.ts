import type { AggregateName } from "../catalogue/index.ts";

/** Cells of a table: whole numbers beyond 2^53 are rounded, which only shares and sums of plays can be. */
export type Cell = string | number | null;

export type CellFormat = "text" | "count" | "decimal" | "percent" | "bytes" | "label-number";

export interface FigureTable {
  readonly columns: readonly { readonly name: string; readonly format: CellFormat }[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A bar from `from` to `to` (end excluded) on a scale of numbers. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly value: number;
  /** Part of the bar that is set off, like explicit tracks; 0 to 1. */
  readonly share?: number;
}

export interface Axis {
  readonly label: string;
  /** How tick labels are written. */
  readonly format?: "count" | "plain" | "percent" | "bytes" | "minutes";
  readonly scale?: "linear" | "log";
}

/** What is drawn, as data; `charts/` draws it, and choses dots where there are few things to show. */
export type Chart =
  | { readonly kind: "tiles"; readonly tiles: readonly { readonly label: string; readonly value: string }[] }
  | {
      readonly kind: "histogram";
      readonly title: string;
      readonly x: Axis;
      readonly y: Axis;
      readonly bins: readonly Bin[];
      /** Whether the bars count things one by one, so that few of them can be drawn as dots. */
      readonly isCount: boolean;
      readonly marks?: readonly { readonly x: number; readonly label: string }[];
    }
  | {
      readonly kind: "lines";
      readonly title: string;
      readonly x: Axis;
      readonly y: Axis;
      readonly lines: readonly {
        readonly name: string;
        readonly points: readonly (readonly [x: number, y: number])[];
      }[];
    }
  | {
      readonly kind: "ranking";
      readonly title: string;
      readonly x: Axis;
      readonly rows: readonly { readonly name: string; readonly value: number; readonly group?: string }[];
    }
  | {
      readonly kind: "grid";
      readonly title: string;
      readonly x: Axis;
      readonly y: Axis;
      readonly columns: number;
      readonly rows: number;
      /** Shown values at the ends of the axes. */
      readonly xRange: readonly [number, number];
      readonly yRange: readonly [number, number];
      readonly cells: readonly { readonly column: number; readonly row: number; readonly value: number }[];
    }
  | {
      readonly kind: "matrix";
      readonly title: string;
      readonly names: readonly string[];
      /** Between -1 and 1. */
      readonly cells: readonly { readonly a: string; readonly b: string; readonly value: number }[];
    }
  | {
      readonly kind: "sunburst";
      readonly title: string;
      readonly families: readonly {
        readonly name: string;
        readonly value: number;
        readonly parts: readonly { readonly name: string; readonly value: number }[];
      }[];
    };

/** One figure of the report; without data it has no chart and no table, and its sentence says so. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** What the numbers say, in plain words. */
  readonly sentence: string;
  readonly hasData: boolean;
  readonly charts: readonly Chart[];
  readonly table: FigureTable | null;
  /** The aggregates that it was made from. */
  readonly aggregates: readonly AggregateName[];
  /** SQL beyond these. */
  readonly extraSql?: string;
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** A figure that the catalogue has no data for. */
export function withoutData(figure: Pick<Figure, "id" | "title" | "aggregates" | "sentence">): Figure {
  return { ...figure, hasData: false, charts: [], table: null };
}
