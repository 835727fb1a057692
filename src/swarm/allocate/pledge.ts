/** A release as far as handing it out needs to know it. */
export interface AllocatedRelease {
  readonly name: string;
  readonly sizeBytes: number;
  /** Collections that it belongs to. */
  readonly groups: readonly string[];
  /** Revoked, embargoed and superseded releases are handed to nobody. */
  readonly isOpen: boolean;
  /** Effective copies beside those of the pledges here: of institutions, of strangers. May be a fraction. */
  readonly otherCopies: number;
  /** Of equals the more popular goes first. */
  readonly popularity: number;
}

/** What a custodian lends. */
export interface Pledge {
  readonly custodian: string;
  readonly spaceBytes: number;
  /** Share of the time that the custodian was there, 0 to 1: what a promise of theirs counts. */
  readonly uptime: number;
  /** Collections that the custodian wants; empty for any. */
  readonly groups: readonly string[];
  /** Names of releases that are there already. */
  readonly holds: readonly string[];
}

/**
 * `floor`: the release with the fewest copies first, so that the least is as much as it can be. `threshold`: the one that is
 * nearest to the target first, so that as many as can be reach it.
 */
export type Objective = "floor" | "threshold";

export interface Assignment {
  readonly custodian: string;
  /** All that the custodian should have: what is kept, and then what is new, in the order to fetch it. */
  readonly keep: readonly string[];
  readonly fetch: readonly string[];
  /** What may go: revoked, or no longer wanted. */
  readonly drop: readonly string[];
}

export function isWanted(release: AllocatedRelease, pledge: Pledge): boolean {
  if (!release.isOpen) return false;
  return pledge.groups.length === 0 || release.groups.some((group) => pledge.groups.includes(group));
}
