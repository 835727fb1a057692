import type { CreditFact, FactRow, IdentifierFact } from "../facts/fact-tables.ts";
import { attributeOf, childOf, childrenOf, textOf, textsOf, type XmlElement } from "../xml/xml-element.ts";
import { artistCredit, artistsOf, extraCredits, mainCredits } from "./credits.ts";
import { durationMs, type ListedTrack, listedTracks, tracksNamed } from "./track-list.ts";

export type Rows =
  | {
      readonly ok: true;
      readonly release: FactRow<"releases">;
      readonly tracks: readonly FactRow<"tracks">[];
    }
  | { readonly ok: false; readonly reason: string };

/** A `<release>` of the releases dump. */
export function releaseRows(element: XmlElement): Rows {
  const id = attributeOf(element, "id");
  if (id === null || !/^\d{1,12}$/.test(id)) return { ok: false, reason: "a release without an id" };
  const status = attributeOf(element, "status");
  if (status !== null && status !== "Accepted")
    return { ok: false, reason: `a release whose status is "${status.slice(0, 40)}"` };
  if (childOf(element, "tracklist") === undefined)
    return { ok: false, reason: "a release without a track list" };
  const listed = listedTracks(element);
  const codes = identifiersOf(element);
  const extra = splitExtra(element, listed);
  const releaseDate = partialDate(textOf(element, "released"));
  const artists = artistsOf(element, "artists");
  const genres = genresOf(element);
  const release: FactRow<"releases"> = {
    release_key: id,
    title: textOf(element, "title"),
    artist_credit: artistCredit(artists),
    credits: [...mainCredits(artists), ...extra.whole],
    release_date: releaseDate,
    country: textOf(element, "country"),
    ...labelsOf(element),
    barcode: codes.find(({ type }) => type === "Barcode")?.value ?? null,
    release_type: releaseType(element),
    identifiers: [...ownIdentifiers(element, id), ...otherBarcodes(codes)],
    genres,
  };
  const isrcs = isrcsByTrack(codes, listed);
  const tracks = listed.map((track, place): FactRow<"tracks"> => {
    const own = artistsOf(track.element, "artists");
    const ofParent = track.parent === null ? [] : artistsOf(track.parent, "artists");
    const main = [own, ofParent, artists].find((list) => list.length > 0) ?? [];
    const credits = [
      ...extraCredits(artistsOf(track.element, "extraartists")),
      ...(track.parent === null ? [] : extraCredits(artistsOf(track.parent, "extraartists"))),
      ...(extra.byTrack.get(place) ?? []),
    ];
    return {
      key: `${id}:${track.key}`,
      status: "track",
      release_key: id,
      disc_no: track.discNo,
      track_no: track.trackNo,
      title: track.title,
      artist_credit: artistCredit(main),
      credits: [...mainCredits(main), ...credits],
      duration_ms: durationMs(textOf(track.element, "duration")),
      isrcs: isrcs.get(place) ?? [],
      identifiers: [],
      genres,
      features: [],
    };
  });
  return { ok: true, release, tracks };
}

/** `1999-03-00` → `1999-03`; `0000` and other ways to say nothing → null. */
export function partialDate(text: string | null): string | null {
  const [, year = "", month = "00", day = "00"] =
    /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text ?? "") ?? [];
  if (year === "" || year === "0000") return null;
  if (month === "00") return year;
  return day === "00" ? `${year}-${month}` : `${year}-${month}-${day}`;
}

export function genresOf(element: XmlElement): string[] {
  return [...textsOf(childOf(element, "genres"), "genre"), ...textsOf(childOf(element, "styles"), "style")];
}

interface Code {
  readonly type: string;
  readonly value: string;
  readonly description: string | null;
}

function identifiersOf(element: XmlElement): Code[] {
  return childrenOf(childOf(element, "identifiers"), "identifier").flatMap((code) => {
    const type = attributeOf(code, "type");
    const value = attributeOf(code, "value");
    return type === null || value === null
      ? []
      : [{ type, value, description: attributeOf(code, "description") }];
  });
}

function ownIdentifiers(element: XmlElement, id: string): IdentifierFact[] {
  const master = textOf(element, "master_id");
  const own = [{ scheme: "discogs-release", value: id }];
  return master === null || master === "0" ? own : [...own, { scheme: "discogs-master", value: master }];
}

function otherBarcodes(codes: readonly Code[]): IdentifierFact[] {
  return codes
    .filter(({ type }) => type === "Barcode")
    .slice(1)
    .map(({ value }) => ({ scheme: "gtin", value }));
}

/** An ISRC is a track's only where its description is the track's position, and nothing else. */
function isrcsByTrack(codes: readonly Code[], tracks: readonly ListedTrack[]): Map<number, string[]> {
  const byTrack = new Map<number, string[]>();
  for (const { type, value, description } of codes) {
    if (type !== "ISRC" || description === null) continue;
    const named = tracksNamed(description.replace(/^track\s+/i, ""), tracks);
    const [place] = named ?? [];
    if (place === undefined || named?.size !== 1) continue;
    byTrack.set(place, [...(byTrack.get(place) ?? []), value]);
  }
  return byTrack;
}

function labelsOf(element: XmlElement): { labels: string[]; catalogue_numbers: string[] } {
  const labels = childrenOf(childOf(element, "labels"), "label");
  const unique = (name: string): string[] => [
    ...new Set(labels.flatMap((label) => attributeOf(label, name) ?? [])),
  ];
  return {
    labels: unique("name"),
    catalogue_numbers: unique("catno").filter((number) => number.toLowerCase() !== "none"),
  };
}

const TYPES = ["Album", "Mini-Album", "EP", "Single", "Maxi-Single", "Compilation", "Mixtape"] as const;

function releaseType(element: XmlElement): string | null {
  const words = childrenOf(childOf(element, "formats"), "format").flatMap((format) =>
    textsOf(childOf(format, "descriptions"), "description"),
  );
  return TYPES.find((type) => words.includes(type))?.toLowerCase() ?? null;
}

/** Credits of the release that name tracks belong to these; those that name none to the whole. */
function splitExtra(
  element: XmlElement,
  tracks: readonly ListedTrack[],
): { readonly whole: readonly CreditFact[]; readonly byTrack: ReadonlyMap<number, readonly CreditFact[]> } {
  const whole: CreditFact[] = [];
  const byTrack = new Map<number, CreditFact[]>();
  for (const artist of artistsOf(element, "extraartists")) {
    const credits = extraCredits([artist]);
    const named = tracksNamed(textOf(artist, "tracks") ?? "", tracks);
    if (named === null) whole.push(...credits);
    for (const place of named ?? []) byTrack.set(place, [...(byTrack.get(place) ?? []), ...credits]);
  }
  return { whole, byTrack };
}
