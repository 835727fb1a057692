import { type Chart, type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatShare, ratio } from "../numbers.ts";

/** Tracks of one whole point of popularity. */
export interface Step {
  readonly popularity: number;
  readonly tracks: number;
  readonly counted: number;
  readonly plays: number;
  readonly durationMs: number;
}

/** The points of popularity that occur, rising. */
export function popularitySteps(aggregates: Aggregates): readonly Step[] {
  return aggregates.groups("tracks-by-popularity").flatMap((group) => {
    const popularity = group.number("popularity");
    return popularity === null
      ? []
      : [
          {
            popularity,
            tracks: group.count("tracks"),
            counted: group.count("counted"),
            plays: group.count("plays"),
            durationMs: group.count("duration_ms"),
          },
        ];
  });
}

/** Below this many a logarithmic scale shows nothing that a linear one does not. */
const FEW_TRACKS = 200;

export function popularityFigures(aggregates: Aggregates): readonly Figure[] {
  const steps = popularitySteps(aggregates);
  const all = Number(aggregates.total("tracks-by-popularity", "tracks"));
  const known = steps.reduce((sum, { tracks }) => sum + tracks, 0);
  const source = { aggregates: ["tracks-by-popularity"] } as const;
  if (known === 0) {
    return [
      withoutData({
        id: "popularity",
        title: "Songs by popularity",
        sentence: "No track of this catalogue has a popularity: there are no play counts in it.",
        ...source,
      }),
    ];
  }
  const zero = steps.find(({ popularity }) => popularity === 0)?.tracks ?? 0;
  const high = steps
    .filter(({ popularity }) => popularity >= 50)
    .reduce((sum, { tracks }) => sum + tracks, 0);
  const bins = steps.map(({ popularity, tracks }) => ({
    from: popularity,
    to: popularity + 1,
    value: tracks,
  }));
  const table = {
    columns: [
      { name: "popularity", format: "label-number" },
      { name: "tracks", format: "count" },
      { name: "this or more", format: "count" },
    ],
    rows: steps.map(({ popularity, tracks }, at) => [
      popularity,
      tracks,
      steps.slice(at).reduce((sum, step) => sum + step.tracks, 0),
    ]),
  } as const;
  const uncounted = all - known > 0 ? ` ${counted(all - known, "track")} more were never counted.` : "";
  const histogram = (scale: "linear" | "log"): Chart => ({
    kind: "histogram",
    title: scale === "log" ? "Tracks by popularity, logarithmic" : "Tracks by popularity",
    x: { label: "popularity (0–100)", format: "plain" },
    y: { label: "tracks", format: "count", scale },
    bins,
    isCount: true,
  });
  const linear: Figure = {
    id: "popularity",
    title: "Songs by popularity",
    sentence: `${formatShare(zero / known)} of the ${counted(known, "track")} with a popularity have 0, ${formatShare(high / known)} have 50 or more.${uncounted}`,
    hasData: true,
    charts: [histogram("linear")],
    table,
    ...source,
  };
  const logTitle = "The same on a logarithmic scale";
  const log: Figure =
    known < FEW_TRACKS
      ? withoutData({
          id: "popularity-log",
          title: logTitle,
          sentence: `With ${counted(known, "track")} a logarithmic scale would show nothing that the chart above does not.`,
          ...source,
        })
      : {
          id: "popularity-log",
          title: logTitle,
          sentence: decaySentence(steps),
          hasData: true,
          charts: [histogram("log")],
          table,
          ...source,
        };
  return [linear, log, streamsFigure(steps), cumulativeFigure(steps)];
}

function decaySentence(steps: readonly Step[]): string {
  const from = (popularity: number): number =>
    steps.filter((step) => step.popularity >= popularity).reduce((sum, { tracks }) => sum + tracks, 0);
  const texts = [1, 10, 50, 70]
    .filter((popularity) => from(popularity) > 0)
    .map((popularity) => `${formatCount(from(popularity))} have ${popularity} or more`);
  return `The numbers fall off steeply: ${texts.join(", ")}.`;
}

