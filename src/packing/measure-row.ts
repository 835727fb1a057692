import type { TableRow } from "../core/index.ts";
import type { TrackDocument } from "./track-document.ts";

/** Columns of `measures.parquet`: see `docs/formats/accession.md`. */
export const MEASURE_COLUMNS = {
  track_id: "UBIGINT",
  size_bytes: "BIGINT",
  danceability: "DOUBLE",
  energy: "DOUBLE",
  loudness_db: "DOUBLE",
  tempo_bpm: "DOUBLE",
  tempo_confidence: "DOUBLE",
  key: "INTEGER",
  mode: "INTEGER",
  key_strength: "DOUBLE",
  tool: "VARCHAR",
} as const;

/** The exponent of detrended fluctuations reaches about 3; the catalogue's danceability ends at 1. */
const DANCEABILITY_SPAN = 3;

/** What the catalogue keeps of a track's measures; null when there are none. `size_bytes` says of which file they are. */
export function measureRow(
  trackId: bigint,
  { features, loudness, original }: TrackDocument,
): TableRow | null {
  if (features === null) return null;
  const { danceability, dynamics, key, tempo, tool } = features;
  return {
    track_id: trackId,
    size_bytes: BigInt(original.sizeBytes),
    danceability: danceability === null ? null : Math.min(1, Math.max(0, danceability) / DANCEABILITY_SPAN),
    energy: dynamics?.energyRms ?? null,
    loudness_db: loudness.integratedLufs,
    tempo_bpm: tempo?.bpm ?? null,
    tempo_confidence: tempo?.confidence ?? null,
    key: key?.tonic ?? null,
    mode: key === null ? null : key.mode === "major" ? 1 : 0,
    key_strength: key?.strength ?? null,
    tool,
  };
}
