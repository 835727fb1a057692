import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  type Archive,
  appendEvents,
  type Clock,
  canonicalJson,
  DEADWAX_VERSION,
  ensureFolder,
  isoSeconds,
  systemClock,
  UsageError,
  writeFileAtomic,
} from "../core/index.ts";
import { type Declaration, declarationsFolder, parseDeclaration } from "./declaration.ts";
import { hashEvidence, keepEvidence } from "./evidence.ts";
import { type LicenceVerdict, verdictOfText } from "./licence-statement.ts";
import { formatScope, parseScope } from "./scope.ts";
import { countTracksInScope } from "./scope-count.ts";
import { RIGHTS, type Right, type RightsBasis } from "./statement.ts";

export type Act = "disseminate" | "derive";

export interface DeclareRightsOptions {
  readonly archive: Archive;
  readonly clock?: Clock;
  /** `track:<id>`, `album:<title or id>`, `artist:<name>`, `path:<prefix>`, `source:<label>` or `archive`. */
  readonly scope: string;
  /** A licence (SPDX name, Creative Commons URL …), or `LicenseRef-<name>` for a permission of your own. */
  readonly licence?: string | undefined;
  /** A takedown or another order not to release. */
  readonly deny?: boolean | undefined;
  /** The letter, contract or page that proves it. A denial may do without. */
  readonly evidenceFile?: string | undefined;
  readonly covers?: readonly Right[] | undefined;
  /** For `LicenseRef-…`: what the permission allows; dissemination alone unless told. */
  readonly acts?: readonly Act[] | undefined;
  /** `worldwide`, or ISO 3166-1 alpha-2 codes. */
  readonly territory?: string | readonly string[] | undefined;
  /** First and last day, `YYYY-MM-DD`. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly basis?: RightsBasis | undefined;
  readonly note?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface DeclareRightsSummary {
  readonly declaration: string;
  readonly scope: string;
  readonly decision: "grant" | "deny";
  readonly licence: string | null;
  readonly acts: readonly Act[];
  readonly evidenceSha256: string | null;
  /** Tracks of the current snapshot in the scope; null when there is no catalogue yet. */
  readonly tracks: number | null;
  readonly warnings: readonly string[];
}

const LICENSE_REF = /^LicenseRef-[A-Za-z0-9.-]{1,80}$/; // SPDX 3.0, annex B: idstring

/**
 * Records what a person says about rights, with a copy of the evidence. Declarations are never edited; a later one may
 * overrule an older. Throws `UsageError` for what cannot be meant, before anything is written.
 */
export async function declareRights(options: DeclareRightsOptions): Promise<DeclareRightsSummary> {
  const { archive, dryRun = false, evidenceFile } = options;
  const scope = parseScope(options.scope);
  const decision = options.deny === true ? "deny" : "grant";
  const licence = decision === "deny" ? null : declaredLicence(options);
  if (evidenceFile === undefined && decision === "grant") {
    throw new UsageError("a declaration needs evidence", {
      hint: "name the letter, contract or page that proves the right: --evidence FILE",
    });
  }
  const declared = isoSeconds((options.clock ?? systemClock).now());
  const withoutEvidence: Omit<Declaration, "id" | "evidence"> = {
    format: "deadwax-rights-declaration/1",
    scope,
    decision,
    acts: [...(licence?.acts ?? [])],
    licence: licence?.verdict.licence ?? null,
    licenceUri: licence?.verdict.licenceUri ?? null,
    raw: options.licence?.trim() ?? "",
    attribution: licence?.verdict.attribution ?? false,
    covers: [...(options.covers ?? RIGHTS)],
    territories: territoriesOf(options.territory, licence?.verdict),
    start: dayOf(options.start, "start"),
    end: dayOf(options.end, "end"),
    basis: options.basis ?? licence?.verdict.basis ?? "oth",
    note: options.note ?? null,
    declared,
    program: `deadwax ${DEADWAX_VERSION}`,
  };
  const { start, end } = withoutEvidence;
  if (start !== null && end !== null && end < start) {
    throw new UsageError(`the right would end (${end}) before it begins (${start})`);
  }
  const content: Omit<Declaration, "id"> = {
    ...withoutEvidence,
    evidence: evidenceFile === undefined ? null : await takeEvidence(archive, evidenceFile, dryRun),
  };
  const id = `d-${createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 12)}`;
  const bytes = Buffer.from(`${JSON.stringify({ ...content, id }, null, 2)}\n`);
  const checked = parseDeclaration(bytes);
  if (!checked.ok) throw new UsageError(`the declaration is not valid: ${checked.reason}`);
  if (!dryRun) {
    await ensureFolder(declarationsFolder(archive));
    await writeFileAtomic(join(declarationsFolder(archive), `${id}.json`), bytes);
    await appendEvents(archive.layout, options.clock ?? systemClock, [
      {
        eventType: "policy assignment",
        outcome: "success",
        object: id,
        detail: `rights declared: ${decision} ${formatScope(scope)}`,
      },
    ]);
  }
  const tracks = await countTracksInScope(archive, scope, decision);
  return {
    declaration: id,
    scope: formatScope(scope),
    decision,
    licence: content.licence,
    acts: content.acts,
    evidenceSha256: content.evidence?.sha256 ?? null,
    tracks,
    warnings: tracks === 0 ? [`no track of the catalogue is in the scope ${formatScope(scope)}`] : [],
  };
}

