import { creativeCommonsFromUrls } from "./creative-commons.ts";
import { normaliseLicence } from "./normalise-licence.ts";

/** What a copyright file that is not machine-readable says about the package as a whole. */
export interface PackageGrants {
  /** SPDX identifiers, sorted; the licence of the packaging itself is left out. */
  readonly licences: readonly string[];
  /** More than one licence was recognised: nothing says which of them covers a given file. */
  readonly ambiguous: boolean;
}

const MAX_TEXT_CHARACTERS = 4 << 20;
/** A line of dashes: what follows speaks of single files or folders, by custom of such files. */
const DIVIDER = /^\s*(?:-{3,}|={3,}|\*{3,}|_{3,})\s*$/;
const PACKAGING = /^.*\b(?:debian packaging|the packaging)\b.*$/i;

const GNU_GRANT =
  /GNU (Affero |Lesser |Library )?General Public License,?(?: as published by the Free Software Foundation[;,]?)?(?: either)?,? ?\(?(?:version|v\.?) ?(\d(?:\.\d)?)(?: of the License)?\)?(,? (?:or \(?at your option\)?,? any later|or any later|or later))?/gi;
/** The text of a Creative Commons licence of version 2.0 to 3.0 names its elements, and its version in an example. */
const COMMONS_TEXT = /creative commons public licen[sc]e/i;
const COMMONS_ELEMENTS =
  /license elements"?[^.]{0,200}?:\s*(attribution(?:,\s*(?:noncommercial|sharealike|noderivatives|noderivs))*)\./i;
const COMMONS_VERSION = /\battribution(?:-(?:noncommercial|sharealike|noderivatives|noderivs))* (\d\.\d)\b/i;
const MIT_TEXT =
  /permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files/i;

/** Words by which a section on single folders may speak of music. */
const SPEAKS_OF_MUSIC =
  /\b(?:music|musics|sounds?|audio|songs?|soundtracks?|tracks?)\b|\.(?:ogg|oga|opus|flac|mp3|wav|m4a|mod|xm|it)\b/i;

/**
 * Recognises the licences of the package as a whole: grants in the text before the first divider. It knows the words with
 * which works are put under a GNU or Creative Commons licence or the MIT licence, and recognises nothing else. A section
 * behind a divider that speaks of music counts as well; when no grant is recognised in it, the whole is ambiguous.
 */
export function recogniseGrants(text: string): PackageGrants {
  const [whole = "", ...sections] = sectionsOf(text.slice(0, MAX_TEXT_CHARACTERS));
  const onMusic = sections.filter((section) => SPEAKS_OF_MUSIC.test(section)).map(grantsOf);
  const licences = [...new Set([...grantsOf(whole), ...onMusic.flat()])].sort();
  return { licences, ambiguous: licences.length > 1 || onMusic.some((grants) => grants.length === 0) };
}

/** The text between dividers, on one line each; what is said of the packaging is left out. */
function sectionsOf(text: string): string[] {
  const sections: string[] = [""];
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (DIVIDER.test(line)) sections.push("");
    else if (!PACKAGING.test(line)) sections.push(`${sections.pop() ?? ""} ${line.trim()}`);
  }
  return sections.map((section) => section.replace(/\s+/g, " "));
}

function grantsOf(section: string): string[] {
  return [...gnuGrants(section), ...commonsGrants(section), ...(MIT_TEXT.test(section) ? ["MIT"] : [])];
}

function gnuGrants(text: string): string[] {
  return [...text.matchAll(GNU_GRANT)].flatMap(([, family = "", version = "", later]) => {
    const prefix = family.startsWith("Af") ? "A" : family === "" ? "" : "L";
    const name = normaliseLicence(`${prefix}GPL-${version}${later === undefined ? "" : "+"}`);
    return name.ok ? [name.spdx] : [];
  });
}

function commonsGrants(text: string): string[] {
  if (COMMONS_TEXT.test(text)) {
    const elements = COMMONS_ELEMENTS.exec(text)?.[1];
    const version = COMMONS_VERSION.exec(text)?.[1];
    const name =
      elements && version ? normaliseLicence(`${elements.replace(/,\s*/g, "-")} ${version}`) : null;
    if (name?.ok) return [name.spdx];
  }
  return creativeCommonsFromUrls(text).map(({ spdx }) => spdx);
}
