import { attributeOf, childOf, childrenOf, textOf, textsOf, type XmlElement } from "../xml/xml-element.ts";

/** The two families of versions that are read: 3.8, 3.8.1 …; 4.1, 4.1.1 … 4.3.2. */
export type ErnFamily = 3 | 4;

export interface ErnHeader {
  readonly messageId: string;
  /** ISO 8601, as written. */
  readonly created: string;
  readonly sender: string | null;
  /** Party ids of all recipients. */
  readonly recipients: readonly string[];
}

const NAMESPACE = /^http:\/\/(?:service\.)?ddex\.net\/xml\/ern\/(?:(38\d?)|4\d{1,2})$/;

/** Roots that come with messages and say nothing about releases. */
const MANIFEST = /(?:^|:)ManifestMessage$/;

export function isManifest(name: string): boolean {
  return MANIFEST.test(name);
}

/** Says why the root element is no message that is read, or null. */
export function refuseErnRoot(name: string, attributes: Readonly<Record<string, string>>): string | null {
  if (isManifest(name)) return null;
  const shown = name.slice(0, 60);
  if (localName(name) !== "NewReleaseMessage")
    return `the root element <${shown}>: only NewReleaseMessage is read`;
  const namespace = namespaceOf(name, attributes);
  if (NAMESPACE.test(namespace ?? "")) return null;
  return `the namespace "${(namespace ?? "").slice(0, 100)}": ERN 3.8 and 4 are read`;
}

export function familyOf(message: XmlElement): ErnFamily {
  return NAMESPACE.exec(namespaceOf(message.name, message.attributes) ?? "")?.[1] === undefined ? 4 : 3;
}

/** The header, or why the message is not read. */
export function headerOf(
  header: XmlElement | undefined,
): { readonly ok: true; readonly header: ErnHeader } | { readonly ok: false; readonly reason: string } {
  const bad = (reason: string) => ({ ok: false, reason }) as const;
  const messageId = textOf(header, "MessageId");
  const created = textOf(header, "MessageCreatedDateTime");
  if (messageId === null) return bad("a message without a MessageId");
  if (created === null || Number.isNaN(Date.parse(created)))
    return bad("a message without the time of its creation");
  if (textOf(header, "MessageControlType") === "TestMessage") return bad("a test message");
  return {
    ok: true,
    header: {
      messageId,
      created,
      sender: partyIds(header, "MessageSender")[0] ?? null,
      recipients: partyIds(header, "MessageRecipient"),
    },
  };
}

/** The element for all the world where there are several for territories, else the first. */
export function worldwide(elements: readonly XmlElement[]): XmlElement | undefined {
  return (
    elements.find((element) => textsOf(element, "TerritoryCode").includes("Worldwide")) ??
    elements.find((element) => attributeOf(element, "ApplicableTerritoryCode") === "Worldwide") ??
    elements.find((element) => attributeOf(element, "ApplicableTerritoryCode") === null) ??
    elements[0]
  );
}

/** `PT0H3M45S`, `PT225.5S` in milliseconds; null for anything else, for zero and for more than a day. */
export function isoDurationMs(text: string | null): number | null {
  const match = /^PT(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?$/.exec(text ?? "");
  if (match === null) return null;
  const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number(part ?? 0));
  const durationMs = Math.round((hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1000);
  return durationMs > 0 && durationMs <= 86_400_000 ? durationMs : null;
}

/** The names of `<PartyName>`, or of the parties of `<PartyList>` by their references. */
export class Parties {
  readonly #byReference = new Map<string, XmlElement>();

  constructor(message: XmlElement) {
    for (const party of childrenOf(childOf(message, "PartyList"), "Party")) {
      const reference = textOf(party, "PartyReference");
      if (reference !== null) this.#byReference.set(reference, party);
    }
  }

  /** Null for a reference that leads nowhere. */
  byReference(reference: string | null): { readonly name: string; readonly isni: string | null } | null {
    const party = reference === null ? undefined : this.#byReference.get(reference);
    return party === undefined ? null : this.named(party);
  }

  /** A party that stands there with its name. */
  named(party: XmlElement): { readonly name: string; readonly isni: string | null } | null {
    const names = childrenOf(party, "PartyName");
    const name = textOf(worldwide(names), "FullName");
    const isni = childrenOf(party, "PartyId").flatMap((id) => textOf(id, "ISNI") ?? [])[0] ?? null;
    return name === null ? null : { name, isni };
  }
}

function partyIds(header: XmlElement | undefined, role: string): string[] {
  return childrenOf(header, role).flatMap((party) => textsOf(party, "PartyId"));
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function namespaceOf(name: string, attributes: Readonly<Record<string, string>>): string | null {
  const colon = name.indexOf(":");
  const key = colon < 0 ? "xmlns" : `xmlns:${name.slice(0, colon)}`;
  return Object.hasOwn(attributes, key) ? (attributes[key] ?? null) : null;
}
