import { UsageError } from "../core/index.ts";
import { parseIsrc, parseTrackId, trackIdToBigInt } from "../formats/identifiers/index.ts";
import type { IndexRow } from "../packing/index-row.ts";
import type { TrackQuery } from "./table-reader.ts";

/** The stored bytes of one track: a stretch of a file, and the digest that it must have. */
export interface StoredTrack {
  readonly row: IndexRow;
  /** The tar that holds it. */
  readonly path: string;
}

/** More than this are not told apart for a person. */
export const MAX_MATCHES = 20;

/** What a person means by a track id (13 characters) or an ISRC. Throws `UsageError` for anything else. */
export function parseTrackQuery(text: string): TrackQuery {
  const id = parseTrackId(text);
  const number = id.ok ? trackIdToBigInt(id.value) : null;
  const isrc = parseIsrc(text);
  const query = { trackId: number?.ok ? number.value : null, isrc: isrc.ok ? isrc.value : null };
  if (query.trackId !== null || query.isrc !== null) return query;
  throw new UsageError(`"${text}" is neither a track id nor an ISRC`, {
    hint: "a track id has 13 characters, an ISRC 12; deadwax catalogue find looks for titles and artists",
  });
}

/** The one that was meant. Throws `UsageError` when it is none, or several. */
export function requireOne(matches: readonly StoredTrack[], query: string, where: string): StoredTrack {
  const [first] = matches;
  if (first === undefined) {
    throw new UsageError(`no track "${query}" is stored in ${where}`, {
      hint: "deadwax catalogue find shows what is known of it; deadwax status shows what is packed",
    });
  }
  if (matches.length === 1) return first;
  const shown = matches.map(
    ({ row }) => `${row.trackId} (${row.title ?? "untitled"}, ${row.artist ?? "unknown"})`,
  );
  throw new UsageError(`${matches.length} tracks have the ISRC "${query}": ${shown.join("; ")}`, {
    hint: `name one by its id: deadwax extract ${first.row.trackId}`,
  });
}
