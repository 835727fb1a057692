import { z } from "zod";
import { parseJson } from "../core/canonical-json.ts";
import type { ReleasedTrack } from "../release/track-table.ts";
import { MAX_TRACK_JSON_BYTES } from "./shard-segments.ts";

/** The part of `<track id>.json` that has to agree with the rest of the release. */
const entrySchema = z.object({
  format: z.literal("deadwax-track/1"),
  track_id: z.string().length(13),
  title: z.string().nullable(),
  disposition: z.enum(["original", "access-copy"]),
  original: z.object({ sizeBytes: z.int(), sha256: z.string() }),
  stored: z.object({ name: z.string(), sizeBytes: z.int(), sha256: z.string() }),
});

export type TrackEntry = z.infer<typeof entrySchema>;

export type ParsedTrackEntry =
  | { readonly ok: true; readonly entry: TrackEntry }
  | { readonly ok: false; readonly reason: string };

/** Reads somebody's `<track id>.json`. */
export function parseTrackEntry(bytes: Buffer): ParsedTrackEntry {
  const json = parseJson(bytes, MAX_TRACK_JSON_BYTES);
  if (!json.ok) return json;
  const parsed = entrySchema.safeParse(json.value);
  if (parsed.success) return { ok: true, entry: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join(".") || "value"}: ${issue?.message ?? "not valid"}` };
}

/** The first thing in which the JSON of a track and its row disagree, or null. */
export function entryDisagreement(entry: TrackEntry, track: ReleasedTrack): string | null {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["track_id", entry.track_id, track.trackId],
    ["title", entry.title, track.title],
    ["disposition", entry.disposition, track.disposition],
    ["original.sha256", entry.original.sha256, track.originalSha256],
    ["original.sizeBytes", entry.original.sizeBytes, track.originalSizeBytes],
    ["stored.name", entry.stored.name, `${track.trackId}.${track.ext}`],
    ["stored.sizeBytes", entry.stored.sizeBytes, track.sizeBytes],
    ["stored.sha256", entry.stored.sha256, track.sha256],
  ];
  const wrong = pairs.find(([, inEntry, inTable]) => inEntry !== inTable);
  return wrong
    ? `${wrong[0]} is ${JSON.stringify(wrong[1])} in the shard and ${JSON.stringify(wrong[2])} in the table`
    : null;
}
