import { currentSnapshot, type FoundTrack, findTracksIn } from "../catalogue/index.ts";
import { type Archive, Database, sqlText, sqlTextList, UsageError } from "../core/index.ts";
import { RIGHTS_REASONS, type RightsReason } from "./reason.ts";
import { currentRights, type EffectiveRights } from "./rights-store.ts";
import { parseEffectiveRow, parseStatementRow, type StoredStatement } from "./rights-tables.ts";

/** What may be done with one track, and who says so. */
export interface ShownRights {
  readonly rights: string;
  readonly track: { readonly id: string; readonly title: string; readonly artist: string | null };
  readonly open: boolean;
  readonly derive: boolean;
  readonly reason: RightsReason;
  /** The reason in words. */
  readonly explanation: string;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly confidence: string | null;
  /** The statements that decided, then the others that speak for the track. */
  readonly statements: readonly (StoredStatement & { readonly decided: boolean })[];
}

/**
 * The rights of the tracks that `track` names (a track id, or an ISRC). Throws `UsageError` when none is meant. The rights
 * are those computed last; `ensureRights` makes them fresh.
 */
export async function showRights(options: {
  readonly archive: Archive;
  readonly track: string;
}): Promise<ShownRights[]> {
  const { archive, track } = options;
  const found = await findTracksIn(await currentSnapshot(archive), track);
  if (found.length === 0) {
    throw new UsageError(`no track has the id or ISRC "${track}"`, {
      hint: "track ids have 13 characters, ISRCs 12; a plan or the catalogue lists them",
    });
  }
  const rights = await currentRights(archive);
  const database = await Database.open();
  try {
    const shown: ShownRights[] = [];
    for (const one of found) shown.push(await rightsOf(database, rights, one));
    return shown;
  } finally {
    database.close();
  }
}

async function rightsOf(
  database: Database,
  rights: EffectiveRights,
  track: FoundTrack,
): Promise<ShownRights> {
  const named = { id: track.id, title: track.title, artist: track.artist };
  const [row] = await database.rows(
    `select * from ${parquet(rights.effectiveTable)} where track_id = $id::ubigint`,
    {
      id: track.trackId.toString(),
    },
  );
  if (!row) {
    const reason = "unknown-track";
    return {
      rights: rights.id,
      track: named,
      open: false,
      derive: false,
      reason,
      explanation: RIGHTS_REASONS[reason],
      licence: null,
      attribution: null,
      confidence: null,
      statements: [],
    };
  }
  const effective = parseEffectiveRow(row);
  const ids = [...effective.statementIds, ...effective.otherStatementIds];
  const statements = (
    await database.rows(
      `select * from ${parquet(rights.statementTable)} where statement_id in (select unnest(${sqlTextList(ids)}::varchar[]))`,
    )
  ).map(parseStatementRow);
  return {
    rights: rights.id,
    track: named,
    open: effective.disseminate,
    derive: effective.derive,
    reason: effective.reason,
    explanation: RIGHTS_REASONS[effective.reason],
    licence: effective.licence,
    attribution: effective.attribution,
    confidence: effective.confidence,
    statements: ids.flatMap((id) =>
      statements
        .filter((statement) => statement.statement_id === id)
        .map((statement) => ({ ...statement, decided: effective.statementIds.includes(id) })),
    ),
  };
}

function parquet(path: string): string {
  return `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
}
