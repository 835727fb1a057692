import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatDecimal, formatShare } from "../numbers.ts";

export function explicitFigure(aggregates: Aggregates): Figure {
  const base = { id: "explicit", title: "Explicit", aggregates: ["tracks-by-popularity"] } as const;
  const rated = Number(aggregates.total("tracks-by-popularity", "rated"));
  const explicit = Number(aggregates.total("tracks-by-popularity", "explicit_tracks"));
  if (rated === 0) {
    return withoutData({ ...base, sentence: "No source of this catalogue says which tracks are explicit." });
  }
  return {
    ...base,
    sentence: `${formatShare(explicit / rated)} of the ${counted(rated, "track")} with a rating are marked explicit: ${formatCount(explicit)}.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: "Tracks by rating",
        x: { label: "tracks", format: "count" },
        rows: [
          { name: "explicit", value: explicit },
          { name: "not explicit", value: rated - explicit },
        ],
      },
    ],
    table: {
      columns: [
        { name: "rating", format: "text" },
        { name: "tracks", format: "count" },
        { name: "share", format: "percent" },
      ],
      rows: [
        ["explicit", explicit, explicit / rated],
        ["not explicit", rated - explicit, 1 - explicit / rated],
      ],
    },
  };
}

const MANY_COPIES = 20;

export function isrcFigure(aggregates: Aggregates): Figure {
  const base = { id: "isrcs", title: "Songs per ISRC", aggregates: ["tracks-per-isrc"] } as const;
  const byTracks = new Map<number, number>();
  for (const group of aggregates.groups("tracks-per-isrc")) {
    const tracks = group.number("tracks") ?? 0;
    byTracks.set(tracks, (byTracks.get(tracks) ?? 0) + group.count("isrcs"));
  }
  const rows = [...byTracks].sort(([a], [b]) => a - b);
  const isrcs = rows.reduce((sum, [, count]) => sum + count, 0);
  if (isrcs === 0) return withoutData({ ...base, sentence: "No track of this catalogue has a valid ISRC." });
  const copies = rows.reduce((sum, [tracks, count]) => sum + tracks * count, 0);
  const single = byTracks.get(1) ?? 0;
  const most = rows.at(-1)?.[0] ?? 0;
  return {
    ...base,
    sentence: `${counted(isrcs, "distinct ISRC stands", "distinct ISRCs stand")} for ${counted(copies, "track")}, ${formatDecimal(copies / isrcs)} each; ${formatShare(single / isrcs)} belong to one track alone${most > 1 ? `, and the most shared to ${formatCount(most)}` : ""}.`,
    hasData: true,
    charts:
      rows.length === 1
        ? []
        : [
            {
              kind: "histogram",
              title: isrcs < 200 ? "ISRCs by number of tracks" : "ISRCs by number of tracks, logarithmic",
              x: {
                label: most > MANY_COPIES ? `tracks (${MANY_COPIES}: so many or more)` : "tracks",
                format: "plain",
              },
              y: { label: "ISRCs", format: "count", scale: isrcs < 200 ? "linear" : "log" },
              bins: cappedBins(rows, MANY_COPIES),
              isCount: true,
            },
          ],
    table: {
      columns: [
        { name: "tracks", format: "label-number" },
        { name: "ISRCs", format: "count" },
      ],
      rows,
    },
  };
}

/** Bars of whole numbers, centred on them; what lies above the cap counts as the cap. */
export function cappedBins(rows: readonly (readonly [number, number])[], cap: number) {
  const bins = new Map<number, number>();
  for (const [key, value] of rows) bins.set(Math.min(key, cap), (bins.get(Math.min(key, cap)) ?? 0) + value);
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([key, value]) => ({ from: key - 0.5, to: key + 0.5, value }));
}

export function marketFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "markets",
    title: "Songs by market, popularity 10 and more",
    aggregates: ["tracks-by-market"],
  } as const;
  const groups = aggregates.groups("tracks-by-market");
  const known = groups.flatMap((group): [number, number][] => {
    const markets = group.number("markets");
    return markets === null ? [] : [[markets, group.count("popular_tracks")]];
  });
  if (known.length === 0) {
    return withoutData({
      ...base,
      sentence: "No source of this catalogue says in which markets a track is sold.",
    });
  }
  const tracks = known.reduce((sum, [, count]) => sum + count, 0);
  if (tracks === 0) {
    return withoutData({ ...base, sentence: "No track with popularity 10 or more has its markets listed." });
  }
  const most = Math.max(...known.map(([markets]) => markets));
  const nearlyAll = known
    .filter(([markets]) => markets >= most * 0.9)
    .reduce((sum, [, count]) => sum + count, 0);
  const step = 5;
  const bins = new Map<number, number>();
  for (const [markets, count] of known) {
    const from = Math.floor(markets / step) * step;
    bins.set(from, (bins.get(from) ?? 0) + count);
  }
  return {
    ...base,
    sentence: `Of ${counted(tracks, "track")} with popularity 10 or more, ${formatShare(nearlyAll / tracks)} are sold in at least ${formatCount(Math.ceil(most * 0.9))} of up to ${counted(most, "market")}.`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: tracks < 200 ? "Tracks by markets" : "Tracks by markets, logarithmic",
        x: { label: "markets", format: "plain" },
        y: { label: "tracks", format: "count", scale: tracks < 200 ? "linear" : "log" },
        bins: [...bins].sort(([a], [b]) => a - b).map(([from, value]) => ({ from, to: from + step, value })),
        isCount: true,
      },
    ],
    table: {
      columns: [
        { name: "markets", format: "label-number" },
        { name: "tracks of popularity 10 and more", format: "count" },
        { name: "all tracks", format: "count" },
      ],
      rows: groups.map((group) => [
        group.number("markets"),
        group.count("popular_tracks"),
        group.count("tracks"),
      ]),
    },
  };
}

const KEYS = ["C", "C♯/D♭", "D", "D♯/E♭", "E", "F", "F♯/G♭", "G", "G♯/A♭", "A", "A♯/B♭", "B"] as const;

export function keyFigure(aggregates: Aggregates): Figure {
  const base = { id: "keys", title: "Mode by key", aggregates: ["tracks-by-key"] } as const;
  const rows = aggregates.groups("tracks-by-key").flatMap((group) => {
    const [key, mode] = [group.number("key"), group.number("mode")];
    const name = key === null ? undefined : KEYS[key];
    return name === undefined || mode === null
      ? []
      : [{ name: `${name} ${mode === 1 ? "major" : "minor"}`, value: group.count("tracks"), mode }];
  });
  const known = rows.reduce((sum, { value }) => sum + value, 0);
  if (known === 0) return withoutData({ ...base, sentence: "No track of this catalogue has a key." });
  const falling = rows.toSorted((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const major = rows.reduce((sum, { mode, value }) => sum + (mode === 1 ? value : 0), 0);
  return {
    ...base,
    sentence: `${formatShare(major / known)} of the ${counted(known, "track")} with a key are in a major one; the most common are ${falling
      .slice(0, 2)
      .map(({ name }) => name)
      .join(" and ")}.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: "Tracks by key",
        x: { label: "tracks", format: "count" },
        rows: falling.map(({ name, value, mode }) => ({
          name,
          value,
          group: mode === 1 ? "major" : "minor",
        })),
      },
    ],
    table: {
      columns: [
        { name: "key", format: "text" },
        { name: "tracks", format: "count" },
        { name: "share", format: "percent" },
      ],
      rows: falling.map(({ name, value }) => [name, value, value / known]),
    },
  };
}
