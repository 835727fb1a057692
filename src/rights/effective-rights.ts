import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { composeAttribution } from "./attribution.ts";
import { dealStatements } from "./deal-statements.ts";
import { decideRights, type RightsQuestion } from "./decide-rights.ts";
import type { DocumentIndex } from "./document-index.ts";
import type { DocumentFinding } from "./document-statements.ts";
import type { EffectiveRow } from "./rights-tables.ts";
import type { RightsTrack } from "./rights-tracks.ts";
import type { ScopedTrack } from "./scope.ts";
import type { Confidence, RightsStatement } from "./statement.ts";
import { tagStatements } from "./tag-statements.ts";

/** A declaration that counts, with the test of its scope. */
export interface DeclaredStatement {
  readonly statement: RightsStatement;
  readonly isInScope: (track: ScopedTrack) => boolean;
}

export interface TrackRights {
  readonly effective: EffectiveRow;
  readonly statements: readonly RightsStatement[];
}

/** All that speaks for one track, and what follows from it. */
export function rightsOfTrack(
  track: RightsTrack,
  sources: {
    readonly declared: readonly DeclaredStatement[];
    readonly documents: DocumentIndex;
    /** When each accession began, by its id. */
    readonly accessionDates: ReadonlyMap<string, string>;
    readonly question: RightsQuestion;
  },
): TrackRights {
  const finding = sources.documents.findingFor(track.file);
  const statements = [
    ...sources.declared.filter(({ isInScope }) => isInScope(track.scoped)).map(({ statement }) => statement),
    ...dealStatementsOf(track, sources),
    ...tagStatementsOf(track, sources.accessionDates),
    ...(finding ? [finding.statement] : []),
  ];
  const decision = decideRights(statements, sources.question);
  const deciding = new Set(decision.deciding.map(({ statementId }) => statementId));
  const effective: EffectiveRow = {
    trackId: track.trackId,
    disseminate: decision.disseminate,
    derive: decision.derive,
    licence: decision.licence,
    reason: decision.reason,
    statementIds: [...deciding],
    otherStatementIds: [
      ...new Set(statements.map(({ statementId }) => statementId).filter((id) => !deciding.has(id))),
    ],
    attribution: decision.disseminate
      ? attributionOf(track, decision.deciding, decision.licence, finding)
      : null,
    confidence: lowestConfidence(decision.deciding),
  };
  return { effective, statements };
}

/** What deals say of it. */
export function dealStatementsOf(
  { trackId, deals }: Pick<RightsTrack, "trackId" | "deals">,
  sources: { readonly accessionDates: ReadonlyMap<string, string>; readonly question: RightsQuestion },
): RightsStatement[] {
  return dealStatements(trackIdFromBigInt(trackId), deals, {
    recipient: sources.question.dealRecipient ?? null,
    accessionDates: sources.accessionDates,
  });
}

/** What the file's own tags say. */
export function tagStatementsOf(
  track: Pick<RightsTrack, "trackId" | "accession" | "tags">,
  accessionDates: ReadonlyMap<string, string>,
): RightsStatement[] {
  return tagStatements(trackIdFromBigInt(track.trackId), track.tags, {
    date: accessionDates.get(track.accession) ?? "",
    accession: track.accession,
  });
}

function attributionOf(
  track: RightsTrack,
  deciding: readonly RightsStatement[],
  licence: string | null,
  finding: DocumentFinding | null,
): string | null {
  if (licence === null || !deciding.some(({ attribution }) => attribution)) return null;
  const uris = [
    ...new Set(deciding.filter((one) => licence.includes(one.licence ?? "?")).map((one) => one.licenceUri)),
  ];
  const firstTag = (...keys: string[]): string | null =>
    track.tags.find(({ key, value }) => keys.includes(key) && value.trim() !== "")?.value ?? null;
  const composers = track.composers.length > 0 ? track.composers.join(", ") : null;
  return composeAttribution({
    title: track.title,
    author:
      track.artistCredit ??
      track.albumArtist ??
      composers ??
      firstTag("COPYRIGHT") ??
      finding?.holders ??
      null,
    source: finding?.packageName ? `Debian package ${finding.packageName}` : null,
    licence,
    licenceUri: uris.length === 1 ? (uris[0] ?? null) : null,
  });
}

const CONFIDENCES: readonly Confidence[] = ["low", "medium", "high"];

function lowestConfidence(statements: readonly RightsStatement[]): Confidence | null {
  return CONFIDENCES.find((level) => statements.some(({ confidence }) => confidence === level)) ?? null;
}
