import type { Snapshot } from "../../catalogue/index.ts";
import type { Figure } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { formatCount, formatDecimal, formatShort } from "../numbers.ts";

export function overviewFigure(snapshot: Snapshot, aggregates: Aggregates): Figure {
  const rows = (table: keyof Snapshot["tables"]): number => snapshot.tables[table].rows;
  const isrcs = Number(aggregates.total("tracks-per-isrc", "isrcs"));
  const mainCredits = aggregates
    .groups("tracks-by-artists")
    .reduce((sum, group) => sum + (group.number("artists") ?? 0) * group.count("tracks"), 0);
  const hours = Number(aggregates.total("tracks-by-popularity", "duration_ms")) / 3_600_000;
  const figures: readonly (readonly [label: string, value: number])[] = [
    ["tracks", rows("track")],
    ["albums", rows("album")],
    ["artists", rows("artist")],
    ["credits", mainCredits + rows("credit")],
    ["distinct ISRCs", isrcs],
    ["hours of music", Math.round(hours)],
    ["plays counted", Number(aggregates.total("tracks-by-popularity", "plays"))],
    ["files held", rows("holding")],
    ["genres of artists", aggregates.groups("artists-by-genre").length],
    ["labels", rows("label")],
  ];
  const known = figures.filter(([, value]) => value > 0);
  const perTrack = rows("track") > 0 ? mainCredits / rows("track") : 0;
  const perAlbum = rows("album") > 0 ? rows("track") / rows("album") : 0;
  const perIsrc = isrcs > 0 ? rows("isrc") / isrcs : 0;
  const ratios = [
    perAlbum > 0 ? `${formatDecimal(perAlbum)} tracks to an album` : null,
    perTrack > 0
      ? `${formatDecimal(perTrack)} main ${perTrack === 1 ? "artist" : "artists"} to a track`
      : null,
    perIsrc > 0 ? `${formatDecimal(perIsrc)} tracks to an ISRC` : null,
  ].filter((text) => text !== null);
  return {
    id: "overview",
    title: "Overview",
    sentence: `The catalogue has ${formatCount(rows("track"))} tracks on ${formatCount(rows("album"))} albums by ${formatCount(rows("artist"))} artists${ratios.length > 0 ? `: ${ratios.join(", ")}` : ""}.`,
    hasData: true,
    charts: [{ kind: "tiles", tiles: known.map(([label, value]) => ({ label, value: formatShort(value) })) }],
    table: {
      columns: [
        { name: "what", format: "text" },
        { name: "number", format: "count" },
      ],
      rows: figures.map(([label, value]) => [label, value]),
    },
    aggregates: ["tracks-by-popularity", "tracks-by-artists", "tracks-per-isrc"],
  };
}
