import type { AggregateName } from "../../catalogue/index.ts";
import { type Figure, withoutData } from "../figure.ts";
import type { Aggregates } from "../groups.ts";
import { counted, formatCount, formatShare } from "../numbers.ts";
import { genreFamily } from "./genre-family.ts";

const TOP = 25;
const PARTS = 6;

export interface GenreCount {
  readonly genre: string;
  readonly count: number;
}

/** Genres of artists where the sources have them, else of tracks. */
export function genreFigures(aggregates: Aggregates, artists: number, tracks: number): readonly Figure[] {
  const ofArtists = aggregates.groups("artists-by-genre");
  const ofTracks = aggregates.groups("tracks-by-genre");
  const isOfArtists = ofArtists.length > 0;
  const thing = isOfArtists ? "artist" : "track";
  const names: readonly AggregateName[] = [isOfArtists ? "artists-by-genre" : "tracks-by-genre"];
  const counts = isOfArtists
    ? ofArtists.map((group) => ({ genre: group.text("genre") ?? "", count: group.count("artists") }))
    : ofTracks.map((group) => ({ genre: group.text("genre") ?? "", count: group.count("tracks") }));
  const leading = isOfArtists
    ? ofArtists.reduce((sum, group) => sum + group.count("leading"), 0)
    : ofTracks.reduce((sum, group) => sum + group.count("leading"), 0);
  const whole = isOfArtists ? artists : tracks;
  if (counts.length === 0) {
    return [
      withoutData({
        id: "genres",
        title: "Top genres",
        sentence: "No source of this catalogue names genres.",
        aggregates: ["artists-by-genre", "tracks-by-genre"],
      }),
    ];
  }
  const falling = counts.toSorted((a, b) => b.count - a.count || (a.genre < b.genre ? -1 : 1));
  const first = falling[0];
  const top: Figure = {
    id: "genres",
    title: `Top genres, by ${thing}s`,
    sentence: `${counted(leading, `${thing} has`, `${thing}s have`)} a genre, ${formatShare(leading / Math.max(1, whole))} of all; there ${counts.length === 1 ? "is one genre" : `are ${formatCount(counts.length)} genres`}, and ${first ? `${first.genre} has the most ${thing}s` : ""}.`,
    hasData: true,
    charts: [
      {
        kind: "ranking",
        title: `${thing}s by genre`,
        x: { label: `${thing}s`, format: "count" },
        rows: falling.slice(0, TOP).map(({ genre, count }) => ({ name: genre, value: count })),
      },
    ],
    table: {
      columns: [
        { name: "genre", format: "text" },
        { name: `${thing}s`, format: "count" },
      ],
      rows: falling.slice(0, 200).map(({ genre, count }) => [genre, count]),
    },
    aggregates: names,
  };
  return [top, familyFigure(falling, thing, names)];
}

function familyFigure(counts: readonly GenreCount[], thing: string, names: readonly AggregateName[]): Figure {
  const base = { id: "genre-families", title: "Genres within genres", aggregates: names };
  if (counts.length < 5) {
    return withoutData({
      ...base,
      sentence: `With ${counted(counts.length, "genre")} there are no families of genres to show.`,
    });
  }
  const families = new Map<string, GenreCount[]>();
  for (const count of counts) {
    const family = genreFamily(count.genre);
    families.set(family, [...(families.get(family) ?? []), count]);
  }
  const sum = (list: readonly GenreCount[]): number => list.reduce((total, { count }) => total + count, 0);
  const rows = [...families]
    .map(([name, genres]) => ({ name, genres, value: sum(genres) }))
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const total = rows.reduce((all, { value }) => all + value, 0);
  const [largest] = rows;
  return {
    ...base,
    sentence: `Grouped by the words in their names, ${largest ? `${largest.name} is the largest family with ${formatShare(largest.value / total)}` : ""}; an ${thing === "artist" ? "artist" : "entry"} with several genres counts in each.`,
    hasData: true,
    charts: [
      {
        kind: "sunburst",
        title: "Families of genres, and their largest genres around them",
        families: rows.map(({ name, value, genres }) => ({
          name,
          value,
          parts: genres.slice(0, PARTS).map(({ genre, count }) => ({ name: genre, value: count })),
        })),
      },
    ],
    table: {
      columns: [
        { name: "family", format: "text" },
        { name: `${thing}s`, format: "count" },
        { name: "share", format: "percent" },
        { name: "largest genres", format: "text" },
      ],
      rows: rows.map(({ name, value, genres }) => [
        name,
        value,
        value / total,
        genres
          .slice(0, PARTS)
          .map(({ genre }) => genre)
          .join(", "),
      ]),
    },
  };
}
