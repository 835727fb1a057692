/** What a licence lets anyone do with a recording and the work recorded. */
export interface LicenceTerms {
  /** Copies may be given to the public, at least for no money. */
  readonly disseminate: boolean;
  /** A copy in another format may be made and given on. */
  readonly derive: boolean;
  readonly commercial: boolean;
  /** The author has to be named. */
  readonly attribution: boolean;
  /** What is made from it has to carry the same licence. */
  readonly shareAlike: boolean;
}

const FREE: LicenceTerms = {
  disseminate: true,
  derive: true,
  commercial: true,
  attribution: true,
  shareAlike: false,
};
const COPYLEFT: LicenceTerms = { ...FREE, shareAlike: true };
const DEDICATION: LicenceTerms = { ...FREE, attribution: false };

/** Licences other than Creative Commons, by SPDX identifier. Only those whose terms are certain stand here. */
const TERMS: ReadonlyMap<string, LicenceTerms> = new Map([
  ...["CC0-1.0", "CC-PDM-1.0", "0BSD", "Unlicense", "MIT-0"].map((id) => [id, DEDICATION] as const),
  ...["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Zlib", "WTFPL", "Artistic-2.0"].map(
    (id) => [id, FREE] as const,
  ),
  ...["GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-3.0"].flatMap((id) => [
    [`${id}-only`, COPYLEFT] as const,
    [`${id}-or-later`, COPYLEFT] as const,
  ]),
  ["MPL-2.0", COPYLEFT],
  ["LAL-1.2", COPYLEFT],
  ["LAL-1.3", COPYLEFT],
]);

const CREATIVE_COMMONS = /^CC-BY(-NC)?(-SA|-ND)?-(\d\.\d)(?:-[A-Z]{2,3})?(?:-or-later)?$/;

/**
 * The terms of a licence by its SPDX identifier, or null when they are not known: the caller then keeps the gate shut.
 *
 * Creative Commons before 4.0 counts a change of format as an adaptation for No-Derivatives licences only in some
 * readings (4.0 settles it: section 2(a)(4)), so those are taken as not allowing it.
 */
export function licenceTerms(spdx: string): LicenceTerms | null {
  const match = CREATIVE_COMMONS.exec(spdx);
  if (!match) return TERMS.get(spdx) ?? null;
  const [, nonCommercial, third, version = "0"] = match;
  if (!["1.0", "2.0", "2.1", "2.5", "3.0", "4.0"].includes(version)) return null;
  return {
    disseminate: true,
    derive: third !== "-ND" || version === "4.0",
    commercial: nonCommercial === undefined,
    attribution: true,
    shareAlike: third === "-SA",
  };
}
