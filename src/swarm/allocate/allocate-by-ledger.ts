import { chanceOf } from "./order-by-chance.ts";
import { type AllocatedRelease, type Assignment, isWanted, type Objective, type Pledge } from "./pledge.ts";

export interface LedgerOptions {
  readonly objective: Objective;
  /** Copies that a release should reach. */
  readonly targetCopies: number;
}

/**
 * Hands releases to custodians with all pledges known. Nobody gives up what they hold and may keep; new space goes to releases by
 * their expected copies: those that others have, and the uptimes of all who hold or were promised them. Each custodian gets a
 * release once, and as much as fits. The same input gives the same result.
 */
export function allocateByLedger(
  releases: readonly AllocatedRelease[],
  pledges: readonly Pledge[],
  { objective, targetCopies }: LedgerOptions,
): readonly Assignment[] {
  const byName = new Map(releases.map((release) => [release.name, release]));
  const copies = new Map(releases.map(({ name, otherCopies }) => [name, otherCopies]));
  const drafts = pledges.map((pledge) => {
    const keep: string[] = [];
    const drop: string[] = [];
    let freeBytes = pledge.spaceBytes;
    for (const name of pledge.holds) {
      const release = byName.get(name);
      if (release && isWanted(release, pledge) && release.sizeBytes <= freeBytes) {
        keep.push(name);
        freeBytes -= release.sizeBytes;
        copies.set(name, (copies.get(name) ?? 0) + pledge.uptime);
      } else {
        drop.push(name);
      }
    }
    return { pledge, keep, drop, fetch: [] as string[], freeBytes };
  });
  // Whole rounds, one release for each custodian, so that nobody fills up before the others were asked.
  const open = new Set(drafts);
  while (open.size > 0) {
    for (const draft of open) {
      const held = new Set([...draft.keep, ...draft.fetch]);
      const next = best(releases, draft.pledge, draft.freeBytes, held, copies, objective, targetCopies);
      if (next === null) {
        open.delete(draft);
        continue;
      }
      draft.fetch.push(next.name);
      draft.freeBytes -= next.sizeBytes;
      copies.set(next.name, (copies.get(next.name) ?? 0) + draft.pledge.uptime);
    }
  }
  return drafts.map(({ pledge, keep, fetch, drop }) => ({ custodian: pledge.custodian, keep, fetch, drop }));
}

function best(
  releases: readonly AllocatedRelease[],
  pledge: Pledge,
  freeBytes: number,
  held: ReadonlySet<string>,
  copies: ReadonlyMap<string, number>,
  objective: Objective,
  targetCopies: number,
): AllocatedRelease | null {
  let found: AllocatedRelease | null = null;
  let foundRank = Number.POSITIVE_INFINITY;
  for (const release of releases) {
    if (release.sizeBytes > freeBytes || held.has(release.name) || !isWanted(release, pledge)) continue;
    const rank = rankOf(copies.get(release.name) ?? 0, objective, targetCopies);
    if (rank > foundRank) continue;
    if (rank < foundRank || found === null || precedes(release, found, pledge.custodian)) {
      found = release;
      foundRank = rank;
    }
  }
  return found;
}

/** The lower the sooner. Those that have reached the target wait until nothing else is left. */
function rankOf(copies: number, objective: Objective, targetCopies: number): number {
  if (copies >= targetCopies) return 1000 + copies;
  return objective === "floor" ? copies : targetCopies - copies;
}

/** Of equals the more popular, then by chance that is another for each custodian: they do not all fetch the same at once. */
function precedes(a: AllocatedRelease, b: AllocatedRelease, custodian: string): boolean {
  if (a.popularity !== b.popularity) return a.popularity > b.popularity;
  return chanceOf(custodian, a.name) < chanceOf(custodian, b.name);
}
