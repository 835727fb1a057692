import type { CreditFact, CreditRole } from "../facts/fact-tables.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  ownText,
  textOf,
  textsOf,
  type XmlElement,
} from "../xml/xml-element.ts";
import { isoDurationMs, type Parties, worldwide } from "./message.ts";

/** A `<SoundRecording>`, whatever the version. */
export interface ErnRecording {
  readonly isrc: string | null;
  readonly proprietaryId: string | null;
  readonly title: string | null;
  readonly artistCredit: string | null;
  readonly credits: readonly CreditFact[];
  readonly durationMs: number | null;
  readonly explicit: boolean | null;
  readonly language: string | null;
  readonly genres: readonly string[];
}

/** The recordings of a message by their references (`A1`). */
export function recordingsOf(message: XmlElement, parties: Parties): Map<string, ErnRecording> {
  const recordings = new Map<string, ErnRecording>();
  for (const element of childrenOf(childOf(message, "ResourceList"), "SoundRecording")) {
    const reference = textOf(element, "ResourceReference");
    if (reference !== null) recordings.set(reference, recordingOf(element, parties));
  }
  return recordings;
}

/** Titles, artists and dates stand in the element itself (4.x) or in a part for a territory (3.8). */
export function detailsOf(element: XmlElement, name: string): XmlElement {
  return worldwide(childrenOf(element, name)) ?? element;
}

export function titleOf(element: XmlElement, details: XmlElement): string | null {
  const display = ownText(worldwide(childrenOf(element, "DisplayTitleText")));
  if (display !== null) return display;
  const titles = childrenOf(details, "Title");
  const shown = titles.find((title) => title.attributes.TitleType === "DisplayTitle") ?? titles[0];
  const title = shown ?? worldwide(childrenOf(element, "DisplayTitle")) ?? childOf(element, "ReferenceTitle");
  const text = textOf(title, "TitleText");
  const subtitle = textOf(title, "SubTitle");
  return text === null || subtitle === null ? text : `${text} (${subtitle})`;
}

export function artistCreditOf(
  element: XmlElement,
  details: XmlElement,
  credits: readonly CreditFact[],
): string | null {
  const shown =
    ownText(worldwide(childrenOf(element, "DisplayArtistName"))) ??
    ownText(worldwide(childrenOf(details, "DisplayArtistName")));
  const main = credits.filter(({ role }) => role === "main").map(({ name }) => name);
  return shown ?? (main.length > 0 ? main.join(", ") : null);
}

/** Display artists and contributors, in the order of the message; references that lead nowhere are left out. */
export function creditsOf(details: XmlElement, parties: Parties): CreditFact[] {
  const display = [...childrenOf(details, "DisplayArtist")].sort((a, b) => sequenceOf(a) - sequenceOf(b));
  return [
    ...display.flatMap((artist) => {
      const roles = [...textsOf(artist, "ArtistRole"), ...textsOf(artist, "DisplayArtistRole")];
      return creditOf(artist, "ArtistPartyReference", roles, "MainArtist", parties);
    }),
    ...["ResourceContributor", "IndirectResourceContributor", "Contributor"].flatMap((name) =>
      childrenOf(details, name).flatMap((contributor) => {
        const roles = [`${name}Role`, "Role"].flatMap((role) => textsOf(contributor, role));
        return creditOf(contributor, "ContributorPartyReference", roles, "", parties);
      }),
    ),
  ];
}

const ROLES: Readonly<Record<string, CreditRole>> = {
  MainArtist: "main",
  Artist: "main",
  FeaturedArtist: "performer",
  AssociatedPerformer: "performer",
  Soloist: "performer",
  Orchestra: "performer",
  Choir: "performer",
  Ensemble: "performer",
  Band: "performer",
  Composer: "composer",
  ComposerLyricist: "composer",
  Lyricist: "lyricist",
  Author: "lyricist",
  Librettist: "lyricist",
  Conductor: "conductor",
  Arranger: "arranger",
  MusicArranger: "arranger",
  Remixer: "remixer",
  Producer: "producer",
  StudioProducer: "producer",
};

function creditOf(
  element: XmlElement,
  reference: string,
  roles: readonly string[],
  otherwise: string,
  parties: Parties,
): CreditFact[] {
  const party = parties.byReference(textOf(element, reference)) ?? parties.named(element);
  if (party === null) return [];
  const known = (roles.length > 0 ? roles : [otherwise]).map(
    (role): CreditRole => (Object.hasOwn(ROLES, role) ? (ROLES[role] ?? "other") : "other"),
  );
  return [...new Set(known)].map((role) => ({ name: party.name, role, key: party.isni }));
}

function recordingOf(element: XmlElement, parties: Parties): ErnRecording {
  const details = detailsOf(element, "SoundRecordingDetailsByTerritory");
  const editions = childrenOf(element, "SoundRecordingEdition");
  const ids = [element, ...editions].flatMap((part) => [
    ...childrenOf(part, "SoundRecordingId"),
    ...childrenOf(part, "ResourceId"),
  ]);
  const credits = creditsOf(details, parties);
  return {
    isrc: ids.flatMap((id) => textOf(id, "ISRC") ?? [])[0] ?? null,
    proprietaryId: ids.flatMap((id) => textOf(id, "ProprietaryId") ?? [])[0] ?? null,
    title: titleOf(element, details),
    artistCredit: artistCreditOf(element, details, credits),
    credits,
    durationMs: isoDurationMs(textOf(element, "Duration")),
    explicit: explicitOf([
      ...textsOf(details, "ParentalWarningType"),
      ...textsOf(element, "ParentalWarningType"),
    ]),
    language: textOf(element, "LanguageOfPerformance"),
    genres: genreTexts(details),
  };
}

export function genreTexts(details: XmlElement): string[] {
  return childrenOf(details, "Genre").flatMap((genre) => textOf(genre, "GenreText") ?? []);
}

function explicitOf(warnings: readonly string[]): boolean | null {
  if (warnings.includes("Explicit")) return true;
  return warnings.some((warning) => warning === "NotExplicit" || warning === "ExplicitContentEdited")
    ? false
    : null;
}

function sequenceOf(element: XmlElement): number {
  const number = Number(attributeOf(element, "SequenceNumber"));
  return Number.isSafeInteger(number) && number > 0 ? number : Number.MAX_SAFE_INTEGER;
}
