import type { FactRow } from "../facts/fact-tables.ts";
import { attributeOf, textOf, type XmlElement } from "../xml/xml-element.ts";
import { artistCredit, artistsOf, mainCredits, plainName } from "./credits.ts";
import { genresOf, partialDate } from "./release-rows.ts";

/** An `<artist>` of the artists dump. What it says of the person (real name, addresses) is not taken in. */
export function artistRow(element: XmlElement): FactRow<"artists"> | null {
  const id = idOf(textOf(element, "id"));
  const name = textOf(element, "name");
  if (id === null) return null;
  return {
    artist_key: id,
    name: name === null ? null : plainName(name),
    identifiers: [{ scheme: "discogs-artist", value: id }],
    genres: [],
  };
}

/** A `<label>` of the labels dump, without its contact details. */
export function labelRow(element: XmlElement): FactRow<"labels"> | null {
  const id = idOf(textOf(element, "id"));
  const name = textOf(element, "name");
  if (id === null) return null;
  return {
    label_key: id,
    name: name === null ? null : plainName(name),
    identifiers: [{ scheme: "discogs-label", value: id }],
  };
}

/** A `<master>` of the masters dump: what several releases have in common. */
export function masterRow(element: XmlElement): FactRow<"masters"> | null {
  const id = idOf(attributeOf(element, "id"));
  if (id === null) return null;
  const artists = artistsOf(element, "artists");
  const mainRelease = idOf(textOf(element, "main_release"));
  return {
    release_key: id,
    title: textOf(element, "title"),
    artist_credit: artistCredit(artists),
    credits: mainCredits(artists),
    release_date: partialDate(textOf(element, "year")),
    labels: [],
    catalogue_numbers: [],
    identifiers: [
      { scheme: "discogs-master", value: id },
      ...(mainRelease === null ? [] : [{ scheme: "discogs-release", value: mainRelease }]),
    ],
    genres: genresOf(element),
  };
}

function idOf(text: string | null): string | null {
  return text !== null && /^\d{1,12}$/.test(text) ? text : null;
}
