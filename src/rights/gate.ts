import { type Archive, type Clock, Database, FailedError, sqlText, systemClock } from "../core/index.ts";
import type { RightsReason } from "./reason.ts";
import { readRightsFacts } from "./rights-facts.ts";
import { currentRights, type EffectiveRights } from "./rights-store.ts";
import {
  type EffectiveRow,
  parseEffectiveRow,
  parseStatementRow,
  type StoredStatement,
} from "./rights-tables.ts";
import type { Confidence } from "./statement.ts";

/** What the gate says of one track. */
export interface GateDecision {
  /** The track may be given to the public, as it was received. */
  readonly open: boolean;
  /** It may also be given in another format, as an access copy. Never true when `open` is not. */
  readonly derive: boolean;
  readonly reason: RightsReason;
  readonly licence: string | null;
  /** The credit that the licence asks for; null when it asks for none, or when the gate is shut. */
  readonly attribution: string | null;
  /** How sure the decision is; null when nobody has said anything. */
  readonly confidence: Confidence | null;
  /** What decided: the statements with their evidence. */
  readonly statements: readonly StoredStatement[];
}

export interface Gate {
  readonly rightsId: string;
  /** Never throws; a track that is not known is dark. */
  decide(trackId: bigint): GateDecision;
}

const UNKNOWN_TRACK: GateDecision = {
  open: false,
  derive: false,
  reason: "unknown-track",
  licence: null,
  attribution: null,
  confidence: null,
  statements: [],
};

/**
 * Loads the decisions for all tracks. Throws `FailedError` when they were computed for another snapshot, other
 * declarations, another policy or other days: a stale decision is no decision.
 */
export async function loadGate(archive: Archive, options: { readonly clock?: Clock } = {}): Promise<Gate> {
  const rights = await freshRights(archive, options);
  const statements = new Map<string, StoredStatement>();
  const tracks = new Map<bigint, EffectiveRow>();
  const database = await Database.open();
  try {
    const from = (path: string): string => `read_parquet(${sqlText(path)}, hive_partitioning = false)`;
    const used = `select distinct unnest(statement_ids) from ${from(rights.effectiveTable)}`;
    const needed = `select * from ${from(rights.statementTable)} where statement_id in (${used})`;
    for await (const row of database.stream(needed)) {
      const statement = parseStatementRow(row);
      statements.set(statement.statement_id, statement);
    }
    for await (const row of database.stream(`select * from ${from(rights.effectiveTable)}`)) {
      const effective = parseEffectiveRow(row);
      tracks.set(effective.trackId, effective);
    }
  } finally {
    database.close();
  }
  return {
    rightsId: rights.id,
    decide(trackId) {
      const row = tracks.get(trackId);
      if (!row) return UNKNOWN_TRACK;
      return {
        open: row.disseminate,
        derive: row.disseminate && row.derive,
        reason: row.reason,
        licence: row.licence,
        attribution: row.attribution,
        confidence: row.confidence,
        statements: row.statementIds.flatMap((id) => statements.get(id) ?? []),
      };
    },
  };
}

/** The current rights, when they hold for what there is now. Throws `FailedError` as `loadGate` does. */
export async function freshRights(
  archive: Archive,
  options: { readonly clock?: Clock } = {},
): Promise<EffectiveRights> {
  const rights = await currentRights(archive);
  await checkFresh(archive, rights, options.clock ?? systemClock);
  return rights;
}

async function checkFresh(archive: Archive, rights: EffectiveRights, clock: Clock): Promise<void> {
  const { id } = await readRightsFacts(archive, clock.now());
  if (id === rights.id) return;
  throw new FailedError(
    "the rights are out of date: the catalogue, a declaration, the policy, the day or what sounds the same has changed",
    {
      hint: "compute them anew: deadwax rights build",
    },
  );
}
