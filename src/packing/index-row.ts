import { z } from "zod";
import type { CellValue, TableSchema } from "../core/index.ts";
import { FailedError } from "../core/index.ts";
import { trackIdFromBigInt, trackIdToBigInt } from "../formats/identifiers/index.ts";

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
const byteCount = z.int().min(0);

/** What the index of a shard says of a track: where its bytes are, what they are, and enough to find and judge it. */
export const indexRowSchema = z.strictObject({
  trackId: z.string().length(13),
  /** Of the audio within the tar. */
  offsetBytes: byteCount,
  sizeBytes: byteCount,
  jsonOffsetBytes: byteCount,
  jsonSizeBytes: byteCount,
  /** Of the entry `<track id>.json`, so that damage in it is found without the rest of the shard. */
  jsonSha256: sha256Hex,
  ext: z.string(),
  /** Of the stored bytes; equal to `originalSha256` for an original. */
  sha256: sha256Hex,
  originalSha256: sha256Hex,
  originalSizeBytes: byteCount,
  /** Of the original's coded audio without its tags, and how it was made; null where its format has no such method. */
  payloadSha256: sha256Hex.nullable(),
  payloadMethod: z.string().nullable(),
  /** This and what follows up to `decodedSamples`: of the stored bytes. */
  codec: z.string(),
  bitrateKbps: z.number().nullable(),
  sampleRateHz: z.int(),
  channels: z.int(),
  durationMs: z.int(),
  /** Samples per channel that the stored bytes decode to. */
  decodedSamples: z.int(),
  disposition: z.enum(["original", "access-copy"]),
  title: z.string().nullable(),
  artist: z.string().nullable(),
  album: z.string().nullable(),
  isrcs: z.array(z.string()),
  licence: z.string().nullable(),
  integratedLufs: z.number().nullable(),
  samplePeakDbfs: z.number().nullable(),
});

export type IndexRow = z.infer<typeof indexRowSchema>;

/** Columns of `<id>.index.parquet`: see `docs/formats/index.md`. */
export const INDEX_COLUMNS = {
  track_id: "UBIGINT",
  shard: "VARCHAR",
  offset_bytes: "BIGINT",
  size_bytes: "BIGINT",
  json_offset_bytes: "BIGINT",
  json_size_bytes: "BIGINT",
  json_sha256: "VARCHAR",
  ext: "VARCHAR",
  sha256: "VARCHAR",
  original_sha256: "VARCHAR",
  original_size_bytes: "BIGINT",
  payload_sha256: "VARCHAR",
  payload_method: "VARCHAR",
  codec: "VARCHAR",
  bitrate_kbps: "DOUBLE",
  sample_rate_hz: "INTEGER",
  channels: "INTEGER",
  duration_ms: "BIGINT",
  decoded_samples: "BIGINT",
  disposition: "VARCHAR",
  title: "VARCHAR",
  artist: "VARCHAR",
  album: "VARCHAR",
  isrc: "VARCHAR[]",
  licence: "VARCHAR",
  integrated_lufs: "DOUBLE",
  sample_peak_dbfs: "DOUBLE",
} as const satisfies TableSchema;

export type IndexTableRow = { readonly [Column in keyof typeof INDEX_COLUMNS]: CellValue };

/** The row as it stands in the table of shard `shard`. */
export function indexTableRow(row: IndexRow, shard: string): IndexTableRow {
  const trackId = trackIdToBigInt(row.trackId);
  if (!trackId.ok) throw new FailedError(`"${row.trackId}" is not a track id`);
  return {
    track_id: trackId.value,
    shard,
    offset_bytes: row.offsetBytes,
    size_bytes: row.sizeBytes,
    json_offset_bytes: row.jsonOffsetBytes,
    json_size_bytes: row.jsonSizeBytes,
    json_sha256: row.jsonSha256,
    ext: row.ext,
    sha256: row.sha256,
    original_sha256: row.originalSha256,
    original_size_bytes: row.originalSizeBytes,
    payload_sha256: row.payloadSha256,
    payload_method: row.payloadMethod,
    codec: row.codec,
    bitrate_kbps: row.bitrateKbps,
    sample_rate_hz: row.sampleRateHz,
    channels: row.channels,
    duration_ms: row.durationMs,
    decoded_samples: row.decodedSamples,
    disposition: row.disposition,
    title: row.title,
    artist: row.artist,
    album: row.album,
    isrc: row.isrcs,
    licence: row.licence,
    integrated_lufs: row.integratedLufs,
    sample_peak_dbfs: row.samplePeakDbfs,
  };
}

/** A row read from an index table, which may come from anywhere; null when it is not one. */
export function parseIndexTableRow(
  row: Readonly<Record<string, unknown>>,
): { readonly shard: string; readonly row: IndexRow } | null {
  const parsed = tableRowSchema.safeParse(row);
  return parsed.success ? parsed.data : null;
}

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number).pipe(z.int());

const tableRowSchema = z
  .object({
    track_id: z
      .bigint()
      .min(0n)
      .lt(1n << 64n),
    shard: z.string(),
    offset_bytes: wholeNumber,
    size_bytes: wholeNumber,
    json_offset_bytes: wholeNumber,
    json_size_bytes: wholeNumber,
    json_sha256: z.string(),
    ext: z.string(),
    sha256: z.string(),
    original_sha256: z.string(),
    original_size_bytes: wholeNumber,
    payload_sha256: z.string().nullable(),
    payload_method: z.string().nullable(),
    codec: z.string(),
    bitrate_kbps: z.number().nullable(),
    sample_rate_hz: wholeNumber,
    channels: wholeNumber,
    duration_ms: wholeNumber,
    decoded_samples: wholeNumber,
    disposition: z.string(),
    title: z.string().nullable(),
    artist: z.string().nullable(),
    album: z.string().nullable(),
    isrc: z.array(z.string()),
    licence: z.string().nullable(),
    integrated_lufs: z.number().nullable(),
    sample_peak_dbfs: z.number().nullable(),
  })
  .transform((cells, context) => {
    const row = indexRowSchema.safeParse({
      trackId: trackIdFromBigInt(cells.track_id),
      offsetBytes: cells.offset_bytes,
      sizeBytes: cells.size_bytes,
      jsonOffsetBytes: cells.json_offset_bytes,
      jsonSizeBytes: cells.json_size_bytes,
      jsonSha256: cells.json_sha256,
      ext: cells.ext,
      sha256: cells.sha256,
      originalSha256: cells.original_sha256,
      originalSizeBytes: cells.original_size_bytes,
      payloadSha256: cells.payload_sha256,
      payloadMethod: cells.payload_method,
      codec: cells.codec,
      bitrateKbps: cells.bitrate_kbps,
      sampleRateHz: cells.sample_rate_hz,
      channels: cells.channels,
      durationMs: cells.duration_ms,
      decodedSamples: cells.decoded_samples,
      disposition: cells.disposition,
      title: cells.title,
      artist: cells.artist,
      album: cells.album,
      isrcs: cells.isrc,
      licence: cells.licence,
      integratedLufs: cells.integrated_lufs,
      samplePeakDbfs: cells.sample_peak_dbfs,
    });
    if (row.success) return { shard: cells.shard, row: row.data };
    context.addIssue(row.error.message);
    return z.NEVER;
  });
