import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { trackIdFromBigInt } from "../../formats/identifiers/index.ts";
import type { TrackToAppend } from "../shard-writer.ts";

/** Bytes that are the same for the same seed, and unlike for others. */
export function sampleBytes(seed: number, sizeBytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(sizeBytes / 32) }, (_, index) =>
    createHash("sha256").update(`${seed}/${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, sizeBytes);
}

/** A track to append whose spool file is written to `folder`. */
export function sampleTrack(folder: string, number: number, sizeBytes: number): TrackToAppend {
  const audio = sampleBytes(number, sizeBytes);
  const audioPath = join(folder, `${number}.spool`);
  writeFileSync(audioPath, audio);
  const sha256 = createHash("sha256").update(audio).digest("hex");
  const trackId = trackIdFromBigInt(BigInt(number));
  return {
    json: Buffer.from(JSON.stringify({ track_id: trackId, note: "x".repeat(number % 700) })),
    audioPath,
    accession: "audio-sample-20260101T000000Z-000000",
    row: {
      trackId,
      sizeBytes,
      ext: "ogg",
      sha256,
      originalSha256: sha256,
      originalSizeBytes: sizeBytes,
      payloadSha256: null,
      payloadMethod: null,
      codec: "vorbis",
      bitrateKbps: 160,
      sampleRateHz: 44_100,
      channels: 2,
      durationMs: 1000,
      decodedSamples: 44_100,
      disposition: "original",
      title: `Number ${number}`,
      artist: "The Test Tones",
      album: null,
      isrcs: number % 2 === 0 ? ["QZDWX2400001", "QZDWX2400002"] : [],
      licence: "CC0-1.0",
      integratedLufs: -14.25,
      samplePeakDbfs: null,
    },
  };
}
