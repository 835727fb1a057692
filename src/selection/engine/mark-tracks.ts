import { throwIfAborted } from "../../core/index.ts";
import { findDuplicates } from "./find-duplicates.ts";
import type { PlanningSession } from "./planning-session.ts";
import { IN_RANGE } from "./track-views.ts";

/** Marks the duplicates and then, of the tracks that are left, those that stand on a floor. */
export async function markTracks(session: PlanningSession, signal?: AbortSignal): Promise<void> {
  const subjects = floorSubjects(session);
  // Floors ask the database for the duplicates, and those of a table in no order come all at once; else few come to stand there.
  const intoTable = subjects.length > 0 || !session.catalogue.isrcsAreSorted;
  await findDuplicates(session, { intoTable, signal });
  if (subjects.length > 0) await findFloors(session, subjects, signal);
  for await (const chunk of session.database.chunks("select track_id, kind from found")) {
    const trackIds = chunk.bigUints(0);
    const kinds = chunk.fixed(1).bytes.slice();
    for (const kind of new Set(kinds)) {
      session.marks.add(
        trackIds.filter((_, at) => kinds[at] === kind),
        kind,
      );
    }
  }
  await session.database.run("drop table found");
}

/** Adds to `found` what stands on a floor. */
async function findFloors(
  session: PlanningSession,
  subjects: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const { database } = session;
  // By track id, so that a stretch reads its own part only.
  await database.run(`
    create table mark as select track_id from found order by track_id;
    create table floor_track (subject varchar, key varchar, track_id ubigint, value double)`);
  const views = await session.openViews();
  try {
    for (const range of session.catalogue.ranges) {
      throwIfAborted(signal);
      await views.useRange(range);
      for (const subject of subjects) await views.database.run(`insert into floor_track ${subject}`);
    }
  } finally {
    views.close();
  }
  await database.runFile(new URL("./floors.sql", import.meta.url));
  await database.run("drop table floor_track; drop table mark");
}

/** The tracks that may stand on a floor. */
const COMPETING = `from weighed
  where (is_held or getvariable('assumes')) and (not getvariable('by_priority') or wants_original or priority >= getvariable('priority_cut'))
    and track_id not in (select track_id from mark where ${IN_RANGE})`;

function floorSubjects({ policy }: PlanningSession): readonly string[] {
  const { tracksPerArtistFloor, tracksPerLabelFloor, tracksPerLanguageFloor } = policy.selection;
  const subjects: string[] = [];
  if (tracksPerArtistFloor > 0) {
    subjects.push(
      `select 'artist', unnest(list_distinct(artist_nos))::varchar, track_id, value ${COMPETING}`,
    );
  }
  if (tracksPerLabelFloor > 0) {
    subjects.push(
      `select 'label', a.label_id::varchar, o.track_id, o.value from (${COMPETING}) o join segment_album a using (album_no) where a.label_id is not null`,
    );
  }
  if (tracksPerLanguageFloor > 0) {
    subjects.push(`select 'language', language, track_id, value ${COMPETING} and language is not null`);
  }
  return subjects;
}
