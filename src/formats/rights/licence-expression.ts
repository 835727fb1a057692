import { licenceTerms } from "./licence-terms.ts";
import { normaliseLicence } from "./normalise-licence.ts";

export type LicenceChoice =
  | { readonly ok: true; readonly spdx: string }
  | { readonly ok: false; readonly reason: string };

const MAX_PARTS = 20;

/**
 * The licence to use of a DEP-5 short-name expression, such as `GPL-2+ or CC-BY-SA-3.0`: of alternatives the first whose
 * terms are known. An expression with `and` binds to all its parts at once and stays unresolved unless all are the same.
 */
export function chooseLicence(expression: string): LicenceChoice {
  const alternatives = expression.split(/\s*(?:,\s*)?\bor\b(?! (?:any |\(at|later))\s*/i);
  if (alternatives.length > MAX_PARTS) return { ok: false, reason: "too many alternatives" };
  let firstReason: string | null = null;
  for (const alternative of alternatives) {
    const choice = chooseAll(alternative);
    if (choice.ok && licenceTerms(choice.spdx) !== null) return choice;
    firstReason ??= choice.ok ? `the terms of ${choice.spdx} are not known here` : choice.reason;
  }
  return { ok: false, reason: firstReason ?? "empty" };
}

function chooseAll(alternative: string): LicenceChoice {
  const parts = alternative.split(/\s*(?:,|\band\b)\s*/i).filter((part) => part !== "");
  const names = parts.map(normaliseLicence);
  const [first] = names;
  if (!first) return { ok: false, reason: "empty" };
  if (!first.ok) return first;
  if (names.every((name) => name.ok && name.spdx === first.spdx)) return { ok: true, spdx: first.spdx };
  return { ok: false, reason: "several licences apply at once" };
}