function declaredLicence(options: DeclareRightsOptions): { verdict: LicenceVerdict; acts: readonly Act[] } {
  const text = options.licence?.trim() ?? "";
  const hint =
    "write an SPDX name (CC-BY-4.0, GPL-2.0-or-later), a Creative Commons URL, or LicenseRef-<name> for a permission of your own";
  if (text === "") throw new UsageError("a declaration needs a licence", { hint });
  if (LICENSE_REF.test(text)) {
    const acts = options.acts ?? ["disseminate"];
    if (!acts.includes("disseminate")) {
      throw new UsageError("a permission that does not allow giving copies to the public opens nothing");
    }
    return { verdict: permission(text), acts };
  }
  if (options.acts !== undefined) {
    throw new UsageError(`what "${text}" allows is in the licence itself`, {
      hint: "acts are for a permission of your own: --licence LicenseRef-<name>",
    });
  }
  const verdict = verdictOfText(text);
  if (verdict.decision !== "grant") {
    throw new UsageError(`"${text}" is not a licence under which music may be released`, { hint });
  }
  return { verdict, acts: verdict.derive ? ["disseminate", "derive"] : ["disseminate"] };
}

function permission(licence: string): LicenceVerdict {
  return {
    decision: "grant",
    noRight: null,
    disseminate: true,
    derive: false,
    attribution: true,
    licence,
    licenceUri: null,
    territories: [],
    basis: "lic",
  };
}

function territoriesOf(
  territory: string | readonly string[] | undefined,
  verdict: LicenceVerdict | undefined,
): string[] {
  const given = typeof territory === "string" ? territory.split(/[\s,]+/).filter(Boolean) : (territory ?? []);
  const bound = verdict?.territories ?? [];
  if (given.length === 0) return [...bound];
  if (bound.length > 0 && !given.every((code) => bound.includes(code))) {
    throw new UsageError(`"${verdict?.licence}" holds for ${bound.join(", ")} only`);
  }
  if (given.length === 1 && given[0] === "worldwide") return [];
  const wrong = given.find((code) => !/^[A-Z]{2}$/.test(code));
  if (wrong !== undefined) {
    throw new UsageError(`"${wrong}" is not a territory`, {
      hint: "write worldwide, or codes of two capital letters (ISO 3166-1): DE,FR",
    });
  }
  return [...new Set(given)].sort();
}

function dayOf(text: string | undefined, which: string): string | null {
  if (text === undefined) return null;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  if (!date || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== text) {
    throw new UsageError(`the ${which} "${text}" is not a day`, { hint: "write it like 2026-11-23" });
  }
  return text;
}

async function takeEvidence(
  archive: Archive,
  file: string,
  dryRun: boolean,
): Promise<Declaration["evidence"]> {
  return dryRun ? await hashEvidence(file) : await keepEvidence(archive, file);
}
