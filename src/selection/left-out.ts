import { z } from "zod";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { REASON_NAMES } from "./disposition.ts";
import type { PlanningSession } from "./engine/planning-session.ts";
import type { LeftOutTrack } from "./plan-summary.ts";

const LEFT_OUT_SHOWN = 20;

const row = z.object({
  track_id: z.bigint().transform(trackIdFromBigInt),
  title: z.string().nullable(),
  artist: z.string().nullable(),
  reason: z.enum(REASON_NAMES),
});

/** So many stretches are looked through as a whole. */
const MAX_RANGES = 8;

/**
 * The tracks left out that are worth most. In a catalogue of many stretches these are the best of the first one only: to
 * look through all of them would cost as much as the plan.
 */
export async function describeLeftOut(session: PlanningSession): Promise<readonly LeftOutTrack[]> {
  const { ranges } = session.catalogue;
  const [first] = ranges;
  if (!first) return [];
  if (ranges.length > MAX_RANGES) await session.useRange(first);
  else await session.useAll();
  const rows = await session.database.rows(`
    with best as (
      select d.track_id, d.reason, o.value
      from decision d join offer o using (track_id)
      where d.disposition = 'metadata-only'
      order by o.value desc, d.track_id
      limit ${LEFT_OUT_SHOWN}
    )
    select b.track_id, t.title, t.artist_credit as artist, b.reason
    from best b join (from segment_track where track_id in (select track_id from best)) t using (track_id)
    order by b.value desc, b.track_id`);
  return rows.map((found) => row.parse(found));
}
