import { trackGain } from "../audio/loudness/replay-gain.ts";
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
  gain_db: "DOUBLE",
  peak: "DOUBLE",
  first_block_bin: "INTEGER",
  /** Counts in decimal; whole numbers in the file. */
  block_counts: "VARCHAR[]",
  tool: "VARCHAR",
} as const;

/** Selects the rows of the table `measure` as they stand in the file. */
export const MEASURES_QUERY =
  "select * replace (block_counts::integer[] as block_counts) from measure order by track_id";

/** The exponent of detrended fluctuations reaches about 3; the catalogue's danceability ends at 1. */
const DANCEABILITY_SPAN = 3;

/** What the catalogue keeps of a track's measures. `size_bytes` says of which file they are. */
export function measureRow(trackId: bigint, { features, loudness, original }: TrackDocument): TableRow {
  const { danceability = null, dynamics, key, tempo } = features ?? {};
  const gain = loudness.replayGain ?? trackGain(loudness);
  return {
    track_id: trackId,
    size_bytes: BigInt(original.sizeBytes),
    danceability: danceability === null ? null : Math.min(1, Math.max(0, danceability) / DANCEABILITY_SPAN),
    energy: dynamics?.energyRms ?? null,
    loudness_db: loudness.integratedLufs,
    tempo_bpm: tempo?.bpm ?? null,
    tempo_confidence: tempo?.confidence ?? null,
    key: key?.tonic ?? null,
    mode: key ? (key.mode === "major" ? 1 : 0) : null,
    key_strength: key?.strength ?? null,
    gain_db: gain?.gainDb ?? null,
    peak: gain?.peak ?? null,
    first_block_bin: loudness.gatingBlocks?.firstBin ?? null,
    block_counts: loudness.gatingBlocks?.counts.map(String) ?? null,
    tool: features?.tool ?? loudness.tool,
  };
}
