import { type Bin, type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import type { SecondCount } from "../minute-peak-test.ts";
import { counted, formatLength, formatShare } from "../numbers.ts";

/** Tracks by seconds (from 20 minutes on by minutes), rising; without those whose length is not known. */
export function secondCounts(aggregates: Aggregates): readonly SecondCount[] {
  return aggregates.groups("tracks-by-duration").flatMap((group) => {
    const seconds = group.number("seconds");
    return seconds === null ? [] : [{ seconds, tracks: group.count("tracks") }];
  });
}

const SHORT_SECONDS = 600;
const FINE_TRACKS = 20_000;

export function durationFigures(aggregates: Aggregates): readonly Figure[] {
  const counts = secondCounts(aggregates);
  const source = { aggregates: ["tracks-by-duration"] } as const;
  const known = counts.reduce((sum, { tracks }) => sum + tracks, 0);
  if (known === 0) {
    return [
      withoutData({
        id: "durations",
        title: "Songs by duration",
        sentence: "No track of this catalogue has a known duration.",
        ...source,
      }),
    ];
  }
  const unknown = aggregates
    .groups("tracks-by-duration")
    .reduce((sum, group) => sum + (group.number("seconds") === null ? group.count("tracks") : 0), 0);
  const short = counts.filter(({ seconds }) => seconds < SHORT_SECONDS);
  const long = counts.filter(({ seconds }) => seconds >= SHORT_SECONDS);
  const longTracks = long.reduce((sum, { tracks }) => sum + tracks, 0);
  const step = known >= FINE_TRACKS ? 2 : known >= 200 ? 10 : 30;
  const bins = binned(short, step);
  const figures: Figure[] = [
    {
      id: "durations",
      title: "Songs by duration",
      sentence: `Half of the tracks are shorter than ${formatLength(median(counts, known))}; ${longTracks === 0 ? "none lasts" : `${formatShare(longTracks / known)} last`} ten minutes or more.${unknown > 0 ? ` The duration of ${counted(unknown, "track")} is not known.` : ""}`,
      hasData: true,
      charts: [
        {
          kind: "histogram",
          title: `Tracks by duration, in steps of ${step} seconds`,
          x: { label: "minutes", format: "minutes" },
          y: { label: "tracks", format: "count" },
          bins,
          isCount: true,
        },
      ],
      table: lengthTable(binned(short, 10)),
      ...source,
    },
  ];
  const longId = { id: "durations-long", title: "Long ones: ten minutes and more" };
  if (longTracks === 0) {
    figures.push(withoutData({ ...longId, sentence: "No track lasts ten minutes or more.", ...source }));
    return figures;
  }
  const longest = long.at(-1)?.seconds ?? 0;
  const few = longTracks < 200;
  // Minutes up to three hours; what is longer stands in the table, and in the last bar.
  const capped = long.map(({ seconds, tracks }) => ({ seconds: Math.min(seconds, 10_800), tracks }));
  figures.push({
    ...longId,
    sentence: `${counted(longTracks, "track lasts", "tracks last")} ten minutes or more; the longest ${longest >= 86_400 ? "last a day or more" : `lasts about ${formatLength(longest)}`}.`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: few ? "Long tracks" : "Long tracks, logarithmic",
        x: { label: "minutes (180: three hours and more)", format: "minutes" },
        y: { label: "tracks", format: "count", scale: few ? "linear" : "log" },
        bins: binned(capped, 60),
        isCount: true,
      },
    ],
    table: lengthTable(binned(long, 300)),
    ...source,
  });
  return figures;
}

function lengthTable(bins: readonly Bin[]) {
  return {
    columns: [
      { name: "from", format: "text" },
      { name: "tracks", format: "count" },
    ],
    rows: bins.map(({ from, value }) => [formatLength(from), value]),
  } as const;
}

function binned(counts: readonly SecondCount[], stepSeconds: number): readonly Bin[] {
  const bins = new Map<number, number>();
  for (const { seconds, tracks } of counts) {
    const from = Math.floor(seconds / stepSeconds) * stepSeconds;
    bins.set(from, (bins.get(from) ?? 0) + tracks);
  }
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([from, value]) => ({ from, to: from + stepSeconds, value }));
}

function median(counts: readonly SecondCount[], known: number): number {
  let before = 0;
  for (const { seconds, tracks } of counts) {
    before += tracks;
    if (before * 2 >= known) return seconds;
  }
  return 0;
}
