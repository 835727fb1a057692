import { z } from "zod";
import type { Archive } from "../core/index.ts";
import { parseIsrc, parseTrackId, trackIdFromBigInt, trackIdToBigInt } from "../formats/identifiers/index.ts";
import { openSnapshot } from "./store/open-snapshot.ts";
import { currentSnapshot, type Snapshot } from "./store/snapshot-store.ts";

/** A track as a look-up shows it. */
export interface FoundTrack {
  readonly trackId: bigint;
  /** 13 characters, as people see it. */
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly album: string | null;
  readonly isrcs: readonly string[];
  readonly durationMs: number | null;
}

const row = z.object({
  track_id: z.bigint(),
  title: z.string(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  isrcs: z.array(z.string()).nullable(),
  duration_ms: z.bigint().nullable(),
});

/**
 * The tracks that `text` names: one for a track id (13 characters, case does not matter), all that carry it for an ISRC,
 * in the order of their ids. Empty when it is neither, or nothing has it.
 */
export async function findTracks(archive: Archive, text: string): Promise<FoundTrack[]> {
  return await findTracksIn(await currentSnapshot(archive), text);
}

export async function findTracksIn(snapshot: Snapshot, text: string): Promise<FoundTrack[]> {
  const matches: string[] = [];
  const parameters: Record<string, string> = {};
  const trackId = parseTrackIdNumber(text);
  if (trackId !== null) {
    matches.push("t.track_id = $track::ubigint");
    parameters.track = trackId.toString();
  }
  const isrc = parseIsrc(text);
  if (isrc.ok) {
    matches.push("t.track_id in (select track_id from segment_isrc where isrc = isrc_pack($isrc))");
    parameters.isrc = isrc.value;
  }
  if (matches.length === 0) return [];
  const database = await openSnapshot(snapshot);
  try {
    const rows = await database.rows(
      `select t.track_id, t.title, coalesce(t.artist_credit, a.artist) as artist, a.title as album, t.duration_ms,
        (select list(value order by value) from identifier i
         where i.entity = 'track' and i.entity_id = t.track_id and i.scheme = 'isrc' and i.valid) as isrcs
       from track t left join album a using (album_id)
       where ${matches.join(" or ")} order by t.track_id`,
      parameters,
    );
    return rows.map((found) => foundTrack(row.parse(found)));
  } finally {
    database.close();
  }
}

function parseTrackIdNumber(text: string): bigint | null {
  const id = parseTrackId(text);
  const number = id.ok ? trackIdToBigInt(id.value) : null;
  return number?.ok ? number.value : null;
}

function foundTrack(found: z.infer<typeof row>): FoundTrack {
  return {
    trackId: found.track_id,
    id: trackIdFromBigInt(found.track_id),
    title: found.title,
    artist: found.artist,
    album: found.album,
    isrcs: found.isrcs ?? [],
    durationMs: found.duration_ms === null ? null : Number(found.duration_ms),
  };
}