function streamsFigure(steps: readonly Step[]): Figure {
  const base = {
    id: "streams",
    title: "Plays per track, and in total, by popularity",
    aggregates: ["tracks-by-popularity"],
  } as const;
  const played = steps.filter(({ plays }) => plays > 0);
  if (played.length === 0) {
    return withoutData({
      ...base,
      sentence: "The catalogue has popularity but no play counts: plays are not estimated.",
    });
  }
  const total = played.reduce((sum, { plays }) => sum + plays, 0);
  const top = played.reduce((best, step) => (step.plays > best.plays ? step : best));
  const band = played
    .filter(({ popularity }) => popularity >= 50 && popularity < 80)
    .reduce((sum, { plays }) => sum + plays, 0);
  return {
    ...base,
    sentence: `${formatCount(total)} plays are counted; ${formatShare(band / total)} of them are of tracks with popularity 50 to 79, and popularity ${top.popularity} has the most.`,
    hasData: true,
    charts: [
      {
        kind: "lines",
        title: "Mean plays of a track",
        x: { label: "popularity", format: "plain" },
        y: { label: "plays of a track", format: "count", scale: "log" },
        lines: [
          {
            name: "mean",
            points: played.map(({ popularity, plays, counted: n }) => [popularity, plays / Math.max(1, n)]),
          },
        ],
      },
      {
        kind: "histogram",
        title: "Plays of all tracks together",
        x: { label: "popularity", format: "plain" },
        y: { label: "plays", format: "count" },
        bins: played.map(({ popularity, plays }) => ({ from: popularity, to: popularity + 1, value: plays })),
        isCount: false,
      },
    ],
    table: {
      columns: [
        { name: "popularity", format: "label-number" },
        { name: "tracks counted", format: "count" },
        { name: "plays", format: "count" },
        { name: "plays per track", format: "decimal" },
      ],
      rows: played.map(({ popularity, counted: n, plays }) => [popularity, n, plays, ratio(plays, n)]),
    },
  };
}

function cumulativeFigure(steps: readonly Step[]): Figure {
  const falling = [...steps].reverse();
  const totals = {
    tracks: steps.reduce((sum, { tracks }) => sum + tracks, 0),
    plays: steps.reduce((sum, { plays }) => sum + plays, 0),
    durationMs: steps.reduce((sum, { durationMs }) => sum + durationMs, 0),
  };
  let [tracks, plays, durationMs] = [0, 0, 0];
  const rows = falling.map((step) => {
    tracks += step.tracks;
    plays += step.plays;
    durationMs += step.durationMs;
    return {
      popularity: step.popularity,
      tracks: tracks / totals.tracks,
      plays: ratio(plays, totals.plays),
      disk: ratio(durationMs, totals.durationMs),
    };
  });
  const line = (name: string, pick: (row: (typeof rows)[number]) => number | null) => ({
    name,
    points: rows.flatMap((row): [number, number][] => {
      const value = pick(row);
      return value === null ? [] : [[row.popularity, value]];
    }),
  });
  const above = rows.findLast(({ popularity }) => popularity > 0);
  const listens = above?.plays;
  const text = above
    ? `Tracks with popularity above 0 are ${formatShare(above.tracks)} of all${above.disk === null ? "" : `, ${formatShare(above.disk)} of the playing time`}${listens === null || listens === undefined ? "; plays are not counted here" : ` and ${formatShare(listens)} of all plays`}.`
    : "No track has a popularity above 0.";
  return {
    id: "cumulative",
    title: "Tracks, listens and disk, from the most popular down",
    sentence: `${text} Disk is playing time: at one bit rate for all, the shares are the same.`,
    hasData: true,
    charts: [
      {
        kind: "lines",
        title: "Share of the whole with at least this popularity",
        x: { label: "popularity and above", format: "plain" },
        y: { label: "share", format: "percent" },
        lines: [
          line("tracks", (row) => row.tracks),
          line("listens", (row) => row.plays),
          line("disk", (row) => row.disk),
        ].filter(({ points }) => points.length > 0),
      },
    ],
    table: {
      columns: [
        { name: "popularity and above", format: "label-number" },
        { name: "tracks", format: "percent" },
        { name: "listens", format: "percent" },
        { name: "disk", format: "percent" },
      ],
      rows: rows.map((row) => [row.popularity, row.tracks, row.plays, row.disk]),
    },
    aggregates: ["tracks-by-popularity"],
  };
}
