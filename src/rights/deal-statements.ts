import { COUNTRY_CODES, isCountryCode } from "../formats/rights/index.ts";
import { RIGHTS, type RightsStatement, type StatementContent, statementOf } from "./statement.ts";

/** The terms of a deal of a message, for a recording of which a file is held. */
export interface Deal {
  readonly messageId: string;
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly territories: readonly string[];
  readonly excludedTerritories: readonly string[];
  readonly useTypes: readonly string[];
  readonly commercialModels: readonly string[];
  readonly start: string | null;
  readonly end: string | null;
  readonly isTakedown: boolean;
  /** Names of terms that were not understood. */
  readonly conditions: readonly string[];
  readonly evidenceSha256: string;
  readonly accession: string;
  /** The file surely is of the recording that the deal is for. */
  readonly isSure: boolean;
}

/** The one use that is what a release does: copies that stay with whoever fetches them. */
const USE_TYPE = "PermanentDownload";
/** The one model under which an archive gives. */
const COMMERCIAL_MODEL = "FreeOfChargeModel";

/**
 * What deals say of one track. A deal is a licence to the recipient of its message and to nobody else: it gives a right,
 * in the recording alone, only when the recipient is this archive, the use is a permanent download free of charge, and
 * all of its terms are understood. Whoever has made deals has not given the recording to the world, so that there is a
 * doubt besides, which what is found with the file does not overrule. A takedown denies.
 */
export function dealStatements(
  track: string,
  deals: readonly Deal[],
  context: { readonly recipient: string | null; readonly accessionDates: ReadonlyMap<string, string> },
): RightsStatement[] {
  const [first] = deals;
  if (first === undefined) return [];
  const made = (deal: Deal, verdict: Verdict): RightsStatement =>
    statementOf({
      ...verdict,
      scope: { kind: "track", value: track },
      disseminate: verdict.decision === "grant",
      derive: false,
      attribution: false,
      licenceUri: null,
      raw: describe(deal),
      source: "deal",
      document: deal.messageId.slice(0, 200),
      stanza: null,
      date: context.accessionDates.get(deal.accession) ?? "",
      evidenceSha256: deal.evidenceSha256,
      confidence: "medium",
      accession: deal.accession,
    });
  const said = deals.flatMap((deal) => {
    const verdict = verdictOf(deal, context.recipient);
    return verdict === null ? [] : [made(deal, verdict)];
  });
  const unique = new Map([...said, made(first, DOUBT)].map((one) => [one.statementId, one]));
  return [...unique.values()];
}

type Verdict = Pick<
  StatementContent,
  "decision" | "noRight" | "licence" | "covers" | "territories" | "start" | "end" | "basis"
>;

const DOUBT: Verdict = {
  decision: "none",
  noRight: "deal",
  licence: null,
  covers: ["recording"],
  territories: [],
  start: null,
  end: null,
  basis: "lic",
};

function verdictOf(deal: Deal, recipient: string | null): Verdict | null {
  const { start, end } = deal;
  if (deal.isTakedown) {
    // What of it is not understood makes it reach further.
    const territories = grantedTerritories(deal) ?? [];
    return { ...DOUBT, decision: "deny", noRight: null, covers: RIGHTS, territories, start };
  }
  const isOurs =
    recipient !== null && deal.recipients.some((one) => plainParty(one) === plainParty(recipient));
  const isFree = deal.useTypes.includes(USE_TYPE) && deal.commercialModels.includes(COMMERCIAL_MODEL);
  if (!isOurs || !isFree || !deal.isSure || deal.conditions.length > 0 || start === null) return null;
  const territories = grantedTerritories(deal);
  if (territories === null) return null;
  return {
    ...DOUBT,
    decision: "grant",
    noRight: null,
    licence: "LicenseRef-ddex-deal",
    territories,
    start,
    end,
  };
}

/** Countries; none means all the world; null when there is no saying. */
function grantedTerritories({ territories, excludedTerritories }: Deal): string[] | null {
  if (!excludedTerritories.every(isCountryCode)) return null;
  const isWorld =
    territories.includes("Worldwide") || (territories.length === 0 && excludedTerritories.length > 0);
  if (isWorld && excludedTerritories.length === 0) return [];
  const codes = isWorld ? COUNTRY_CODES : territories.filter(isCountryCode);
  const left = codes.filter((code) => !excludedTerritories.includes(code)).sort();
  return left.length === 0 ? null : [...new Set(left)];
}

/** Written with hyphens or without. */
function plainParty(id: string): string {
  return id.replace(/[\s-]/g, "").toUpperCase();
}

function describe(deal: Deal): string {
  const list = (values: readonly string[]): string => values.slice(0, 20).join(", ");
  return [
    `message ${deal.messageId} from ${deal.sender || "?"} to ${list(deal.recipients) || "?"}`,
    deal.isTakedown ? "takedown" : `${list(deal.useTypes)} under ${list(deal.commercialModels)}`,
    `in ${list(deal.territories) || "?"}${deal.excludedTerritories.length > 0 ? ` without ${list(deal.excludedTerritories)}` : ""}`,
    `from ${deal.start ?? "?"} to ${deal.end ?? "no end"}`,
    ...(deal.conditions.length > 0 ? [`terms not understood: ${list(deal.conditions)}`] : []),
  ].join("; ");
}
