import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatBytes, formatCount, formatShare, ratio } from "../numbers.ts";
import { popularitySteps, type Step } from "./popularity.ts";

/** The curve of a plan, as `plan.json` has it. */
export interface PlannedCurve {
  readonly plan: string;
  readonly curve: readonly { readonly bytes: number; readonly value: number }[];
  readonly wholeValue: number;
  readonly keptBytes: number;
  readonly keptValue: number;
}

/** Without a plan: what one bit rate for all would take. */
const ASSUMED_KBPS = 160;
const BYTES_PER_MS = ASSUMED_KBPS / 8;

export function keepCurveFigure(aggregates: Aggregates, planned: PlannedCurve | null): Figure {
  const base = {
    id: "keep-curve",
    title: "What one more byte buys",
    aggregates: ["tracks-by-popularity"],
  } as const;
  if (planned && planned.curve.length > 1) return plannedFigure(base, planned);
  const steps = popularitySteps(aggregates).toReversed();
  const plays = steps.reduce((sum, step) => sum + step.plays, 0);
  if (plays === 0) {
    return withoutData({
      ...base,
      sentence:
        "There is no plan for this snapshot and no play count in it: nothing says what a byte is worth.",
    });
  }
  let [bytes, heard] = [0, 0];
  const rows = steps.map((step) => {
    bytes += step.durationMs * BYTES_PER_MS;
    heard += step.plays;
    return {
      step,
      bytes,
      share: heard / plays,
      each: ratio(step.plays, (step.durationMs * BYTES_PER_MS) / 1e9),
    };
  });
  const half = rows.find(({ share }) => share >= 0.5);
  const most = rows.find(({ share }) => share >= 0.99);
  return {
    ...base,
    sentence: `No plan was made for this snapshot; assumed are ${ASSUMED_KBPS} kbit/s for all tracks, the most popular first. ${half ? `Half of all plays take ${formatBytes(half.bytes)}` : ""}${most ? `, 99% ${formatBytes(most.bytes)}` : ""} of the ${formatBytes(bytes)} that everything would take.`,
    hasData: true,
    charts: [
      {
        kind: "lines",
        title: "Share of plays kept, by bytes (assumed)",
        x: { label: "bytes kept", format: "bytes" },
        y: { label: "plays kept", format: "percent" },
        lines: [
          {
            name: "plays",
            points: [[0, 0], ...rows.map(({ bytes: x, share }): [number, number] => [x, share])],
          },
        ],
      },
    ],
    table: {
      columns: [
        { name: "popularity and above", format: "label-number" },
        { name: "bytes, assumed", format: "bytes" },
        { name: "plays kept", format: "percent" },
        { name: "plays a GB, at this point", format: "decimal" },
      ],
      rows: rows.map(({ step, bytes: x, share, each }) => [step.popularity, x, share, each]),
    },
  };
}

function plannedFigure(
  base: Pick<Figure, "id" | "title" | "aggregates">,
  { plan, curve, wholeValue, keptBytes, keptValue }: PlannedCurve,
): Figure {
  const points = [{ bytes: 0, value: 0 }, ...curve];
  return {
    ...base,
    aggregates: [],
    sentence: `The plan ${plan} keeps ${formatBytes(keptBytes)}, and with it ${formatShare(wholeValue === 0 ? 0 : keptValue / wholeValue)} of the value that everything on offer would keep.`,
    hasData: true,
    charts: [
      {
        kind: "lines",
        title: "Share of the value kept, by bytes",
        x: { label: "bytes kept", format: "bytes" },
        y: { label: "value kept", format: "percent" },
        lines: [
          {
            name: "value",
            points: points.map(({ bytes, value }): [number, number] => [
              bytes,
              wholeValue === 0 ? 0 : value / wholeValue,
            ]),
          },
        ],
      },
    ],
    table: {
      columns: [
        { name: "bytes", format: "bytes" },
        { name: "value kept", format: "percent" },
        { name: "value a GB, from the point before", format: "decimal" },
      ],
      rows: curve.map(({ bytes, value }, at) => {
        const before = points[at] ?? { bytes: 0, value: 0 };
        return [bytes, ratio(value, wholeValue), ratio(value - before.value, (bytes - before.bytes) / 1e9)];
      }),
    },
  };
}

const CUTS = [1, 5, 10, 20, 30, 50] as const;

export function tailFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "tail",
    title: "What is lost if the tail is not kept",
    aggregates: ["tracks-by-popularity", "tracks-per-isrc"],
  } as const;
  const steps = popularitySteps(aggregates);
  if (steps.length === 0) {
    return withoutData({ ...base, sentence: "Without popularity there is no tail to speak of." });
  }
  const isrcs = aggregates.groups("tracks-per-isrc").map((group) => ({
    best: group.number("popularity"),
    count: group.count("isrcs"),
  }));
  const total = sums(steps);
  const rows = CUTS.flatMap((cut) => {
    const lost = sums(steps.filter(({ popularity }) => popularity < cut));
    if (lost.tracks === 0) return [];
    const recordings = isrcs
      .filter(({ best }) => best !== null && best < cut)
      .reduce((sum, { count }) => sum + count, 0);
    return [{ cut, lost, recordings }];
  });
  const [first] = rows;
  if (!first)
    return withoutData({ ...base, sentence: "No track has a popularity below 50: there is no tail." });
  const plays = ratio(first.lost.plays, total.plays);
  return {
    ...base,
    sentence: `Without popularity below ${first.cut}, ${counted(first.lost.tracks, "track")} go (${formatShare(first.lost.tracks / total.tracks)})${plays === null ? "" : `, with ${formatShare(plays)} of all plays`}${first.recordings > 0 ? `, and ${formatCount(first.recordings)} recordings (ISRCs) that no more popular track holds` : ""}. What nobody plays may still be the only copy: plays do not measure that.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: "Share lost below a popularity",
        x: { label: "share of tracks, share of plays", format: "percent" },
        rows: rows.flatMap(({ cut, lost }) => [
          { name: `below ${cut}: tracks`, value: lost.tracks / total.tracks, group: "tracks" },
          ...(total.plays > 0
            ? [{ name: `below ${cut}: plays`, value: lost.plays / total.plays, group: "plays" }]
            : []),
        ]),
      },
    ],
    table: {
      columns: [
        { name: "lost: popularity below", format: "label-number" },
        { name: "tracks", format: "count" },
        { name: "share of tracks", format: "percent" },
        { name: "share of plays", format: "percent" },
        { name: "hours", format: "count" },
        { name: "ISRCs lost altogether", format: "count" },
      ],
      rows: rows.map(({ cut, lost, recordings }) => [
        cut,
        lost.tracks,
        lost.tracks / total.tracks,
        ratio(lost.plays, total.plays),
        Math.round(lost.durationMs / 3_600_000),
        recordings,
      ]),
    },
  };
}

function sums(steps: readonly Step[]): Pick<Step, "tracks" | "plays" | "durationMs"> {
  return {
    tracks: steps.reduce((sum, { tracks }) => sum + tracks, 0),
    plays: steps.reduce((sum, { plays }) => sum + plays, 0),
    durationMs: steps.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
}
