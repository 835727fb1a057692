import { childOf, childrenOf, textOf, textsOf, type XmlElement } from "../xml/xml-element.ts";

/** The terms of one `<Deal>`, as the message has them. */
export interface ErnDeal {
  readonly territories: readonly string[];
  readonly excludedTerritories: readonly string[];
  readonly useTypes: readonly string[];
  readonly commercialModels: readonly string[];
  /** First and last day on which it surely holds, `YYYY-MM-DD`, or null where the message has no such bound. */
  readonly startDate: string | null;
  readonly endDate: string | null;
  readonly isTakedown: boolean;
  /** Names of terms that are not understood: whoever relies on the deal has to know them. */
  readonly conditions: readonly string[];
}

const KNOWN_TERMS: ReadonlySet<string> = new Set([
  "CommercialModelType",
  "Usage",
  "UseType",
  "TerritoryCode",
  "ExcludedTerritoryCode",
  "ValidityPeriod",
  "TakeDown",
]);

/** The deals by the reference of the release that they are for. */
export function dealsOf(message: XmlElement): Map<string, ErnDeal[]> {
  const byRelease = new Map<string, ErnDeal[]>();
  for (const releaseDeal of childrenOf(childOf(message, "DealList"), "ReleaseDeal")) {
    const deals = childrenOf(releaseDeal, "Deal").flatMap((deal) => dealTerms(deal));
    for (const reference of textsOf(releaseDeal, "DealReleaseReference")) {
      byRelease.set(reference, [...(byRelease.get(reference) ?? []), ...deals]);
    }
  }
  return byRelease;
}

function dealTerms(deal: XmlElement): ErnDeal[] {
  return childrenOf(deal, "DealTerms").map((terms) => {
    const usages = childrenOf(terms, "Usage");
    const period = childrenOf(terms, "ValidityPeriod");
    const start = dayOf(period, "StartDate", "StartDateTime", 1);
    const end = dayOf(period, "EndDate", "EndDateTime", -1);
    return {
      territories: textsOf(terms, "TerritoryCode"),
      excludedTerritories: textsOf(terms, "ExcludedTerritoryCode"),
      useTypes: [...textsOf(terms, "UseType"), ...usages.flatMap((usage) => textsOf(usage, "UseType"))],
      commercialModels: textsOf(terms, "CommercialModelType"),
      startDate: start.day,
      endDate: end.day,
      isTakedown: textOf(terms, "TakeDown")?.toLowerCase() === "true",
      conditions: [
        ...terms.children.map(({ name }) => name).filter((name) => !KNOWN_TERMS.has(name)),
        ...usages
          .flatMap((usage) => usage.children.map(({ name }) => name))
          .filter((name) => name !== "UseType"),
        ...deal.children.map(({ name }) => name).filter((name) => !isPlain(name)),
        ...(period.length === 1 ? [] : ["ValidityPeriod"]),
        // Without a beginning that is understood nobody knows whether it has begun.
        ...(start.day === null ? ["StartDate"] : []),
        ...(end.isUnread ? ["EndDate"] : []),
      ],
    };
  });
}

/** What a `<Deal>` may have beside its terms without changing them. */
function isPlain(name: string): boolean {
  return name === "DealTerms" || name === "DealReference";
}

/**
 * A day as it is written. Of a point in time the day itself is not sure, neither its beginning nor its end nor whose day
 * it is: the next day inside the period is.
 */
function dayOf(
  periods: readonly XmlElement[],
  dayName: string,
  timeName: string,
  inwards: 1 | -1,
): { readonly day: string | null; readonly isUnread: boolean } {
  const days = periods.flatMap((period) => textsOf(period, dayName));
  const times = periods.flatMap((period) => textsOf(period, timeName));
  const [text] = [...days, ...times];
  if (text === undefined) return { day: null, isUnread: false };
  const day = /^(\d{4}-\d{2}-\d{2})(?:$|T)/.exec(text)?.[1] ?? "";
  const ms = Date.parse(`${day}T00:00:00Z`);
  const isSame = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
  if (!isSame || days.length + times.length > 1) return { day: null, isUnread: true };
  const isPoint = days.length === 0 || text.length > 10;
  return {
    day: new Date(ms + (isPoint ? inwards * 86_400_000 : 0)).toISOString().slice(0, 10),
    isUnread: false,
  };
}
