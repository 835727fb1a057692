import { licenceTerms, type NormalisedLicence, normaliseLicence } from "../formats/rights/index.ts";
import type { NoRightReason, RightsBasis, StatementContent } from "./statement.ts";

/** The part of a statement that follows from the licence it names. */
export type LicenceVerdict = Pick<
  StatementContent,
  | "decision"
  | "noRight"
  | "disseminate"
  | "derive"
  | "attribution"
  | "licence"
  | "licenceUri"
  | "territories"
  | "basis"
>;

const NOTHING = { disseminate: false, derive: false, attribution: false, territories: [] } as const;

/** What the text of a licence field gives. Text that is not understood gives nothing. */
export function verdictOfText(text: string): LicenceVerdict {
  const named = normaliseLicence(text);
  if (named.ok) return verdictOf(named);
  return reservesAllRights(text) ? denial() : noVerdict("unreadable");
}

/** What a licence gives by its SPDX identifier. */
export function verdictOfSpdx(spdx: string): LicenceVerdict {
  const named = normaliseLicence(spdx);
  if (named.ok && named.spdx === spdx) return verdictOf(named);
  return verdictOf({ ok: true, spdx, uri: `https://spdx.org/licenses/${spdx}.html`, kind: "licence" });
}

export function denial(): LicenceVerdict {
  return { ...NOTHING, decision: "deny", noRight: null, licence: null, licenceUri: null, basis: "cop" };
}

export function noVerdict(noRight: NoRightReason): LicenceVerdict {
  return { ...NOTHING, decision: "none", noRight, licence: null, licenceUri: null, basis: "oth" };
}

/** "All rights reserved", in the words in which tags and sleeves say it. */
export function reservesAllRights(text: string): boolean {
  return RESERVED.test(text.slice(0, MAX_TEXT_CHARS));
}

const MAX_TEXT_CHARS = 65_536;
const RESERVED =
  /all rights (?:are )?reserved|alle rechte vorbehalten|tous droits r[ée]serv[ée]s|todos los derechos reservados|tutti i diritti (?:sono )?riservati|alle rechten voorbehouden|unauthori[sz]ed (?:copying|duplication|reproduction)/i;

function verdictOf(named: Extract<NormalisedLicence, { ok: true }>): LicenceVerdict {
  const { spdx, uri, kind } = named;
  if (kind === "statement") return statusVerdict(spdx, uri);
  const terms = licenceTerms(spdx);
  const basis: RightsBasis = kind === "mark" ? "cop" : "lic";
  const name = { licence: spdx, licenceUri: uri, basis };
  if (!terms) return { ...noVerdict("terms-unknown"), ...name };
  if (!terms.disseminate) return { ...noVerdict("forbidden"), ...name };
  const { derive, attribution } = terms;
  return {
    ...name,
    decision: "grant",
    noRight: null,
    disseminate: true,
    derive,
    attribution,
    territories: [],
  };
}

/** rightsstatements.org: only `NoC-US` says that anyone may give out copies, and that for the United States alone. */
function statusVerdict(name: string, uri: string | null): LicenceVerdict {
  const status = { licence: name, licenceUri: uri, basis: "cop" } as const;
  if (name !== "NoC-US") return { ...noVerdict("status-only"), ...status };
  return {
    ...status,
    decision: "grant",
    noRight: null,
    disseminate: true,
    derive: true,
    attribution: false,
    territories: ["US"],
  };
}
