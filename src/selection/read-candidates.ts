import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Database } from "../core/index.ts";
import type { SelectionTrack } from "./selection-track.ts";

const wholeNumber = z.union([z.bigint(), z.int()]).transform(Number);

const rowSchema = z.object({
  track_id: z.bigint(),
  plays: wholeNumber.nullable(),
  popularity: z.number().nullable(),
  artist_ids: z.array(z.bigint()).nullable(),
  isrcs: z.array(z.string()).nullable(),
  tag_bytes: wholeNumber,
  size_bytes: wholeNumber.nullable(),
  codec: z.string().nullable(),
  sample_rate_hz: wholeNumber.nullable(),
  channels: wholeNumber.nullable(),
  bits_per_sample: wholeNumber.nullable(),
  duration_ms: wholeNumber.nullable(),
  duration_exact: z.boolean().nullable(),
  bitrate_kbps: z.number().nullable(),
});

/** The tracks of a snapshot, by id, from a database that `openSnapshot` has opened. */
export async function readCandidates(
  database: Database,
  gatesOf: (trackId: bigint) => SelectionTrack["gates"],
): Promise<SelectionTrack[]> {
  const query = await readFile(new URL("candidates.sql", import.meta.url), "utf8");
  const tracks: SelectionTrack[] = [];
  for await (const row of database.stream(query)) tracks.push(selectionTrack(rowSchema.parse(row), gatesOf));
  return tracks;
}

function selectionTrack(
  row: z.infer<typeof rowSchema>,
  gatesOf: (trackId: bigint) => SelectionTrack["gates"],
): SelectionTrack {
  return {
    trackId: row.track_id,
    plays: row.plays,
    popularity: row.popularity,
    gates: gatesOf(row.track_id),
    artistIds: row.artist_ids ?? [],
    isrcs: row.isrcs ?? [],
    tagBytes: row.tag_bytes,
    audio:
      row.size_bytes === null
        ? null
        : {
            sizeBytes: row.size_bytes,
            codec: row.codec ?? "",
            sampleRateHz: row.sample_rate_hz,
            channels: row.channels,
            bitsPerSample: row.bits_per_sample,
            durationMs: row.duration_ms,
            durationExact: row.duration_exact ?? false,
            bitrateKbps: row.bitrate_kbps,
          },
  };
}
