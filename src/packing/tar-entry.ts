import { tarEntryHeader, tarPaddingBytes } from "../formats/tar/writer.ts";

/** Where the parts of a track are in its shard, and the headers before them. */
export interface TrackPlace {
  readonly startBytes: number;
  readonly jsonHeader: Buffer;
  readonly jsonOffsetBytes: number;
  /** Zeros behind the JSON, and behind the audio. */
  readonly jsonPadding: Buffer;
  readonly audioHeader: Buffer;
  readonly audioOffsetBytes: number;
  readonly audioPadding: Buffer;
  readonly endBytes: number;
}

/** What decides where the parts of a track are. */
export interface TrackExtent {
  readonly trackId: string;
  readonly ext: string;
  readonly jsonSizeBytes: number;
  /** Of the audio. */
  readonly sizeBytes: number;
}

/** The place of a track that begins at `startBytes`: `<id>.json`, then `<id>.<ext>`. */
export function placeTrack(startBytes: number, extent: TrackExtent): TrackPlace {
  const { trackId, ext, jsonSizeBytes, sizeBytes } = extent;
  const jsonHeader = tarEntryHeader({ name: `${trackId}.json`, sizeBytes: jsonSizeBytes });
  const jsonPadding = tarPaddingBytes(jsonSizeBytes);
  const audioHeader = tarEntryHeader({ name: `${trackId}.${ext}`, sizeBytes });
  const audioPadding = tarPaddingBytes(sizeBytes);
  const jsonOffsetBytes = startBytes + jsonHeader.length;
  const audioOffsetBytes = jsonOffsetBytes + jsonSizeBytes + jsonPadding.length + audioHeader.length;
  return {
    startBytes,
    jsonHeader,
    jsonOffsetBytes,
    jsonPadding,
    audioHeader,
    audioOffsetBytes,
    audioPadding,
    endBytes: audioOffsetBytes + sizeBytes + audioPadding.length,
  };
}
