import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatDecimal, formatShare } from "../numbers.ts";
import { cappedBins } from "./track-facts.ts";

/** Years outside these are misprints more often than not: they stand in the table, not in the chart. */
const [FIRST_YEAR, LAST_YEAR] = [1890, 2100];

export function albumFigures(aggregates: Aggregates): readonly Figure[] {
  return [timelineFigure(aggregates), sizeFigure(aggregates), gtinFigure(aggregates)];
}

function timelineFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "albums-timeline",
    title: "Albums over the years",
    aggregates: ["albums-by-year"],
  } as const;
  const groups = aggregates.groups("albums-by-year");
  const rows = groups.flatMap((group): [number, number, number][] => {
    const year = group.number("year");
    return year === null ? [] : [[year, group.count("albums"), group.count("tracks")]];
  });
  const dated = rows.reduce((sum, [, albums]) => sum + albums, 0);
  if (dated === 0) return withoutData({ ...base, sentence: "No album of this catalogue has a date." });
  const all = Number(aggregates.total("albums-by-year", "albums"));
  const top = rows.reduce((best, row) => (row[1] > best[1] ? row : best));
  const undated = all - dated > 0 ? ` ${counted(all - dated, "album has", "albums have")} no date.` : "";
  const drawn = rows.filter(([year]) => year >= FIRST_YEAR && year <= LAST_YEAR);
  return {
    ...base,
    sentence:
      `${formatCount(top[0])}`.replace(",", "") +
      ` has the most albums: ${formatCount(top[1])}, ${formatShare(top[1] / dated)} of those with a date.${undated}`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: "Albums by year of release",
        x: { label: "year", format: "plain" },
        y: { label: "albums", format: "count" },
        bins: drawn.map(([year, value]) => ({ from: year - 0.5, to: year + 0.5, value })),
        isCount: true,
      },
    ],
    table: {
      columns: [
        { name: "year", format: "label-number" },
        { name: "albums", format: "count" },
        { name: "tracks", format: "count" },
      ],
      rows,
    },
  };
}

const MANY_TRACKS = 40;

function sizeFigure(aggregates: Aggregates): Figure {
  const base = {
    id: "albums-size",
    title: "Albums by number of tracks",
    aggregates: ["albums-by-size"],
  } as const;
  const sizes = new Map<number, number>();
  const types = new Map<string, number>();
  for (const group of aggregates.groups("albums-by-size")) {
    const albums = group.count("albums");
    const tracks = group.number("tracks") ?? 0;
    sizes.set(tracks, (sizes.get(tracks) ?? 0) + albums);
    const type = group.text("album_type");
    if (type !== null) types.set(type, (types.get(type) ?? 0) + albums);
  }
  const rows = [...sizes].sort(([a], [b]) => a - b);
  const albums = rows.reduce((sum, [, count]) => sum + count, 0);
  if (albums === 0) return withoutData({ ...base, sentence: "This catalogue has no albums." });
  const tracks = rows.reduce((sum, [size, count]) => sum + size * count, 0);
  const single = sizes.get(1) ?? 0;
  const byType = [...types].sort(([, a], [, b]) => b - a);
  const isFew = albums < 200;
  return {
    ...base,
    sentence: `${formatShare(single / albums)} of the albums have one track alone; the mean is ${formatDecimal(tracks / albums)}.${byType.length > 0 ? ` By type: ${byType.map(([type, count]) => `${type} ${formatShare(count / albums)}`).join(", ")}.` : ""}`,
    hasData: true,
    charts: [
      {
        kind: "histogram",
        title: isFew ? "Albums by tracks" : "Albums by tracks, logarithmic",
        x: { label: `tracks (${MANY_TRACKS}: so many or more)`, format: "plain" },
        y: { label: "albums", format: "count", scale: isFew ? "linear" : "log" },
        bins: cappedBins(rows, MANY_TRACKS),
        isCount: true,
      },
    ],
    table: {
      columns: [
        { name: "tracks", format: "label-number" },
        { name: "albums", format: "count" },
      ],
      rows,
    },
  };
}

function gtinFigure(aggregates: Aggregates): Figure {
  const base = { id: "albums-gtin", title: "Albums per UPC", aggregates: ["albums-per-gtin"] } as const;
  const byAlbums = new Map<number, number>();
  for (const group of aggregates.groups("albums-per-gtin")) {
    // Those at the ends of segments come by value, with their rows from both sides.
    const albums = group.number("albums") ?? group.count("rows");
    const gtins = group.number("albums") === null ? 1 : group.count("gtins");
    byAlbums.set(albums, (byAlbums.get(albums) ?? 0) + gtins);
  }
  const rows = [...byAlbums].sort(([a], [b]) => a - b);
  const gtins = rows.reduce((sum, [, count]) => sum + count, 0);
  if (gtins === 0)
    return withoutData({ ...base, sentence: "No album of this catalogue has a valid UPC or EAN." });
  const single = byAlbums.get(1) ?? 0;
  const most = rows.at(-1)?.[0] ?? 0;
  return {
    ...base,
    sentence: `${formatShare(single / gtins)} of ${counted(gtins, "UPC")} (GTIN) belong to one album alone${most > 1 ? `; the most shared stands on ${formatCount(most)}` : ""}.`,
    hasData: true,
    charts:
      rows.length === 1
        ? []
        : [
            {
              kind: "histogram",
              title: gtins < 200 ? "UPCs by albums" : "UPCs by albums, logarithmic",
              x: { label: "albums (20: so many or more)", format: "plain" },
              y: { label: "UPCs", format: "count", scale: gtins < 200 ? "linear" : "log" },
              bins: cappedBins(rows, 20),
              isCount: true,
            },
          ],
    table: {
      columns: [
        { name: "albums", format: "label-number" },
        { name: "UPCs", format: "count" },
      ],
      rows,
    },
  };
}
