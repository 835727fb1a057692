import type { CreditFact, CreditRole } from "../facts/fact-tables.ts";
import { childOf, childrenOf, textOf, type XmlElement } from "../xml/xml-element.ts";

/** The artists as the cover has them: names in the variation used, joined as it says; null when there are none. */
export function artistCredit(artists: readonly XmlElement[]): string | null {
  let credit = "";
  for (const [index, artist] of artists.entries()) {
    const name = creditedName(artist);
    if (name === null) continue;
    credit += name;
    if (index < artists.length - 1) credit += joined(textOf(artist, "join") ?? ",");
  }
  return credit === "" ? null : credit;
}

export function mainCredits(artists: readonly XmlElement[]): CreditFact[] {
  return artists.flatMap((artist) => creditOf(artist, "main"));
}

/** One credit for each kind of role that an extra artist has. */
export function extraCredits(artists: readonly XmlElement[]): CreditFact[] {
  return artists.flatMap((artist) => {
    const roles = new Set(splitRoles(textOf(artist, "role") ?? "").map(roleOf));
    return [...roles].flatMap((role) => creditOf(artist, role));
  });
}

/** `<artists>` or `<extraartists>` of a release or track. */
export function artistsOf(parent: XmlElement, list: "artists" | "extraartists"): readonly XmlElement[] {
  return childrenOf(childOf(parent, list), "artist");
}

/** Discogs numbers artists of one name: `Accent (3)`. The number is no part of the name. */
export function plainName(name: string): string {
  const plain = name.replace(/ \(\d+\)$/, "").trim();
  return plain === "" ? name : plain;
}

/** `Producer, Vocals [Lead, Backing]` → two roles; commas in brackets part nothing. */
export function splitRoles(text: string): string[] {
  return text
    .replace(/\[[^\]]*\]?/g, "")
    .split(",")
    .map((role) =>
      role
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, " "),
    )
    .filter((role) => role !== "");
}

const ROLES: Readonly<Record<string, CreditRole>> = {
  "written by": "composer",
  "composed by": "composer",
  composer: "composer",
  "music by": "composer",
  songwriter: "composer",
  "lyrics by": "lyricist",
  "words by": "lyricist",
  "text by": "lyricist",
  "libretto by": "lyricist",
  conductor: "conductor",
  "conducted by": "conductor",
  "chorus master": "conductor",
  "arranged by": "arranger",
  "orchestrated by": "arranger",
  "instrumentation by": "arranger",
  remix: "remixer",
  "remixed by": "remixer",
  producer: "producer",
  "produced by": "producer",
  "co producer": "producer",
  "executive producer": "producer",
  featuring: "performer",
  performer: "performer",
  musician: "performer",
  soloist: "performer",
  guest: "performer",
  "accompanied by": "performer",
  mc: "performer",
  rap: "performer",
};

const PERFORMING =
  /\b(vocals?|voice|singer|guitars?|bass|drums?|percussion|piano|keyboards?|organ|synth|synthesizer|violins?|violas?|cellos?|fiddle|strings|trumpet|trombone|tuba|horns?|saxophone|flute|clarinet|oboe|bassoon|recorder|harp|harpsichord|harmonica|accordion|banjo|mandolin|sitar|tabla|oud|congas|bongos|tambourine|vibraphone|marimba|glockenspiel|ukulele|orchestra|choir|chorus|ensemble|band|whistle|whistling|handclaps|instruments|scratches|celesta|contrabass|flugelhorn|cornet|harmonium|chanter|narrator|narration)\b/;

/** Which of the catalogue's roles a role of Discogs is. */
export function roleOf(role: string): CreditRole {
  const known = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (known !== undefined) return known;
  return PERFORMING.test(role) && !/ by$|programming|technician/.test(role) ? "performer" : "other";
}

function creditOf(artist: XmlElement, role: CreditRole): CreditFact[] {
  const name = creditedName(artist);
  const id = textOf(artist, "id");
  // 0 and 194 ("Various") … are credits all the same; an id of 0 names nobody.
  return name === null ? [] : [{ name, role, key: id === null || id === "0" ? null : id }];
}

function creditedName(artist: XmlElement): string | null {
  const variation = textOf(artist, "anv");
  if (variation !== null) return variation;
  const name = textOf(artist, "name");
  return name === null ? null : plainName(name);
}

function joined(join: string): string {
  return join === "," ? ", " : ` ${join} `;
}
