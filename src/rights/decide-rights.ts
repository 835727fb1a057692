import type { RightsReason } from "./reason.ts";
import { specificity } from "./specificity.ts";
import { RIGHTS, type Right, type RightsStatement } from "./statement.ts";

export interface RightsQuestion {
  /** ISO 3166-1 alpha-2, or `worldwide`. */
  readonly territory: string;
  readonly requireComposition: boolean;
  /** The DDEX party that asks; null when it is none. */
  readonly dealRecipient?: string | null;
  /** The day that is asked about, `YYYY-MM-DD` (UTC). */
  readonly day: string;
}

/** What may be done with a track. `derive` (a copy in another format may be given out) is never true alone. */
export interface RightsDecision {
  readonly disseminate: boolean;
  readonly derive: boolean;
  readonly reason: RightsReason;
  /** The licence to follow; several that bind at once are joined with ` AND `. */
  readonly licence: string | null;
  /** The statements that decided. */
  readonly deciding: readonly RightsStatement[];
}

type Outcome =
  | { readonly kind: "granted" | "denied" | "blocked"; readonly by: readonly RightsStatement[] }
  | { readonly kind: "none" };

/**
 * Decides from all statements that speak for a track: pure, and shut unless a right was found. The table of cases is in
 * `docs/formats/rights.md`.
 */
export function decideRights(
  statements: readonly RightsStatement[],
  question: RightsQuestion,
): RightsDecision {
  const inForce = statements.filter((statement) => countsFor(statement, question));
  const outcomes = RIGHTS.map((right) => {
    const isRequired = right === "recording" || question.requireComposition;
    // Where a right is not asked for, a doubt about it is nothing; it must not hide a denial either.
    const heard = isRequired ? inForce : inForce.filter(({ decision }) => decision !== "none");
    return { right, isRequired, outcome: resolveRight(right, heard) };
  });
  const required = outcomes.filter(({ isRequired }) => isRequired);
  // A denial counts whatever it is about, also where the composition is not asked for.
  const shut =
    outcomes.find(({ outcome }) => outcome.kind === "denied") ??
    required.find(({ outcome }) => outcome.kind === "blocked") ??
    required.find(({ outcome }) => outcome.kind === "none");
  if (shut) return darkDecision(shut.right, shut.outcome, outcomes[0]?.outcome, statements, question);
  const granting = unique(required.flatMap(({ outcome }) => (outcome.kind === "granted" ? outcome.by : [])));
  return openDecision(granting, inForce);
}

/** A grant has to cover the whole territory released for; a denial or a doubt counts wherever the two meet. */
function countsFor(statement: RightsStatement, { territory, day }: RightsQuestion): boolean {
  const { territories, decision } = statement;
  if (timing(statement, day) !== "in-force") return false;
  if (territories.length === 0 || territories.includes(territory)) return true;
  return decision !== "grant" && territory === "worldwide";
}

function timing({ start, end }: RightsStatement, day: string): "in-force" | "not-yet-valid" | "expired" {
  if (start !== null && day < start) return "not-yet-valid";
  return end !== null && day > end ? "expired" : "in-force";
}

function resolveRight(right: Right, inForce: readonly RightsStatement[]): Outcome {
  const about = inForce.filter(({ covers }) => covers.includes(right));
  const standing = about.filter((statement) => !isOverruled(statement, about));
  const levels = [...new Set(standing.map(specificity))].sort((a, b) => b - a);
  for (const level of levels) {
    const here = standing.filter((statement) => specificity(statement) === level);
    const denials = here.filter(({ decision }) => decision === "deny");
    if (denials.length > 0) return { kind: "denied", by: denials };
    const doubts = here.filter(({ decision }) => decision === "none");
    if (doubts.length > 0) return { kind: "blocked", by: doubts };
    return { kind: "granted", by: here };
  }
  return { kind: "none" };
}

/**
 * A declared grant falls to a declared denial that is as specific or more so, and to a wider one that is not older: who
 * lifts a denial for one track has to say so after it. One for the whole archive also falls to what the file's own tags
 * deny.
 */
function isOverruled(statement: RightsStatement, others: readonly RightsStatement[]): boolean {
  if (statement.decision !== "grant" || statement.source !== "declared") return false;
  return others.some((other) => {
    if (other.decision !== "deny") return false;
    if (other.source !== "declared") return statement.scope.kind === "archive";
    return specificity(other) >= specificity(statement) || other.date >= statement.date;
  });
}

