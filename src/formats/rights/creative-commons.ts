/** A Creative Commons licence, dedication or mark, as its URL names it. */
export interface CreativeCommonsName {
  readonly spdx: string;
  readonly uri: string;
  readonly kind: "licence" | "dedication" | "mark";
}

const HOST = String.raw`(?:(?:https?:)?//|(?<![a-z0-9./?&=_-]))(?:www\.)?creativecommons\.org`;
const LICENCE_URL = new RegExp(
  String.raw`${HOST}/licen[sc]es/(by(?:-nc)?(?:-sa|-nd)?|by-nd-nc|by-sa-nc)/(\d\.\d)(?:/([a-z]+))?`,
  "gi",
);
const PUBLIC_DOMAIN_URL = new RegExp(String.raw`${HOST}/publicdomain/(zero|mark)/(1\.0)`, "gi");
const VERSIONS: ReadonlySet<string> = new Set(["1.0", "2.0", "2.1", "2.5", "3.0", "4.0"]);

/** Words of a licence's long name, in the order in which the parts of its short name stand. */
const LONG_NAME_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\bnon-?\s?commercial\b|\bnc\b/i, "nc"],
  [/\bno\s?-?\s?deriv(?:ative)?s?(?:\s+works)?\b|\bnd\b/i, "nd"],
  [/\bshare\s?-?\s?alike\b|\bsa\b/i, "sa"],
];

/** All that Creative Commons URLs in a text name, in any of the ways they get written; each licence once. */
export function creativeCommonsFromUrls(text: string): readonly CreativeCommonsName[] {
  const names = new Map<string, CreativeCommonsName>();
  for (const [, which = ""] of text.matchAll(PUBLIC_DOMAIN_URL)) {
    const name = publicDomainName(which.toLowerCase());
    names.set(name.spdx, name);
  }
  for (const [, elements = "", version = "", last] of text.matchAll(LICENCE_URL)) {
    const port = last?.toLowerCase();
    const name = licenceName(elementsOf(elements.toLowerCase()), version, isPort(port) ? port : undefined);
    if (name) names.set(name.spdx, name);
  }
  return [...names.values()];
}

/** Reads `CC BY-SA 3.0`, `CC-BY-NC-ND-4.0`, `Creative Commons Attribution-ShareAlike 3.0 Unported` and their like. */
export function creativeCommonsFromName(text: string): CreativeCommonsName | null {
  const plain = text
    .trim()
    .replace(/[_:/,()]/g, " ")
    .replace(/\s+/g, " ");
  if (/^(?:cc[- ]?0|cc[- ]zero)(?:[- ](?:v?\s?1(?:\.0)?))?(?: universal)?$/i.test(plain))
    return publicDomainName("zero");
  if (/^creative commons (?:cc0|zero)(?: 1\.0)?(?: universal)?(?: licen[sc]e)?$/i.test(plain))
    return publicDomainName("zero");
  if (/^(?:cc )?public domain mark(?: 1\.0)?$/i.test(plain)) return publicDomainName("mark");
  const isShort = /^cc[- ]?by\b/i.test(plain);
  const isLong = /^(?:creative commons )?attribution\b/i.test(plain);
  const version = /(?:^|[^0-9.])v?([1-4]\.[0-5])(?![0-9.])/.exec(plain)?.[1];
  if ((!isShort && !isLong) || version === undefined || !NAME_IS_COMPLETE.test(plain)) return null;
  const parts = LONG_NAME_PARTS.filter(([pattern]) => pattern.test(plain)).map(([, part]) => part);
  return licenceName(parts, version, undefined);
}

/** Nothing but the words that a licence's name is made of: "Attribution 3.0 to my cat" is not a licence. */
const NAME_IS_COMPLETE =
  /^(?:cc|by|nc|nd|sa|creative|commons|attribution|non|commercial|noncommercial|no|deriv|derivs|derivative|derivatives|noderivs|noderivatives|works|share|alike|sharealike|unported|generic|international|public|licen[sc]e|the|v|version|[1-4]\.[0-5]|[-+ .])+$/i;

function elementsOf(path: string): readonly string[] {
  return path.split("-").slice(1);
}

function licenceName(
  elements: readonly string[],
  version: string,
  port: string | undefined,
): CreativeCommonsName | null {
  const has = (element: string): boolean => elements.includes(element);
  if (!VERSIONS.has(version) || (has("sa") && has("nd"))) return null;
  const slug = ["by", has("nc") ? "nc" : "", has("sa") ? "sa" : "", has("nd") ? "nd" : ""]
    .filter(Boolean)
    .join("-");
  const uri = `https://creativecommons.org/licenses/${slug}/${version}/${port ? `${port}/` : ""}`;
  // SPDX lists few of the national ports; the port stays in the URI and the terms do not depend on it.
  return { spdx: `CC-${slug.toUpperCase()}-${version}`, uri, kind: "licence" };
}

function publicDomainName(which: string): CreativeCommonsName {
  const uri = `https://creativecommons.org/publicdomain/${which}/1.0/`;
  return which === "zero"
    ? { spdx: "CC0-1.0", uri, kind: "dedication" }
    : { spdx: "CC-PDM-1.0", uri, kind: "mark" };
}

function isPort(text: string | undefined): text is string {
  return text !== undefined && (text.length === 2 || text === "igo" || text === "scotland");
}
