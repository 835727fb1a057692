import { MOMENT_FEATURES } from "../../catalogue/index.ts";
import { type Chart, type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatDecimal, formatShare } from "../numbers.ts";

const SIDE = 16;
const LOUDNESS_RANGE = [-32, 0] as const;
const MIN_TRACKS = 50;

export function featureFigures(aggregates: Aggregates): readonly Figure[] {
  return [tempoFigure(aggregates), gridFigure(aggregates), correlationFigure(aggregates)];
}

function tempoFigure(aggregates: Aggregates): Figure {
  const base = { id: "tempo", title: "Tempo", aggregates: ["tracks-by-tempo"] } as const;
  const rows = aggregates.groups("tracks-by-tempo").flatMap((group): [number, number][] => {
    const bpm = group.number("bpm");
    return bpm === null ? [] : [[bpm, group.count("tracks")]];
  });
  const known = rows.reduce((sum, [, tracks]) => sum + tracks, 0);
  if (known === 0) return withoutData({ ...base, sentence: "No track of this catalogue has a tempo." });
  const mean = rows.reduce((sum, [bpm, tracks]) => sum + bpm * tracks, 0) / known;
  const variance = rows.reduce((sum, [bpm, tracks]) => sum + (bpm - mean) ** 2 * tracks, 0) / known;
  return {
    ...base,
    sentence: `The mean tempo of ${counted(known, "track")} is ${formatDecimal(mean)} BPM, with a standard deviation of ${formatDecimal(Math.sqrt(variance))}.`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: "Tracks by tempo",
        x: { label: "beats a minute", format: "plain" },
        y: { label: "tracks", format: "count" },
        bins: rows.map(([bpm, value]) => ({ from: bpm - 0.5, to: bpm + 0.5, value })),
        isCount: true,
      },
    ],
    table: {
      columns: [
        { name: "BPM", format: "label-number" },
        { name: "tracks", format: "count" },
      ],
      rows,
    },
  };
}

function gridFigure(aggregates: Aggregates): Figure {
  const base = { id: "feature-grid", title: "Features, two by two", aggregates: ["feature-pairs"] } as const;
  const pairs = new Map<string, { column: number; row: number; value: number }[]>();
  for (const group of aggregates.groups("feature-pairs")) {
    const [pair, cell] = [group.text("pair") ?? "", group.number("cell") ?? 0];
    const cells = pairs.get(pair) ?? [];
    cells.push({ column: Math.floor(cell / SIDE), row: cell % SIDE, value: group.count("tracks") });
    pairs.set(pair, cells);
  }
  const tracks = Math.max(
    0,
    ...[...pairs.values()].map((cells) => cells.reduce((sum, { value }) => sum + value, 0)),
  );
  if (tracks === 0)
    return withoutData({ ...base, sentence: "No track of this catalogue has audio features." });
  const charts = [...pairs].map(([pair, cells]): Chart => {
    const [x = "", y = ""] = pair.split(", ");
    return {
      kind: "grid",
      title: `${x} and ${y}`,
      x: { label: x },
      y: { label: y === "loudness" ? "loudness, dB" : y },
      columns: SIDE,
      rows: SIDE,
      xRange: [0, 1],
      yRange: y === "loudness" ? LOUDNESS_RANGE : [0, 1],
      cells,
    };
  });
  const low = (name: string, pair: string, at: "column" | "row"): string | null => {
    const cells = pairs.get(pair) ?? [];
    const all = cells.reduce((sum, { value }) => sum + value, 0);
    const below = cells.filter((cell) => cell[at] < SIDE / 4).reduce((sum, { value }) => sum + value, 0);
    return all === 0 ? null : `${name} is below 0.25 for ${formatShare(below / all)}`;
  };
  const texts = [
    low("speechiness", "speechiness, liveness", "column"),
    low("instrumentalness", "acousticness, instrumentalness", "row"),
  ].filter((text) => text !== null);
  return {
    ...base,
    sentence: `The darker a field, the more of ${counted(tracks, "track")} lie there${texts.length > 0 ? `; ${texts.join(", ")}` : ""}.`,
    hasData: true,
    charts,
    table: {
      columns: [
        { name: "features", format: "text" },
        { name: "first, from", format: "decimal" },
        { name: "second, from", format: "decimal" },
        { name: "tracks", format: "count" },
      ],
      // The fullest fields of each pair; all of them are in the JSON of the report.
      rows: [...pairs].flatMap(([pair, cells]) =>
        cells
          .toSorted((a, b) => b.value - a.value)
          .slice(0, 12)
          .map(({ column, row, value }) => [
            pair,
            column / SIDE,
            pair.endsWith("loudness") ? LOUDNESS_RANGE[0] + row * 2 : row / SIDE,
            value,
          ]),
      ),
    },
  };
}

export interface Correlation {
  readonly a: string;
  readonly b: string;
  readonly value: number;
}

/** Pearson correlations of all pairs from exact integer sums; a feature that never varies has none. */
export function correlations(aggregates: Aggregates): {
  readonly tracks: number;
  readonly cells: readonly Correlation[];
} {
  const [group] = aggregates.groups("feature-moments");
  if (!group) return { tracks: 0, cells: [] };
  const n = group.sum("tracks");
  const cells = MOMENT_FEATURES.flatMap((a, at) =>
    MOMENT_FEATURES.slice(at).flatMap((b): Correlation[] => {
      const covariance = n * group.sum(`${a}_${b}`) - group.sum(`sum_${a}`) * group.sum(`sum_${b}`);
      const variance = (name: string): bigint =>
        n * group.sum(`${name}_${name}`) - group.sum(`sum_${name}`) * group.sum(`sum_${name}`);
      const [varianceA, varianceB] = [variance(a), variance(b)];
      if (varianceA === 0n || varianceB === 0n) return [];
      const value = Number(covariance) / (Math.sqrt(Number(varianceA)) * Math.sqrt(Number(varianceB)));
      return [{ a, b, value: a === b ? 1 : value }];
    }),
  );
  return { tracks: Number(n), cells };
}

function correlationFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "feature-correlations",
    title: "How features go together",
    aggregates: ["feature-moments"],
  } as const;
  const { tracks, cells } = correlations(aggregates);
  const others = cells.filter(({ a, b }) => a !== b).sort((x, y) => Math.abs(y.value) - Math.abs(x.value));
  const [strongest] = others;
  if (tracks < MIN_TRACKS || !strongest) {
    return withoutData({
      ...base,
      sentence: `${counted(tracks, "track has", "tracks have")} all seven features: too few for correlations.`,
    });
  }
  return {
    ...base,
    sentence: `Over ${counted(tracks, "track")} with all seven features, ${strongest.a} and ${strongest.b} go together most (r = ${strongest.value.toFixed(2)}).`,
    hasData: true,
    charts: [{ kind: "matrix", title: "Pearson correlation", names: MOMENT_FEATURES, cells }],
    table: {
      columns: [
        { name: "feature", format: "text" },
        { name: "and", format: "text" },
        { name: "r", format: "decimal" },
      ],
      rows: others.map(({ a, b, value }) => [a, b, value]),
    },
  };
}
