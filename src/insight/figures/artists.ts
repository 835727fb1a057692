import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatShare } from "../numbers.ts";

export function artistFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "artists",
    title: "Artists by popularity",
    aggregates: ["artists-by-popularity"],
  } as const;
  const groups = aggregates.groups("artists-by-popularity");
  const known = groups.flatMap((group): [number, number, number][] => {
    const popularity = group.number("popularity");
    return popularity === null ? [] : [[popularity, group.count("artists"), group.count("followers")]];
  });
  const artists = known.reduce((sum, [, count]) => sum + count, 0);
  if (artists === 0) {
    return withoutData({ ...base, sentence: "No source of this catalogue gives artists a popularity." });
  }
  const zero = known.find(([popularity]) => popularity === 0)?.[1] ?? 0;
  const followers = known.reduce((sum, [, , count]) => sum + count, 0);
  const isFew = artists < 200;
  return {
    ...base,
    sentence: `${formatShare(zero / artists)} of ${counted(artists, "artist")} have popularity 0${followers > 0 ? `; together they have ${formatCount(followers)} followers` : ""}.`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: isFew ? "Artists by popularity" : "Artists by popularity, logarithmic",
        x: { label: "popularity (0–100)", format: "plain" },
        y: { label: "artists", format: "count", scale: isFew ? "linear" : "log" },
        bins: known.map(([popularity, value]) => ({ from: popularity, to: popularity + 1, value })),
        isCount: true,
      },
    ],
    table: {
      columns: [
        { name: "popularity", format: "label-number" },
        { name: "artists", format: "count" },
        { name: "followers", format: "count" },
      ],
      rows: known,
    },
  };
}
