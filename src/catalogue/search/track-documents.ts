import { join } from "node:path";
import { type Database, sqlTextList, throwIfAborted } from "../../core/index.ts";
import type { IndexedDocument } from "../../formats/text-index/index.ts";
import { segmentsOf } from "../look-up/index-parts.ts";
import type { Snapshot } from "../store/snapshot-store.ts";
import { ArtistNames } from "./artist-names.ts";

/** Artists of a track that are named at most. */
const MAX_ARTISTS = 10;
/** Artists, or sets of them, whose names are kept as text. */
const MAX_REMEMBERED = 100_000;

/**
 * The tracks of a generation, most popular first, as the text index takes them; `database` has the views of the snapshot.
 * Sorting spills; the names of artists are in memory.
 */
export async function* trackDocuments(
  database: Database,
  snapshot: Snapshot,
  generation: number,
  signal?: AbortSignal,
): AsyncGenerator<IndexedDocument> {
  const files = segmentsOf(snapshot, "track", generation).map(({ file }) => join(snapshot.folder, file));
  const tracks = `read_parquet(${sqlTextList(files)}, hive_partitioning = false)`;
  const everyone = "select artist_no, name from segment_artist";
  const artists =
    generation === 0 ? everyone : `${everyone} where artist_no in (select unnest(artist_nos) from ${tracks})`;
  const names = await ArtistNames.read(database, artists, snapshot.nextArtistNo);
  const known = new Map<string, string>();
  const query = `select track_id, title, artist_credit, artist_nos[1:${MAX_ARTISTS}]::varchar as nos, duration_ms, popularity
    from ${tracks} order by popularity desc nulls last, plays desc nulls last, track_id`;
  for await (const chunk of database.chunks(query)) {
    throwIfAborted(signal);
    const ids = chunk.bigUints(0);
    const [titles, credits, numbers, durations, popularities] = [1, 2, 3, 4, 5].map((column) =>
      chunk.values(column),
    );
    for (const [at, trackId] of ids.entries()) {
      const credit = textOf(credits?.[at]);
      yield {
        trackId,
        title: textOf(titles?.[at]) ?? "",
        artist: credit ?? rememberNames(known, names, textOf(numbers?.[at]) ?? ""),
        durationMs: numberOf(durations?.[at]),
        popularity: numberOf(popularities?.[at]),
      };
    }
  }
}

/** Popular artists come again and again. */
function rememberNames(known: Map<string, string>, names: ArtistNames, numbers: string): string {
  const found = known.get(numbers);
  if (found !== undefined) return found;
  const text = namesOf(names, numbers);
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(numbers, text);
  return text;
}

/** `[12, 7]` as the names of these artists. */
function namesOf(names: ArtistNames, numbers: string): string {
  const listed = numbers.match(/\d+/g) ?? [];
  return listed
    .map((number) => names.name(Number(number)))
    .filter((name) => name !== "")
    .join(", ");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
