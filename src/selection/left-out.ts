import { z } from "zod";
import type { Database } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import type { LeftOut } from "./engine/best-left-out.ts";
import type { LeftOutTrack } from "./plan-summary.ts";

const row = z.object({
  track_id: z.bigint(),
  title: z.string().nullable(),
  artist: z.string().nullable(),
});

/** What tracks that are left out are called, in their order. */
export async function describeLeftOut(
  database: Database,
  leftOut: readonly LeftOut[],
): Promise<readonly LeftOutTrack[]> {
  if (leftOut.length === 0) return [];
  const ids = leftOut.map(({ trackId }) => `${trackId}::ubigint`);
  const rows = await database.rows(
    `select track_id, title, artist_credit as artist from segment_track where track_id in (${ids.join(", ")})`,
  );
  const named = new Map(rows.map((found) => row.parse(found)).map((one) => [one.track_id, one]));
  return leftOut.map(({ trackId, reason }) => ({
    track_id: trackIdFromBigInt(trackId),
    title: named.get(trackId)?.title ?? null,
    artist: named.get(trackId)?.artist ?? null,
    reason,
  }));
}
