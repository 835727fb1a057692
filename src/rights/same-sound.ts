import { readdir, readFile } from "node:fs/promises";
import { z } from "zod";
import { currentRecordings, type Recordings, recordingsQuery } from "../catalogue/index.ts";
import { type Archive, type Database, FailedError, systemErrorCode } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { isRightsReason, type RightsReason } from "./reason.ts";

export interface SoundConflictTrack {
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly path: string | null;
  readonly isBest: boolean;
  /** Share of equal bits with the track that it is most like, 0–1. */
  readonly similarity: number;
  readonly open: boolean;
  readonly derive: boolean;
  /** The licence to follow; of a dark track the one that did not suffice; or null. */
  readonly licence: string | null;
  readonly reason: RightsReason;
}

/** Tracks that are one recording by their sound, and may not all go out alike. */
export interface SoundConflict {
  readonly recording: string;
  /** Whatever goes out of it does so by a declaration. */
  readonly isSettled: boolean;
  readonly tracks: readonly SoundConflictTrack[];
}

export interface SoundConflicts {
  /** The table that was gone by; null when the sound of the tracks was never compared. */
  readonly recordings: string | null;
  readonly conflicts: number;
  /** Conflicts in which nobody has declared what goes out. */
  readonly unsettled: number;
  /** Tracks in all conflicts. */
  readonly tracks: number;
  readonly listed: readonly SoundConflict[];
}

/**
 * What sounds the same, when the policy shuts the gate by it, else null. Throws `FailedError` when tracks are packed and
 * their sound was not compared, `IntegrityError` when the table is gone: what is not known must not open the gate.
 */
export async function decidingSound(archive: Archive): Promise<Recordings | null> {
  if (archive.config.policy.rights.sameSound === "report") return null;
  const table = await currentRecordings(archive);
  if (table === null && (await hasShards(archive))) {
    throw new FailedError(
      "the policy holds back what sounds the same under two licences, and the sound was not compared",
      { hint: "compare it: deadwax catalogue duplicates" },
    );
  }
  return table;
}

/** Makes the views `same_sound` and `sound_conflict` over the table or view `effective`. */
export async function addSoundViews(database: Database, table: Recordings): Promise<void> {
  await database.run(`create view recording as ${recordingsQuery(table)}`);
  await database.runFile(new URL("./same-sound.sql", import.meta.url));
}

/** Shuts the gate, in the table `effective`, for the tracks of recordings whose rights differ. */
export async function darkenSameSound(database: Database, table: Recordings): Promise<void> {
  await addSoundViews(database, table);
  await database.runFile(new URL("./darken-same-sound.sql", import.meta.url));
}

const countRow = z.object({
  conflicts: z.bigint().transform(Number),
  unsettled: z.bigint().transform(Number),
  tracks: z.bigint().transform(Number),
});
const listedRow = z.object({
  recording: z.bigint().transform(trackIdFromBigInt),
  is_settled: z.boolean(),
  track_id: z.bigint().transform(trackIdFromBigInt),
  is_best: z.boolean(),
  similarity: z.number(),
  disseminate: z.boolean(),
  derive: z.boolean(),
  licence: z.string().nullable(),
  reason: z.string().refine(isRightsReason),
  title: z.string(),
  artist: z.string().nullable(),
  path: z.string().nullable(),
});

/** The conflicts of a snapshot, of which at most `limit` are listed. In: its views, and the view `effective`. */
export async function listSoundConflicts(
  database: Database,
  table: Recordings | null,
  limit: number,
): Promise<SoundConflicts> {
  if (table === null) return { recordings: null, conflicts: 0, unsettled: 0, tracks: 0, listed: [] };
  await addSoundViews(database, table);
  const [counted] = await database.rows(
    `select count(*) as conflicts, count(*) filter (not is_settled) as unsettled, coalesce(sum(tracks), 0)::bigint as tracks
     from sound_conflict`,
  );
  const sql = await readFile(new URL("./list-same-sound.sql", import.meta.url), "utf8");
  const listed = new Map<string, { isSettled: boolean; tracks: SoundConflictTrack[] }>();
  for (const row of await database.rows(sql, { limit: String(Math.trunc(limit)) })) {
    const { recording, is_settled, track_id, is_best, disseminate, ...rest } = listedRow.parse(row);
    const conflict = listed.get(recording) ?? { isSettled: is_settled, tracks: [] };
    conflict.tracks.push({ id: track_id, isBest: is_best, open: disseminate, ...rest });
    listed.set(recording, conflict);
  }
  return {
    recordings: table.id,
    ...countRow.parse(counted),
    listed: [...listed].map(([recording, conflict]) => ({ recording, ...conflict })),
  };
}

async function hasShards({ layout }: Archive): Promise<boolean> {
  try {
    return (await readdir(layout.shards)).some((name) => name.endsWith(".json") && !name.startsWith("."));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return false;
    throw error;
  }
}
