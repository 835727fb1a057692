import { TAR_BLOCK_BYTES } from "../formats/tar/header.ts";
import { tarEntryHeader } from "../formats/tar/writer.ts";
import type { ReleasedTrack } from "../release/track-table.ts";
import type { Expectation, Segment } from "./segment-walk.ts";

/** Part of a shard that belongs to a track, or the zeros behind the last one. */
export type ShardPart =
  | "json header"
  | "json"
  | "json padding"
  | "audio header"
  | "audio"
  | "audio padding"
  | "fill";

export interface ShardSubject {
  readonly part: ShardPart;
  /** Null for the fill. */
  readonly track: ReleasedTrack | null;
}

/** Longest `<track id>.json` that is read. */
export const MAX_TRACK_JSON_BYTES: number = 16 * 1024 * 1024;
/** A tar ends with two blocks of zeros (POSIX). */
const TAR_END_BYTES = 2 * TAR_BLOCK_BYTES;

/**
 * Says why a shard of `sizeBytes` cannot hold exactly these tracks, which stand in the order of their places: a gap, an
 * overlap, an end beyond the file. Null when it can.
 */
export function shardLayoutFault(
  tracks: readonly ReleasedTrack[],
  sizeBytes: number,
  pieceLengthBytes: number,
): string | null {
  let cursor = 0;
  for (const track of tracks) {
    const { json, audio } = entriesOf(track);
    if (track.jsonSizeBytes > MAX_TRACK_JSON_BYTES)
      return `the JSON of track ${track.trackId} has ${track.jsonSizeBytes} bytes`;
    if (!EXTENSION.test(track.ext)) return `the extension of track ${track.trackId} is not one`;
    if (cursor + json.header.length !== track.jsonOffsetBytes)
      return misplaced(track, "JSON", track.jsonOffsetBytes);
    cursor = track.jsonOffsetBytes + blocks(track.jsonSizeBytes);
    if (cursor + audio.header.length !== track.offsetBytes)
      return misplaced(track, "audio", track.offsetBytes);
    cursor = track.offsetBytes + blocks(track.sizeBytes);
    if (!Number.isSafeInteger(cursor)) return misplaced(track, "audio", track.offsetBytes);
  }
  const wanted = Math.ceil((cursor + TAR_END_BYTES) / pieceLengthBytes) * pieceLengthBytes;
  return wanted === sizeBytes
    ? null
    : `its tracks end at ${cursor}, so it should have ${wanted} bytes, not ${sizeBytes}`;
}

/** The segments of a shard that holds exactly these tracks; `shardLayoutFault` has found nothing against them. */
export function* shardSegments(
  tracks: readonly ReleasedTrack[],
  sizeBytes: number,
): Generator<Segment<ShardSubject>> {
  let cursor = 0;
  for (const track of tracks) {
    const { json, audio } = entriesOf(track);
    const parts: readonly (readonly [ShardPart, number, Expectation])[] = [
      ["json header", json.header.length, { kind: "bytes", bytes: json.header }],
      ["json", track.jsonSizeBytes, { kind: "sha256", hex: track.jsonSha256 }],
      ["json padding", padding(track.jsonSizeBytes), { kind: "zeros" }],
      ["audio header", audio.header.length, { kind: "bytes", bytes: audio.header }],
      ["audio", track.sizeBytes, { kind: "sha256", hex: track.sha256 }],
      ["audio padding", padding(track.sizeBytes), { kind: "zeros" }],
    ];
    for (const [part, length, expected] of parts) {
      if (length === 0) continue;
      const start = cursor;
      cursor += length;
      yield { start, end: cursor, subject: { part, track }, expected, isKept: part === "json" };
    }
  }
  if (cursor < sizeBytes) {
    yield {
      start: cursor,
      end: sizeBytes,
      subject: { part: "fill", track: null },
      expected: { kind: "zeros" },
      isKept: false,
    };
  }
}

const EXTENSION = /^[a-z0-9]{1,8}$/;

function entriesOf({ trackId, ext, sizeBytes, jsonSizeBytes }: ReleasedTrack): {
  readonly json: { readonly header: Buffer };
  readonly audio: { readonly header: Buffer };
} {
  // An extension that is none is refused before its header is looked at.
  const safeExtension = EXTENSION.test(ext) ? ext : "bin";
  return {
    json: { header: tarEntryHeader({ name: `${trackId}.json`, sizeBytes: jsonSizeBytes }) },
    audio: { header: tarEntryHeader({ name: `${trackId}.${safeExtension}`, sizeBytes }) },
  };
}

function blocks(sizeBytes: number): number {
  return sizeBytes + padding(sizeBytes);
}

function padding(sizeBytes: number): number {
  return (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}

function misplaced(track: ReleasedTrack, what: string, offsetBytes: number): string {
  return `the ${what} of track ${track.trackId} cannot begin at ${offsetBytes}`;
}
