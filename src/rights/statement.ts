import { createHash } from "node:crypto";

/** The two rights in a music file: in the sound recording and in the work recorded. */
export type Right = "recording" | "composition";

export const RIGHTS: readonly Right[] = ["recording", "composition"];

export type ScopeKind = "track" | "album" | "artist" | "path" | "source" | "archive";

export interface Scope {
  readonly kind: ScopeKind;
  readonly value: string;
}

/** What a statement does: gives rights, takes them, or says something from which no right follows. */
export type StatementDecision = "grant" | "deny" | "none";

/** Why a statement of decision `none` gives no right. */
export type NoRightReason =
  | "unreadable"
  | "terms-unknown"
  | "forbidden"
  | "status-only"
  | "ambiguous"
  | "deal";

/** PREMIS 3, rightsBasis: copyright status, licence, statute, institutional policy, other. */
export type RightsBasis = "cop" | "lic" | "sta" | "ins" | "oth";

export type StatementSource = "declared" | "deal" | "tag" | "dep5" | "package-copyright";

export type Confidence = "high" | "medium" | "low";

/** Everything of a statement but its id. */
export interface StatementContent {
  readonly scope: Scope;
  readonly decision: StatementDecision;
  readonly noRight: NoRightReason | null;
  /** What a grant allows: PREMIS acts. */
  readonly disseminate: boolean;
  readonly derive: boolean;
  readonly attribution: boolean;
  /** SPDX identifier, `LicenseRef-…`, or the short name of a rights statement; null when it was not understood. */
  readonly licence: string | null;
  readonly licenceUri: string | null;
  /** As the source said it, cut to `MAX_RAW_CHARS`. */
  readonly raw: string;
  readonly covers: readonly Right[];
  /** ISO 3166-1 alpha-2 codes; empty means worldwide. */
  readonly territories: readonly string[];
  /** First and last day on which it counts (`YYYY-MM-DD`), or null for no bound. */
  readonly start: string | null;
  readonly end: string | null;
  readonly basis: RightsBasis;
  readonly source: StatementSource;
  /** Path of the copyright file in its source, id of the declaration or of the message; null for tags. */
  readonly document: string | null;
  /** For a DEP-5 stanza: its `Files` patterns. */
  readonly stanza: string | null;
  /** When it was said to us: the intake's start, or the declaration's time (ISO 8601, UTC). */
  readonly date: string;
  /** SHA-256 of the exact bytes of evidence; null for a denial that came without any. */
  readonly evidenceSha256: string | null;
  readonly confidence: Confidence;
  readonly accession: string | null;
}

export interface RightsStatement extends StatementContent {
  readonly statementId: string;
}

export const MAX_RAW_CHARS = 2048;

/**
 * `st-` and 64 bits of SHA-256 over the content as a JSON array, in the order of `CONTENT_FIELDS`: the same statement has
 * the same id in every build.
 */
export function statementOf(content: StatementContent): RightsStatement {
  const cut = { ...content, raw: content.raw.slice(0, MAX_RAW_CHARS).toWellFormed() };
  const values = CONTENT_FIELDS.map((field) => cut[field]);
  const digest = createHash("sha256")
    .update(JSON.stringify([cut.scope.kind, cut.scope.value, ...values]))
    .digest("hex");
  return { ...cut, statementId: `st-${digest.slice(0, 16)}` };
}

/** After the kind and the value of the scope. */
const CONTENT_FIELDS = [
  "decision",
  "noRight",
  "disseminate",
  "derive",
  "attribution",
  "licence",
  "licenceUri",
  "raw",
  "covers",
  "territories",
  "start",
  "end",
  "basis",
  "source",
  "document",
  "stanza",
  "date",
  "evidenceSha256",
  "confidence",
  "accession",
] as const satisfies readonly (keyof StatementContent)[];
