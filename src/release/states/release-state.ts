import type { StatedState } from "./state-document.ts";

/**
 * `announced`: known to come, not given out. `initial-seeding`: given to the first who keep it. `open`: given to all.
 * `embargoed`: not before its time. `superseded`: a later release holds all of it. `revoked`: never again. `unknown`: what was said
 * of it cannot be read, and nothing is given out until it can.
 */
export type ReleaseState = StatedState | "superseded" | "unknown";

export interface StandingOfRelease {
  readonly state: ReleaseState;
  /** Since when (ISO 8601); that of the release itself when nothing was said. */
  readonly since: string;
  /** End of an embargo. */
  readonly until: string | null;
  readonly reason: string | null;
  /** The release that holds all of it, when that is given out. */
  readonly supersededBy: string | null;
}

/** What was last said of a release; `null`: nothing; `"unreadable"`: something that cannot be read. */
export type LastStatement =
  | {
      readonly state: StatedState;
      readonly created: string;
      readonly until: string | null;
      readonly reason: string | null;
    }
  | "unreadable"
  | null;

export interface ChainLink {
  readonly name: string;
  readonly created: string;
  readonly previous: string | null;
  readonly last: LastStatement;
}

/** Whether its bytes are given to peers. */
export function isSeeded(state: ReleaseState): boolean {
  return state === "initial-seeding" || state === "open" || state === "superseded";
}

/** Whether custodians are asked to fetch it. */
export function isHandedOut(state: ReleaseState): boolean {
  return state === "initial-seeding" || state === "open";
}

/**
 * The states of all releases of an archive at a time. An embargo ends by itself; an open release that a later one follows is
 * superseded as soon as that one is given out; a revocation stands for ever.
 */
export function standingsAt(links: readonly ChainLink[], now: Date): ReadonlyMap<string, StandingOfRelease> {
  const stated = new Map(links.map((link) => [link.name, { link, ...statedAt(link, now) }]));
  const followers = new Map<string, string[]>();
  for (const { name, previous } of links) {
    if (previous !== null) followers.set(previous, [...(followers.get(previous) ?? []), name]);
  }
  const standings = new Map<string, StandingOfRelease>();
  for (const [name, { link, state, since }] of stated) {
    const supersededBy = isHandedOut(state) ? firstGivenOut(name, followers, stated) : null;
    const said = link.last === null || link.last === "unreadable" ? null : link.last;
    standings.set(name, {
      state: supersededBy === null ? state : "superseded",
      since,
      until: state === "embargoed" ? (said?.until ?? null) : null,
      reason: said?.reason ?? null,
      supersededBy,
    });
  }
  return standings;
}

function statedAt({ last, created }: ChainLink, now: Date): { state: ReleaseState; since: string } {
  if (last === null) return { state: "open", since: created };
  if (last === "unreadable") return { state: "unknown", since: created };
  const { state, until } = last;
  if (state === "embargoed" && until !== null && Date.parse(until) <= now.getTime()) {
    return { state: "open", since: until };
  }
  return { state, since: last.created };
}

/** The latest release behind this one that is given out, through those that are not. */
function firstGivenOut(
  name: string,
  followers: ReadonlyMap<string, readonly string[]>,
  stated: ReadonlyMap<string, { readonly state: ReleaseState }>,
): string | null {
  const seen = new Set([name]);
  let found: string | null = null;
  const queue = [...(followers.get(name) ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const state = stated.get(next)?.state;
    if (state !== undefined && isHandedOut(state)) found = next;
    queue.push(...(followers.get(next) ?? []));
  }
  return found;
}
