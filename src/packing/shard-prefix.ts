import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { PieceHasher } from "../formats/torrent/piece-hasher.ts";
import { CHUNK_BYTES, readChunks } from "./file-bytes.ts";
import type { JournaledTrack } from "./shard-journal.ts";
import { placeTrack } from "./tar-entry.ts";

export interface HashedPrefix {
  /** Has taken the bytes of the kept tracks and can go on. */
  readonly hasher: PieceHasher;
  readonly keptTracks: number;
}

/**
 * Hashes the tracks of a partial shard again and checks each against its journal entry. Only the tracks before the first
 * one that is not as journaled are kept.
 */
export async function hashPrefix(
  tar: FileHandle,
  tracks: readonly JournaledTrack[],
  pieceLengthBytes: number,
): Promise<HashedPrefix> {
  const hasher = new PieceHasher(pieceLengthBytes);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const [index, track] of tracks.entries()) {
    if (!(await hashTrack(tar, track, hasher, buffer))) {
      // The hasher has seen bytes that will be cut off: begin again with what holds.
      return hashPrefix(tar, tracks.slice(0, index), pieceLengthBytes);
    }
  }
  return { hasher, keptTracks: tracks.length };
}

async function hashTrack(
  tar: FileHandle,
  { startBytes, endBytes, row }: JournaledTrack,
  hasher: PieceHasher,
  buffer: Buffer,
): Promise<boolean> {
  const place = placeTrack(startBytes, row);
  if (place.endBytes !== endBytes) return false;
  if (place.audioOffsetBytes !== row.offsetBytes || place.jsonOffsetBytes !== row.jsonOffsetBytes)
    return false;
  const jsonEnd = place.jsonOffsetBytes + row.jsonSizeBytes;
  const audioHeaderStart = place.audioOffsetBytes - place.audioHeader.length;
  const audioEnd = place.audioOffsetBytes + row.sizeBytes;
  /** Digest of a part of the file, which the hasher takes too; null when the file ends before. */
  const digest = async (start: number, end: number): Promise<string | null> => {
    const hash = createHash("sha256");
    let position = start;
    for await (const chunk of readChunks(tar, start, end, buffer)) {
      hash.update(chunk);
      hasher.update(chunk);
      position += chunk.length;
    }
    return position === end ? hash.digest("hex") : null;
  };
  return (
    (await digest(startBytes, place.jsonOffsetBytes)) === sha256(place.jsonHeader) &&
    (await digest(place.jsonOffsetBytes, jsonEnd)) === row.jsonSha256 &&
    (await digest(jsonEnd, audioHeaderStart)) === sha256(place.jsonPadding) &&
    (await digest(audioHeaderStart, place.audioOffsetBytes)) === sha256(place.audioHeader) &&
    (await digest(place.audioOffsetBytes, audioEnd)) === row.sha256 &&
    (await digest(audioEnd, endBytes)) === sha256(place.audioPadding)
  );
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