function openDecision(
  granting: readonly RightsStatement[],
  inForce: readonly RightsStatement[],
): RightsDecision {
  const precise = granting.map((statement) => moreExact(statement, inForce));
  const licences = unique(precise.flatMap(({ licence }) => (licence === null ? [] : [licence])));
  return {
    disseminate: true,
    derive: granting.every(({ derive }) => derive),
    reason: grantedReason(granting),
    licence: licences.length > 0 ? licences.join(" AND ") : null,
    deciding: unique([...granting, ...precise]),
  };
}

/** A tag that says `GPL` and a copyright file that says `GPL-2+` mean the same licence: the file says which. */
function moreExact(statement: RightsStatement, inForce: readonly RightsStatement[]): RightsStatement {
  const family = /^(A|L)?GPL-(?:1\.0|2\.0|3\.0)-or-later$/.exec(statement.licence ?? "");
  if (statement.source !== "tag" || !family || /[0-9]/.test(statement.raw)) return statement;
  const exact = inForce.find(
    ({ source, decision, licence }) =>
      (source === "dep5" || source === "package-copyright") &&
      decision === "grant" &&
      licence?.startsWith(`${family[1] ?? ""}GPL-`),
  );
  return exact ?? statement;
}

function grantedReason(granting: readonly RightsStatement[]): RightsReason {
  const weakest = granting.toSorted((a, b) => specificity(a) - specificity(b))[0];
  switch (weakest?.source) {
    case "declared":
      return "granted-by-declaration";
    case "deal":
      return "granted-by-deal";
    case "tag":
      return "granted-by-tag";
    case "dep5":
      return "granted-by-stanza";
    case "package-copyright":
      return "granted-by-package";
    default:
      throw new RangeError("a right was found without a statement");
  }
}

function darkDecision(
  right: Right,
  outcome: Outcome,
  recording: Outcome | undefined,
  statements: readonly RightsStatement[],
  question: RightsQuestion,
): RightsDecision {
  const deciding = outcome.kind === "none" ? [] : outcome.by;
  const dark = { disseminate: false, derive: false, deciding } as const;
  const [first] = deciding;
  if (first)
    return {
      ...dark,
      reason: dealReason(first, right, statements, question) ?? darkReason(first),
      licence: first.licence,
    };
  if (right === "composition" && recording?.kind === "granted") {
    return {
      ...dark,
      reason: outOfForceReason(right, statements, question) ?? "composition-not-covered",
      licence: null,
    };
  }
  const reason =
    outOfForceReason(right, statements, question) ??
    (statements.some(({ decision }) => decision === "grant") ? "recording-not-covered" : "no-statement");
  return { ...dark, reason, licence: null };
}

/** Where the deals leave a doubt only because those that would give the right are not in force: why not. */
function dealReason(
  { source, decision }: RightsStatement,
  right: Right,
  statements: readonly RightsStatement[],
  question: RightsQuestion,
): RightsReason | null {
  if (source !== "deal" || decision !== "none") return null;
  return outOfForceReason(
    right,
    statements.filter((other) => other.source === "deal"),
    question,
  );
}

function darkReason({ source, decision, noRight }: RightsStatement): RightsReason {
  if (decision === "deny") {
    if (source === "deal") return "denied-by-deal";
    return source === "declared" ? "denied-by-declaration" : "denied-by-tag";
  }
  switch (noRight) {
    case "deal":
      return "deal-gives-no-right";
    case "status-only":
      return "status-is-no-licence";
    case "forbidden":
      return "forbidden-by-licence";
    case "terms-unknown":
      return "terms-unknown";
    case "ambiguous":
      return "ambiguous-package";
    default:
      return source === "tag" ? "unreadable-tag" : "unreadable-document";
  }
}

/** Why a grant that there is does not count, or null when there is none. */
function outOfForceReason(
  right: Right,
  statements: readonly RightsStatement[],
  question: RightsQuestion,
): RightsReason | null {
  const grants = statements.filter(({ decision, covers }) => decision === "grant" && covers.includes(right));
  const timings = grants.map((statement) => timing(statement, question.day));
  if (timings.includes("in-force")) return "other-territory";
  if (timings.includes("not-yet-valid")) return "not-yet-valid";
  return timings.includes("expired") ? "expired" : null;
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
