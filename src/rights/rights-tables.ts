import { z } from "zod";
import type { TableRow, TableSchema } from "../core/index.ts";
import { isRightsReason, type RightsReason } from "./reason.ts";
import type { Confidence, RightsStatement } from "./statement.ts";

/** `statement.parquet`: docs/formats/rights.md. */
export const STATEMENT_COLUMNS = {
  statement_id: "VARCHAR",
  scope_kind: "VARCHAR",
  scope_value: "VARCHAR",
  decision: "VARCHAR",
  no_right: "VARCHAR",
  acts: "VARCHAR[]",
  attribution: "BOOLEAN",
  licence: "VARCHAR",
  licence_uri: "VARCHAR",
  raw: "VARCHAR",
  covers: "VARCHAR[]",
  territory: "VARCHAR[]",
  start_date: "VARCHAR",
  end_date: "VARCHAR",
  basis: "VARCHAR",
  source: "VARCHAR",
  document: "VARCHAR",
  stanza: "VARCHAR",
  date: "VARCHAR",
  evidence_sha256: "VARCHAR",
  confidence: "VARCHAR",
  accession: "VARCHAR",
} as const satisfies TableSchema;

/** `effective.parquet`: docs/formats/rights.md. */
export const EFFECTIVE_COLUMNS = {
  track_id: "UBIGINT",
  disseminate: "BOOLEAN",
  derive: "BOOLEAN",
  licence: "VARCHAR",
  reason: "VARCHAR",
  statement_ids: "VARCHAR[]",
  other_statement_ids: "VARCHAR[]",
  attribution: "VARCHAR",
  confidence: "VARCHAR",
} as const satisfies TableSchema;

export interface EffectiveRow {
  readonly trackId: bigint;
  readonly disseminate: boolean;
  readonly derive: boolean;
  readonly licence: string | null;
  readonly reason: RightsReason;
  /** The statements that decided, then the others that speak for the track. */
  readonly statementIds: readonly string[];
  readonly otherStatementIds: readonly string[];
  readonly attribution: string | null;
  readonly confidence: Confidence | null;
}

export function statementRow(statement: RightsStatement): TableRow {
  const acts = [statement.disseminate && "disseminate", statement.derive && "derive"];
  return {
    statement_id: statement.statementId,
    scope_kind: statement.scope.kind,
    scope_value: statement.scope.value,
    decision: statement.decision,
    no_right: statement.noRight,
    acts: acts.filter((act) => act !== false),
    attribution: statement.attribution,
    licence: statement.licence,
    licence_uri: statement.licenceUri,
    raw: statement.raw,
    covers: statement.covers,
    territory: statement.territories.length > 0 ? statement.territories : ["worldwide"],
    start_date: statement.start,
    end_date: statement.end,
    basis: statement.basis,
    source: statement.source,
    document: statement.document,
    stanza: statement.stanza,
    date: statement.date,
    evidence_sha256: statement.evidenceSha256,
    confidence: statement.confidence,
    accession: statement.accession,
  };
}

export function effectiveRow(row: EffectiveRow): TableRow {
  return {
    track_id: row.trackId,
    disseminate: row.disseminate,
    derive: row.derive,
    licence: row.licence,
    reason: row.reason,
    statement_ids: row.statementIds,
    other_statement_ids: row.otherStatementIds,
    attribution: row.attribution,
    confidence: row.confidence,
  };
}

const confidence = z.enum(["high", "medium", "low"]);
const optionalText = z.string().nullable();

const effectiveSchema = z.object({
  track_id: z.bigint(),
  disseminate: z.boolean(),
  derive: z.boolean(),
  licence: optionalText,
  reason: z.string().refine(isRightsReason),
  statement_ids: z.array(z.string()),
  other_statement_ids: z.array(z.string()),
  attribution: optionalText,
  confidence: confidence.nullable(),
});

export function parseEffectiveRow(row: unknown): EffectiveRow {
  const data = effectiveSchema.parse(row);
  return {
    trackId: data.track_id,
    disseminate: data.disseminate,
    derive: data.derive,
    licence: data.licence,
    reason: data.reason,
    statementIds: data.statement_ids,
    otherStatementIds: data.other_statement_ids,
    attribution: data.attribution,
    confidence: data.confidence,
  };
}

const statementSchema = z.object({
  statement_id: z.string(),
  scope_kind: z.string(),
  scope_value: z.string(),
  decision: z.enum(["grant", "deny", "none"]),
  no_right: optionalText,
  acts: z.array(z.enum(["disseminate", "derive"])),
  licence: optionalText,
  licence_uri: optionalText,
  raw: z.string(),
  covers: z.array(z.string()),
  territory: z.array(z.string()),
  start_date: optionalText,
  end_date: optionalText,
  basis: z.string(),
  source: z.string(),
  document: optionalText,
  stanza: optionalText,
  date: z.string(),
  evidence_sha256: optionalText,
  confidence,
  accession: optionalText,
});

/** A statement as it stands in the table, for showing. */
export type StoredStatement = z.infer<typeof statementSchema>;

export function parseStatementRow(row: unknown): StoredStatement {
  return statementSchema.parse(row);
}
