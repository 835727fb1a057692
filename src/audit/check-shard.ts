import { TAR_BLOCK_BYTES } from "../formats/tar/header.ts";
import { type HashedFile, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import type { OpenedFile } from "../release/read-regular-file.ts";
import { streamFile } from "../release/stream-file.ts";
import type { ReleasedTrack } from "../release/track-table.ts";
import type { FindingKind, FindingPlace, TouchedTrack } from "./finding.ts";
import { type SegmentOutcome, SegmentWalk } from "./segment-walk.ts";
import { type ShardSubject, shardLayoutFault, shardSegments } from "./shard-segments.ts";
import { type ScannedEntry, TarScan } from "./tar-scan.ts";
import { entryDisagreement, parseTrackEntry, type TrackEntry } from "./track-entry.ts";

/** Something that is wrong in a shard; where in the pieces it is, the caller knows. */
export interface ShardTrouble extends FindingPlace {
  readonly kind: FindingKind;
  readonly detail: string;
  /** The bytes that are meant, end excluded. */
  readonly range: { readonly start: number; readonly end: number } | null;
}

export interface ShardCheck {
  readonly hashed: HashedFile;
  readonly troubles: readonly ShardTrouble[];
  /** True when the table could be compared with the shard byte for byte. */
  readonly isCompared: boolean;
  /** Tracks that the shard holds by its own account; only when it could not. */
  readonly scannedTracks: readonly ScannedTrack[];
}

/** A track that a shard says it holds, with the bytes from its first header to the end of its audio. */
export interface ScannedTrack extends TouchedTrack {
  readonly start: number;
  readonly end: number;
}

export interface ShardCheckOptions {
  readonly pieceLengthBytes: number;
  /** What the table says of the shard, by place; null when there is no table to be trusted. */
  readonly tracks: readonly ReleasedTrack[] | null;
  /** Size that the shard should have, where it is known. */
  readonly expectedBytes: number | null;
  /** No more of the file than this is read. */
  readonly maxReadBytes: number;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: (bytes: number) => void;
  /** Told of each track whose stored bytes are what the table says, as soon as they have gone by. */
  readonly onSoundTrack?: (track: ReleasedTrack) => void;
}

const MAX_TROUBLES = 1000;

/**
 * Reads a shard once and compares it with the track table: headers, JSON, audio, padding and the zeros at its end, byte for
 * byte. Without a table that fits, the shard is read as what it says itself.
 */
export async function checkShard(
  opened: Extract<OpenedFile, { ok: true }>,
  options: ShardCheckOptions,
): Promise<ShardCheck> {
  const { pieceLengthBytes, tracks } = options;
  const hasher = new PieceHasher(pieceLengthBytes);
  const troubles: ShardTrouble[] = [];
  const scannedTracks: ScannedTrack[] = [];
  const report = (trouble: ShardTrouble) => {
    if (troubles.length < MAX_TROUBLES) troubles.push(trouble);
  };
  const expectedBytes = options.expectedBytes ?? opened.sizeBytes;
  const fault = tracks && shardLayoutFault(tracks, expectedBytes, pieceLengthBytes);
  if (fault)
    report({ kind: "table-wrong", detail: `the table and the shard do not fit: ${fault}`, range: null });
  const isCompared = tracks !== null && fault === null;
  const reader =
    tracks && isCompared
      ? new SegmentWalk(shardSegments(tracks, expectedBytes), (outcome) =>
          judgeSegment(outcome, report, options.onSoundTrack),
        )
      : new TarScan(scannedPairs(report, scannedTracks), ({ offsetBytes, reason }) =>
          report({
            kind: "shard-wrong",
            detail: `the tar cannot be read: ${reason}`,
            offsetBytes,
            range: null,
          }),
        );
  await streamFile(
    opened.file,
    Math.min(opened.sizeBytes, options.maxReadBytes),
    (chunk) => {
      hasher.update(chunk);
      reader.update(chunk);
      options.onBytes?.(chunk.length);
    },
    options.signal,
  );
  reader.finish();
  return { hashed: hasher.finish(), troubles, isCompared, scannedTracks };
}

function judgeSegment(
  { segment, verdict, firstWrongByte, bytes }: SegmentOutcome<ShardSubject>,
  report: (trouble: ShardTrouble) => void,
  onSoundTrack: ShardCheckOptions["onSoundTrack"],
): void {
  const { track, part } = segment.subject;
  const range = { start: segment.start, end: segment.end };
  if (track === null) {
    if (verdict === "as-expected") return;
    const detail =
      verdict === "missing" ? "the end of the shard is missing" : "bytes behind the last track are not zero";
    report({ kind: "fill-changed", detail, offsetBytes: firstWrongByte, range });
    return;
  }
  const tracks = [{ trackId: track.trackId, title: track.title }];
  if (verdict !== "as-expected") {
    const what = verdict === "missing" ? "is missing, or a part of it" : "is not what was released";
    const detail = `the ${part} of track ${track.trackId} (bytes ${range.start} to ${range.end}) ${what}`;
    report({ kind: "entry-changed", detail, offsetBytes: firstWrongByte ?? range.start, range, tracks });
  } else if (part === "audio") {
    onSoundTrack?.(track);
  } else if (bytes !== null) {
    const parsed = parseTrackEntry(bytes);
    const disagreement = parsed.ok ? entryDisagreement(parsed.entry, track) : parsed.reason;
    if (disagreement === null) return;
    const detail = `the JSON of track ${track.trackId}: ${disagreement}`;
    report({ kind: "shard-wrong", detail, offsetBytes: range.start, range, tracks });
  }
}

/** Puts each JSON together with the audio behind it, and compares the two. */
function scannedPairs(
  report: (trouble: ShardTrouble) => void,
  scannedTracks: ScannedTrack[],
): (entry: ScannedEntry) => void {
  let waiting: TrackEntry | null = null;
  return (entry) => {
    const range = { start: entry.dataOffset, end: entry.dataOffset + entry.sizeBytes };
    if (entry.name.endsWith(".json")) {
      const parsed = entry.json === null ? null : parseTrackEntry(entry.json);
      waiting = parsed?.ok ? parsed.entry : null;
      if (waiting !== null && `${waiting.track_id}.json` === entry.name) {
        const { track_id: trackId, title } = waiting;
        // The audio comes next, and the JSON has said how long it is.
        const end = range.end + waiting.stored.sizeBytes + 3 * TAR_BLOCK_BYTES;
        scannedTracks.push({ trackId, title, start: entry.headerOffset, end });
        return;
      }
      const reason = parsed === null ? "too large" : parsed.ok ? "the id of another track" : parsed.reason;
      const tracks = [{ trackId: trackIdIn(entry.name), title: null }];
      waiting = null;
      const detail = `${JSON.stringify(entry.name)} does not describe a track: ${reason}`;
      report({ kind: "shard-wrong", detail, offsetBytes: entry.dataOffset, range, tracks });
      return;
    }
    const describedAs = waiting;
    waiting = null;
    if (describedAs?.stored.name === entry.name && describedAs.stored.sha256 === entry.sha256) return;
    const isItsOwn = describedAs?.stored.name === entry.name;
    const tracks = [{ trackId: trackIdIn(entry.name), title: isItsOwn ? describedAs.title : null }];
    const detail = isItsOwn
      ? `the audio of track ${describedAs.track_id} is not what its JSON says`
      : `${JSON.stringify(entry.name)} has no JSON before it`;
    report({
      kind: isItsOwn ? "entry-changed" : "shard-wrong",
      detail,
      offsetBytes: range.start,
      range,
      tracks,
    });
  };
}

/** The id that a name in a shard begins with, or a stand-in where it begins with none. */
function trackIdIn(name: string): string {
  return /^[0-9A-Z]{13}(?=\.)/.exec(name)?.[0] ?? "unknown";
}
