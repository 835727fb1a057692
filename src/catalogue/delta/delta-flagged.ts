import { z } from "zod";
import type { Database } from "../../core/index.ts";
import { countBy } from "../read-flagged.ts";
import type { Flagged } from "../store/snapshot-document.ts";
import type { Snapshot } from "../store/snapshot-store.ts";

const count = z.bigint().transform(Number);
const tracksRow = z.object({ before: count, after: count });
const playsRow = z.object({ rows: count, matched: count, ambiguous: count });

/** A seed is not replaced when only a redirect of its identifier moved; tracks of which only counts changed are carried along. */
const IS_REPLACED = `case
  when entity = 'track' then entity_id in (select track_id from changed_track)
  else (entity, entity_id) in (select entity, id from replaced_entity where entity <> 'track')
end`;

/** What is flagged in the base, without what is replaced and with what is new. */
export async function readDeltaFlagged(database: Database, base: Snapshot): Promise<Flagged> {
  const { flagged } = base;
  const before = await countBy(database, `old_identifier where value is null and ${IS_REPLACED}`, "scheme");
  const after = await countBy(database, "row_identifier where value is null", "scheme");
  const malformed = new Map(Object.entries(flagged.malformedIdentifiers));
  for (const [scheme, rows] of Object.entries(before))
    malformed.set(scheme, (malformed.get(scheme) ?? 0) - rows);
  for (const [scheme, rows] of Object.entries(after))
    malformed.set(scheme, (malformed.get(scheme) ?? 0) + rows);
  const left = [...malformed].filter(([, rows]) => rows > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  const [tracks] = await database.rows(
    `select (select count(*) from old_track where artist_credit is null) as before,
            (select count(*) from row_track where artist_credit is null) as after`,
  );
  const credits = tracksRow.parse(tracks);
  return {
    ...flagged,
    malformedIdentifiers: Object.fromEntries(left),
    tracksWithoutArtist: Math.max(0, flagged.tracksWithoutArtist - credits.before + credits.after),
    plays: await readPlays(database, flagged),
    conflicts: await countBy(database, "row_conflict", "kind"),
  };
}

async function readPlays(database: Database, flagged: Flagged): Promise<Flagged["plays"]> {
  const [found] = await database.rows(
    "select count(*) as rows, 0::bigint as matched, 0::bigint as ambiguous from duckdb_tables() where table_name = 'play_matching'",
  );
  if (playsRow.parse(found).rows === 0) return flagged.plays;
  const [row] = await database.rows("select * from play_matching");
  const plays = playsRow.parse(row);
  return { ...plays, unmatched: plays.rows - plays.matched - plays.ambiguous };
}
