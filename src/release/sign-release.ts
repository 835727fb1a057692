import { type Archive, DEADWAX_VERSION, type SigningKey, signDocument } from "../core/index.ts";
import type { Plan } from "../selection/index.ts";
import type { ReleasePlan } from "./plan-release.ts";
import type { ReleaseFile } from "./release-document.ts";

export interface SigningInputs {
  readonly archive: Archive;
  readonly key: SigningKey;
  readonly plan: ReleasePlan;
  readonly created: string;
  readonly rights: string;
  readonly sealingPlan: Plan;
  readonly files: readonly ReleaseFile[];
}

/** Writes `RELEASE.json`: what was planned, of what it was made, and every file with its digest. */
export function signRelease({
  archive,
  key,
  plan,
  created,
  rights,
  sealingPlan,
  files,
}: SigningInputs): Buffer {
  const fields = {
    format: "deadwax-release/1",
    name: plan.name,
    created,
    archive: archive.config.id,
    previous: plan.previous,
    pieceLengthBytes: plan.pieceLengthBytes,
    files: files.map((file) => ({ ...file })),
    tracks: plan.tracks,
    licences: plan.licences.map(({ name, tracks }) => ({ licence: name, tracks })),
    withheld: plan.withheldReasons.map(({ name, tracks }) => ({ reason: name, tracks })),
    contentSha256: plan.contentSha256,
    snapshot: sealingPlan.document.snapshot,
    rights,
    plan: sealingPlan.id,
    program: `deadwax ${DEADWAX_VERSION}`,
  };
  return signDocument(fields, key.did, key.privateKey);
}
