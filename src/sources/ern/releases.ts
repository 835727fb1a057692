import type { FactRow, IdentifierFact } from "../facts/fact-tables.ts";
import { childOf, childrenOf, ownText, textOf, textsOf, type XmlElement } from "../xml/xml-element.ts";
import { type Parties, worldwide } from "./message.ts";
import { artistCreditOf, creditsOf, detailsOf, genreTexts, titleOf } from "./recordings.ts";

/** A product, or the release of a single track of it. */
export interface ErnRelease {
  readonly reference: string;
  readonly isTrackRelease: boolean;
  /** ICPN, else GRid, else the sender's own id; null when there is none. */
  readonly key: string | null;
  readonly row: FactRow<"releases">;
  /** Where its resources stand, in order. */
  readonly resources: readonly {
    readonly reference: string;
    readonly discNo: number | null;
    readonly trackNo: number;
  }[];
}

export function releasesOf(message: XmlElement, parties: Parties): ErnRelease[] {
  const list = childOf(message, "ReleaseList");
  return [...childrenOf(list, "Release"), ...childrenOf(list, "TrackRelease")].flatMap((element) => {
    const reference = textOf(element, "ReleaseReference");
    return reference === null ? [] : [releaseOf(element, reference, parties)];
  });
}

function releaseOf(element: XmlElement, reference: string, parties: Parties): ErnRelease {
  const details = detailsOf(element, "ReleaseDetailsByTerritory");
  const ids = childrenOf(element, "ReleaseId");
  const idOf = (name: string): string | null => ids.flatMap((id) => textOf(id, name) ?? [])[0] ?? null;
  const icpn = idOf("ICPN");
  const grid = idOf("GRid");
  const key = icpn ?? grid ?? idOf("ProprietaryId");
  const types = [...textsOf(element, "ReleaseType"), ...textsOf(details, "ReleaseType")];
  const isTrackRelease = element.name === "TrackRelease" || types.includes("TrackRelease");
  const credits = creditsOf(details, parties);
  const catalogueNumber = idOf("CatalogNumber");
  const identifiers: IdentifierFact[] = grid === null ? [] : [{ scheme: "grid", value: grid }];
  return {
    reference,
    isTrackRelease,
    key,
    resources: resourcesOf(element, details),
    row: {
      release_key: key,
      title: titleOf(element, details),
      artist_credit: artistCreditOf(element, details, credits),
      credits,
      release_date: dateOf(element, details),
      labels: labelsOf(element, details, parties),
      catalogue_numbers: catalogueNumber === null ? [] : [catalogueNumber],
      barcode: icpn,
      release_type: types[0]?.toLowerCase() ?? null,
      identifiers,
      genres: genreTexts(details),
    },
  };
}

function dateOf(element: XmlElement, details: XmlElement): string | null {
  const names = ["OriginalReleaseDate", "ReleaseDate", "GlobalOriginalReleaseDate", "GlobalReleaseDate"];
  const dates = names.flatMap(
    (name) => ownText(worldwide([...childrenOf(details, name), ...childrenOf(element, name)])) ?? [],
  );
  return dates[0]?.slice(0, 10) ?? null;
}

function labelsOf(element: XmlElement, details: XmlElement, parties: Parties): string[] {
  const referred = textsOf(element, "ReleaseLabelReference").flatMap(
    (label) => parties.byReference(label)?.name ?? [],
  );
  return [...new Set([...textsOf(details, "LabelName"), ...referred])];
}

/** From the groups, which know the order; else from the plain list. A group in the group is a disc. */
function resourcesOf(element: XmlElement, details: XmlElement): ErnRelease["resources"] {
  const found: { reference: string; discNo: number | null; trackNo: number }[] = [];
  const outer = [
    ...childrenOf(details, "ResourceGroup"),
    ...(details === element ? [] : childrenOf(element, "ResourceGroup")),
  ];
  for (const group of outer) {
    addItems(group, null, found);
    const discs = childrenOf(group, "ResourceGroup");
    for (const [index, disc] of discs.entries()) {
      addItems(disc, numberOf(disc, "SequenceNumber") ?? index + 1, found);
      for (const inner of childrenOf(disc, "ResourceGroup"))
        addItems(inner, numberOf(disc, "SequenceNumber") ?? index + 1, found);
    }
  }
  if (found.length > 0) return found;
  const listed = [
    ...textsOf(element, "ReleaseResourceReference"),
    ...textsOf(childOf(element, "ReleaseResourceReferenceList"), "ReleaseResourceReference"),
  ];
  return listed.map((reference, index) => ({ reference, discNo: null, trackNo: index + 1 }));
}

function addItems(
  group: XmlElement,
  discNo: number | null,
  into: { reference: string; discNo: number | null; trackNo: number }[],
): void {
  for (const [index, item] of childrenOf(group, "ResourceGroupContentItem").entries()) {
    for (const reference of textsOf(item, "ReleaseResourceReference")) {
      into.push({ reference, discNo, trackNo: numberOf(item, "SequenceNumber") ?? index + 1 });
    }
  }
}

function numberOf(element: XmlElement, name: string): number | null {
  const text = textOf(element, name) ?? "";
  return /^\d{1,5}$/.test(text) ? Number(text) : null;
}
