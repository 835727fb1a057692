import { ColumnMemory, throwIfAborted } from "../../core/index.ts";
import type { PlanningSession } from "./planning-session.ts";
import { MARK } from "./track-marks.ts";

/**
 * Marks the tracks that give way to another which is the same recording: by ISRC, with the policy `recording` also by
 * the table `resolution`, and by their sound where that is known. Makes `found` (track_id, kind), and marks what does not go
 * there.
 *
 * In most groups the first in the order of the table `isrc` stays: one look at the row before tells. Only groups with a held
 * file, or with a track that is in several groups, are settled by rounds.
 */
export async function findDuplicates(
  session: PlanningSession,
  options: {
    /** Whether all are wanted in `found`, and not only those of groups that are settled by rounds. */
    readonly intoTable: boolean;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const { database, catalogue, policy } = session;
  await database.run("create table found (track_id ubigint, kind utinyint)");
  const { duplicates, assumeHoldings } = policy.selection;
  if (duplicates === "keep-all") return;
  await database.run(`
    create table same_sound as ${session.sounds ?? NO_SOUND};
    create table entangled as
      select track_id from held
      union select track_id from same_sound
      union ${catalogue.hasSingleIsrcs ? NO_TRACK : TRACKS_WITH_SEVERAL_ISRCS}
      union ${duplicates === "recording" ? TRACKS_IN_CLUSTERS : NO_TRACK};
    create table shared_isrc as select distinct isrc from segment_isrc where track_id in (from entangled);
    create table shared_cluster as ${duplicates === "recording" ? CLUSTERS : NO_TRACK}`);
  if (assumeHoldings !== null) {
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const queries = catalogue.isrcQueries.filter((__, at) => at % LANES === lane);
      await findByNeighbour(session, queries, options);
    });
    // All of them end before the database is closed.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === "rejected") throw lane.reason;
  }
  await settleContest(session, options.signal);
}

/** Queries that run side by side: one keeps one core busy. */
const LANES = 2;

/** Finds those of some parts of the table `isrc`, over a connection of its own. */
async function findByNeighbour(
  { database, catalogue, marks }: PlanningSession,
  queries: readonly string[],
  options: { readonly intoTable: boolean; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const connection = await database.connect();
  const memory = new ColumnMemory();
  try {
    for (const query of queries) {
      throwIfAborted(options.signal);
      const duplicates = catalogue.isrcsAreSorted ? afterTheFirst(query) : beyondTheFirst(query);
      if (options.intoTable) {
        await connection.run(`insert into found select track_id, ${MARK.duplicateIsrc} from (${duplicates})`);
      } else {
        const found = await connection.numbers(duplicates, ["track_id"], memory);
        marks.add(found.bigUints("track_id"), MARK.duplicateIsrc);
      }
    }
  } finally {
    connection.close();
  }
}

async function settleContest(session: PlanningSession, signal?: AbortSignal): Promise<void> {
  const { database } = session;
  await database.runFile(new URL("./contest.sql", import.meta.url));
  while ((await database.rows("select 1 from contest limit 1")).length > 0) {
    throwIfAborted(signal);
    await database.runFile(new URL("./contest-round.sql", import.meta.url));
  }
  await database.run("drop table contest; drop table entangled; drop table same_sound");
}

const NO_SOUND = "select 0::ubigint as track_id, 0::ubigint as recording where false";
const NO_TRACK = "select 0::ubigint where false";
const TRACKS_WITH_SEVERAL_ISRCS = "select track_id from segment_isrc group by track_id having count(*) > 1";
const TRACKS_IN_CLUSTERS =
  "select unnest([id, same_as]) from segment_resolution where entity = 'track' and id <> same_as";
const CLUSTERS = "select distinct same_as from segment_resolution where entity = 'track' and id <> same_as";

/** Rows come in the order of the table. */
function afterTheFirst(query: string): string {
  return `select track_id from (select isrc, track_id, lag(isrc) over () as before from (${query}))
    where isrc = before and isrc not in (from shared_isrc)`;
}

/** Rows come in any order. */
function beyondTheFirst(query: string): string {
  return `select track_id from (select isrc, track_id, row_number() over (partition by isrc order by popularity desc nulls last, track_id) as place from (${query}))
    where place > 1 and isrc not in (from shared_isrc)`;
}
