import { createHash } from "node:crypto";
import { type Archive, canonicalJson } from "../core/index.ts";
import type { HeldDeclaration } from "./declaration.ts";

/** Changes when the same facts give other rights. */
export const RIGHTS_BUILDER = "rights/2";

/** The days in which nothing about declarations and deals changes by itself: first and last, or null for no bound. */
export interface ValidDays {
  readonly from: string | null;
  readonly until: string | null;
}

/**
 * `r-` and 48 bits of SHA-256 over the builder, the snapshot, the rights policy, every declaration with the state of its
 * evidence, the days in which none begins or ends, and, where it counts, what sounds the same. Other facts, other id.
 */
export function rightsId(
  archive: Archive,
  snapshot: string,
  declarations: readonly HeldDeclaration[],
  days: ValidDays,
  recordings: string | null,
): string {
  const { sameSound, ...policy } = archive.config.policy.rights;
  const content = {
    builder: RIGHTS_BUILDER,
    snapshot,
    policy,
    // Left out where it changes nothing, so that rights from before there was a choice hold.
    ...(sameSound === "report" ? {} : { sameSound, recordings }),
    declarations: declarations.map(({ fileSha256, evidenceWhole }) => ({ fileSha256, evidenceWhole })),
    from: days.from,
  };
  return `r-${createHash("sha256").update(canonicalJson(content)).digest("hex").slice(0, 12)}`;
}

/** The stretch of days around `today` in which the same declarations and deals are in force. */
export function validDays(
  periods: readonly { readonly start: string | null; readonly end: string | null }[],
  today: string,
): ValidDays {
  const changes = periods
    .flatMap(({ start, end }) => [start, end === null ? null : dayAfter(end)])
    .filter((day) => day !== null)
    .sort();
  return {
    from: changes.findLast((day) => day <= today) ?? null,
    until: dayBefore(changes.find((day) => day > today) ?? null),
  };
}

/** UTC. */
export function dayOfDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function dayAfter(day: string): string {
  return dayOfDate(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS));
}

function dayBefore(day: string | null): string | null {
  return day === null ? null : dayOfDate(new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS));
}

const DAY_MS = 86_400_000;
