import type { GateDecision } from "../rights/index.ts";
import { gateSides, type Tier } from "../selection/index.ts";
import type { TrackRights } from "./track-facts.ts";

/** What the gate says now of a track that is kept as `disposition`, for the track's JSON. */
export function trackRights(decision: GateDecision, disposition: Tier): TrackRights {
  return {
    gate: gateSides(decision)[disposition],
    reason: decision.reason,
    licence: decision.licence,
    attribution: decision.attribution,
    statements: decision.statements.map((statement) => ({
      decision: statement.decision,
      licence: statement.licence,
      licenceUri: statement.licence_uri,
      source: statement.source,
      document: statement.source === "declared" ? null : statement.document,
      basis: statement.basis,
      evidenceSha256: statement.evidence_sha256,
    })),
  };
}
