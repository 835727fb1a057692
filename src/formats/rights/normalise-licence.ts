import { creativeCommonsFromName, creativeCommonsFromUrls } from "./creative-commons.ts";

export type NormalisedLicence =
  | {
      readonly ok: true;
      /** SPDX identifier; for a rights statement, which is no licence, its short name such as `NoC-US`. */
      readonly spdx: string;
      readonly uri: string | null;
      readonly kind: "licence" | "dedication" | "mark" | "statement";
    }
  | { readonly ok: false; readonly reason: string };

/** Longer text is prose, not the name of a licence. */
const MAX_LICENCE_CHARACTERS = 4096;

const RIGHTS_STATEMENT =
  /(?:https?:\/\/)?(?:www\.)?rightsstatements\.org\/(?:vocab|page)\/(InC|InC-OW-EU|InC-EDU|InC-NC|InC-RUU|NoC-CR|NoC-NC|NoC-OKLR|NoC-US|CNE|UND|NKC)\/1\.0(?:\/|$)/;

const GNU_URL =
  /(?:https?:\/\/)?(?:www\.)?gnu\.org\/(?:licen[sc]es|copyleft)\/(?:old-licenses\/)?((?:a|l)?gpl|fdl)-(\d(?:\.\d)?)/i;

/** `GPL-2+`, `GPLv2`, `GPL 2.0 or later`, `LGPL-2.1`, `GNU General Public License version 3` … */
const GNU_NAME =
  /^(?:the )?(?:gnu )?(a|affero |l|lesser |library )?(?:gpl|general public licen[sc]e)[-, ]*(?:v|version)?\.? ?(\d(?:\.\d)?)?(?:\.0)?[-, ]*(only|\+|or[- ](?:\(at your option\) )?(?:any )?later(?: version)?)?$/i;

/** Names that stand for one SPDX identifier: SPDX's own, Debian's short names (DEP-5), and common spellings. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["mit", "MIT"],
  ["expat", "MIT"],
  ["mit license", "MIT"],
  ["isc", "ISC"],
  ["bsd-2-clause", "BSD-2-Clause"],
  ["bsd-3-clause", "BSD-3-Clause"],
  ["zlib", "Zlib"],
  ["wtfpl", "WTFPL"],
  ["unlicense", "Unlicense"],
  ["0bsd", "0BSD"],
  ["mit-0", "MIT-0"],
  ["apache-2.0", "Apache-2.0"],
  ["apache-2", "Apache-2.0"],
  ["apache license 2.0", "Apache-2.0"],
  ["apache license, version 2.0", "Apache-2.0"],
  ["mpl-2.0", "MPL-2.0"],
  ["artistic-2.0", "Artistic-2.0"],
  ["ftl", "FTL"],
  ["gfdl-1.1+", "GFDL-1.1-or-later"],
  ["gfdl-1.2+", "GFDL-1.2-or-later"],
  ["gfdl-1.3+", "GFDL-1.3-or-later"],
  ["gfdl-1.2", "GFDL-1.2-only"],
  ["gfdl-1.3", "GFDL-1.3-only"],
  ["lal-1.3", "LAL-1.3"],
  ["free art license 1.3", "LAL-1.3"],
  ["licence art libre 1.3", "LAL-1.3"],
  ["lal-1.2", "LAL-1.2"],
]);

const NO_LICENCE: readonly (readonly [RegExp, string])[] = [
  [/^(?:\(c\)|\(p\)|©|℗|copyright)/i, "a copyright notice is not a licence"],
  [/^public[- ]domain\.?$/i, "public domain is claimed without saying why"],
];

/**
 * The licence that a tag or a copyright file means. Anything that is not certain is refused with a reason: the raw text
 * stays with the statement, and the gate stays shut.
 */
export function normaliseLicence(raw: string): NormalisedLicence {
  const text = raw.normalize("NFC").trim().replace(/\s+/g, " ");
  if (text === "") return { ok: false, reason: "empty" };
  if (text.length > MAX_LICENCE_CHARACTERS)
    return { ok: false, reason: "too long to be the name of a licence" };
  const statement = RIGHTS_STATEMENT.exec(text)?.[1];
  if (statement) {
    const uri = `http://rightsstatements.org/vocab/${statement}/1.0/`;
    return { ok: true, spdx: statement, uri, kind: "statement" };
  }
  if (/\ball rights reserved\b/i.test(text)) return { ok: false, reason: "all rights reserved" };
  const linked = creativeCommonsFromUrls(text);
  if (linked.length > 1) return { ok: false, reason: "several licences are named" };
  const commons = linked[0] ?? creativeCommonsFromName(withoutLater(text));
  if (commons) return { ok: true, ...commons };
  const spdx = gnuFromUrl(text) ?? gnuFromName(text) ?? ALIASES.get(text.toLowerCase()) ?? null;
  if (spdx) return { ok: true, spdx, uri: `https://spdx.org/licenses/${spdx}.html`, kind: "licence" };
  const known = NO_LICENCE.find(([pattern]) => pattern.test(text))?.[1];
  return { ok: false, reason: known ?? "not the name of a licence that is known here" };
}

/** `CC-BY-SA-3.0+`: a choice of this version or later ones, so this version may be taken. */
function withoutLater(text: string): string {
  return text.replace(/(?:\+|,? or (?:any )?later)$/i, "");
}

function gnuFromUrl(text: string): string | null {
  const match = GNU_URL.exec(text);
  if (!match) return null;
  const family = match[1]?.toLowerCase() === "fdl" ? "GFDL" : (match[1]?.toUpperCase() ?? "");
  // A link names the text of one version; that later ones are meant too is not said.
  return gnuId(family, match[2], "only");
}

function gnuFromName(text: string): string | null {
  const match = GNU_NAME.exec(text);
  if (!match) return null;
  const prefix = match[1]?.trim().toLowerCase() ?? "";
  const family = prefix.startsWith("a") ? "AGPL" : prefix.startsWith("l") ? "LGPL" : "GPL";
  return gnuId(family, match[2], match[3]);
}

const GNU_FIRST_VERSION: ReadonlyMap<string, string> = new Map([
  ["GPL", "1.0"],
  ["LGPL", "2.0"],
  ["AGPL", "3.0"],
]);
const GNU_VERSIONS = new Set([
  "GPL-1.0",
  "GPL-2.0",
  "GPL-3.0",
  "LGPL-2.0",
  "LGPL-2.1",
  "LGPL-3.0",
  "AGPL-3.0",
]);

function gnuId(family: string, version: string | undefined, suffix: string | undefined): string | null {
  if (version === undefined) {
    // GPL-2.0, section 9: without a version number the receiver may choose any version ever published.
    const first = GNU_FIRST_VERSION.get(family);
    return first ? `${family}-${first}-or-later` : null;
  }
  const full = version.includes(".") ? version : `${version}.0`;
  if (!GNU_VERSIONS.has(`${family}-${full}`) && family !== "GFDL") return null;
  return `${family}-${full}-${suffix === undefined || suffix === "only" ? "only" : "or-later"}`;
}
