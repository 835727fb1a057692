import type { TableName } from "../store/tables.ts";
import { BLOCK, TWIN_GENERATOR, type TwinParameters, type TwinSize, twinSize } from "./twin-size.ts";

/** Rows of a segment, about; cuts stand at whole blocks. */
const ROWS_PER_SEGMENT = 1_000_000;
/** Artists with genres are few: so many artists give about half a million rows. */
const ARTISTS_PER_GENRE_SEGMENT = 4_000_000;
/** Bytes on disk for each track, all tables, with statistics; measured by bench/twin.ts, and a little more. */
const BYTES_PER_TRACK = 70;

/** The tables that a twin has rows of; the others are empty. */
export const TWIN_TABLES = [
  "track",
  "isrc",
  "identifier",
  "album",
  "artist",
  "artist_genre",
  "label",
] as const;
export type TwinTable = (typeof TWIN_TABLES)[number] & TableName;

/** One segment, made from the numbers `first` to before `last` of what its table counts. */
export interface TwinTask {
  readonly table: TwinTable;
  readonly number: number;
  readonly first: number;
  readonly last: number;
}

export interface TwinPlan {
  readonly parameters: TwinParameters;
  readonly generator: string;
  readonly size: TwinSize;
  readonly tasks: readonly TwinTask[];
  readonly neededBytes: number;
}

/** What would be made; reads and writes nothing. Throws `UsageError` for numbers that a twin cannot have. */
export function planTwin(parameters: TwinParameters): TwinPlan {
  const size = twinSize(parameters);
  const { tracks, albums, artists, labels } = size;
  const tasks = [
    ...cut("track", tracks, BLOCK.tracks, ROWS_PER_SEGMENT),
    ...cut("isrc", tracks, BLOCK.tracks, ROWS_PER_SEGMENT),
    ...cut("identifier", albums, BLOCK.albums, ROWS_PER_SEGMENT),
    ...cut("album", albums, BLOCK.albums, ROWS_PER_SEGMENT),
    ...cut("artist", artists, BLOCK.artists, ROWS_PER_SEGMENT),
    ...cut("artist_genre", artists, BLOCK.artists, ARTISTS_PER_GENRE_SEGMENT),
    ...cut("label", labels, 1, ROWS_PER_SEGMENT),
  ];
  return { parameters, generator: TWIN_GENERATOR, size, tasks, neededBytes: tracks * BYTES_PER_TRACK };
}

/** What a twin is made from, as its accession says it. */
export function parameterText({ tracks, seed, minutePeaks }: TwinParameters): string {
  return `${TWIN_GENERATOR} tracks=${tracks} seed=${seed}${minutePeaks ? "" : " without minute peaks"}`;
}

function cut(table: TwinTable, count: number, unit: number, perSegment: number): TwinTask[] {
  const units = count / unit;
  const parts = Math.max(1, Math.round(count / perSegment));
  const at = (part: number): number => Math.round((units * part) / parts) * unit;
  return Array.from({ length: parts }, (_, number) => ({
    table,
    number,
    first: at(number),
    last: at(number + 1),
  }));
}
