import {
  RIGHTS,
  type RightsStatement,
  type ScopeKind,
  type StatementContent,
  type StatementSource,
  statementOf,
} from "../statement.ts";

/** Where a statement comes from: a declaration by its scope, or what was found with the files. */
export type Level = ScopeKind | Exclude<StatementSource, "declared">;

export const LEVELS: readonly Level[] = [
  "track",
  "path",
  "album",
  "artist",
  "source",
  "archive",
  "deal",
  "tag",
  "dep5",
  "package-copyright",
];

/** A statement of a level; what is not given is plain: CC BY-SA 4.0 on everything, everywhere, always. */
export function said(
  level: Level,
  decision: StatementContent["decision"],
  more: Partial<StatementContent> = {},
): RightsStatement {
  const found = level === "deal" || level === "tag" || level === "dep5" || level === "package-copyright";
  const isGrant = decision === "grant";
  return statementOf({
    scope: { kind: found ? (level === "tag" || level === "deal" ? "track" : "path") : level, value: "x" },
    decision,
    noRight: decision === "none" ? "unreadable" : null,
    disseminate: isGrant,
    derive: isGrant,
    attribution: isGrant,
    licence: isGrant ? "CC-BY-SA-4.0" : null,
    licenceUri: null,
    raw: `${level} ${decision}`,
    covers: RIGHTS,
    territories: [],
    start: null,
    end: null,
    basis: "lic",
    source: found ? level : "declared",
    document: null,
    stanza: null,
    date: "2026-01-01T00:00:00Z",
    evidenceSha256: "0".repeat(64),
    confidence: "high",
    accession: null,
    ...more,
  });
}
