import { z } from "zod";
import { currentRecordings, currentSnapshot, openSnapshot } from "../catalogue/index.ts";
import { type Archive, sqlText } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { isRightsReason, RIGHTS_REASONS, type RightsReason } from "./reason.ts";
import { currentRights, type RightsCounts, type RightsDescription } from "./rights-store.ts";
import { listSoundConflicts, type SoundConflicts } from "./same-sound.ts";

export interface RightsReport {
  readonly rights: string;
  readonly snapshot: string;
  readonly policy: RightsDescription["policy"];
  readonly counts: RightsCounts;
  /** Every reason that occurs, in words. */
  readonly reasons: readonly {
    readonly reason: RightsReason;
    readonly explanation: string;
    readonly tracks: number;
  }[];
  /** By source of music: how many tracks are open, how many dark. */
  readonly sources: readonly { readonly source: string; readonly open: number; readonly dark: number }[];
  readonly declarations: RightsDescription["declarations"];
  /** Licence texts that were not understood, the most frequent first. */
  readonly notUnderstood: readonly { readonly raw: string; readonly statements: number }[];
  /** Tracks that are one recording by their sound, and stand under two licences or are open here and dark there. */
  readonly sameSound: SoundConflicts;
  /** The first dark tracks, by source and path. */
  readonly dark: readonly DarkTrack[];
  readonly warnings: readonly string[];
}

export interface DarkTrack {
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly path: string;
  readonly reason: RightsReason;
}

const text = z.string();
const number = z.bigint().transform(Number);
const sourceRow = z.object({ source: text, open: number, dark: number });
const rawRow = z.object({ raw: text, statements: number });
const darkRow = z
  .object({
    track_id: z.bigint(),
    title: text,
    artist: text.nullable(),
    path: text,
    reason: text.refine(isRightsReason),
  })
  .transform(({ track_id, ...rest }): DarkTrack => ({ id: trackIdFromBigInt(track_id), ...rest }));

/** The rights as a whole; at most `limit` dark tracks and conflicts are listed (20 unless told). Call `ensureRights` first. */
export async function reportRights(options: {
  readonly archive: Archive;
  readonly limit?: number;
}): Promise<RightsReport> {
  const { archive, limit = 20 } = options;
  const rights = await currentRights(archive);
  const database = await openSnapshot(await currentSnapshot(archive));
  try {
    for (const [view, path] of [
      ["effective", rights.effectiveTable],
      ["statement", rights.statementTable],
    ] as const) {
      await database.run(
        `create view ${view} as select * from read_parquet(${sqlText(path)}, hive_partitioning = false)`,
      );
    }
    const sources = await database.rows(
      `select h.source, count(*) filter (disseminate) as open, count(*) filter (not disseminate) as dark
       from effective join holding h using (track_id) group by h.source order by h.source`,
    );
    const raws = await database.rows(
      `select raw, count(*) as statements from statement
       where decision = 'none' group by raw order by statements desc, raw limit 20`,
    );
    const dark = await database.rows(
      `select e.track_id, t.title, coalesce(t.artist_credit, a.artist) as artist,
         h.path || coalesce('/' || h.member, '') as path, e.reason
       from effective e join track t using (track_id) join holding h using (track_id)
       left join album a on a.album_id = t.album_id
       where not e.disseminate order by h.source, path, e.track_id limit ${Math.trunc(limit)}`,
    );
    return {
      rights: rights.id,
      snapshot: rights.snapshot,
      policy: rights.policy,
      counts: rights.counts,
      reasons: Object.entries(rights.counts.byReason).flatMap(([reason, tracks]) =>
        isRightsReason(reason) ? [{ reason, explanation: RIGHTS_REASONS[reason], tracks }] : [],
      ),
      sources: sources.map((row) => sourceRow.parse(row)),
      declarations: rights.declarations,
      notUnderstood: raws.map((row) => rawRow.parse(row)),
      sameSound: await listSoundConflicts(database, await currentRecordings(archive), limit),
      dark: dark.map((row) => darkRow.parse(row)),
      warnings: rights.warnings,
    };
  } finally {
    database.close();
  }
}
