import { isHandedOut } from "../../release/index.ts";
import { allocateAlone } from "../allocate/allocate-alone.ts";
import type { AllocatedRelease } from "../allocate/pledge.ts";
import type { Feed, FeedRelease } from "../feed/feed-document.ts";

/** What a volunteer lends, and for what. */
export interface MirrorWishes {
  /** Chooses between equals; another one for each volunteer. */
  readonly custodian: string;
  readonly spaceBytes: number;
  /** Collections that are wanted; empty: any. */
  readonly groups: readonly string[];
  /** Licences that every track of a release has to have; empty: any. */
  readonly licences: readonly string[];
  /** Over names of releases; null: any. */
  readonly only: RegExp | null;
}

export interface MirrorHolding {
  readonly name: string;
  readonly sizeBytes: number;
  /** False: it is on its way, and takes its space already. */
  readonly isWhole: boolean;
}

export interface PlannedDrop {
  readonly name: string;
  readonly why: "revoked" | "superseded" | "not-wanted";
  /** Copies that others have, as far as the feed knows; null: nobody has measured. */
  readonly copiesLeft: number | null;
}

export interface MirrorPlan {
  /** Held, and given to whoever asks. */
  readonly give: readonly string[];
  /** Of those, what is wanted no more, or has no room any more, and stays because too few others have it. */
  readonly keptForOthers: readonly string[];
  /** Held and not given away for now: embargoed, or not listed in a way that can be understood. */
  readonly hide: readonly string[];
  /** In this order. */
  readonly fetch: readonly FeedRelease[];
  readonly drop: readonly PlannedDrop[];
}

/**
 * What a mirror does with a feed, without any central state: what is revoked goes at once; what is superseded goes when the later
 * release is here; what is held and wanted stays; free space goes to the releases with the fewest copies, of equals to those that
 * chance gives to this custodian. A release that would fall below the feed's minimum is kept although it is not wanted any more.
 */
export function planMirror(feed: Feed, wishes: MirrorWishes, holdings: readonly MirrorHolding[]): MirrorPlan {
  const byName = new Map(feed.releases.map((release) => [release.name, release]));
  const held = new Map(holdings.map((holding) => [holding.name, holding]));
  const give: string[] = [];
  const hide: string[] = [];
  const keptForOthers: string[] = [];
  const drop: PlannedDrop[] = [];
  const replaced = new Set<string>();
  let keptBytes = 0;
  for (const { name, sizeBytes } of holdings) {
    const release = byName.get(name);
    const state = release?.state ?? "unknown";
    if (release && state === "revoked") {
      drop.push({ name, why: "revoked", copiesLeft: null });
      continue;
    }
    if (release && state === "superseded") {
      // Its shards are those of the later one, for the most part: they take no space of their own.
      if (release.supersededBy !== null && held.get(release.supersededBy)?.isWhole === true) {
        drop.push({ name, why: "superseded", copiesLeft: copiesOfOthers(release, true) });
      } else {
        replaced.add(release.supersededBy ?? "");
        give.push(name);
      }
      continue;
    }
    if (!release || !isHandedOut(state)) {
      keptBytes += sizeBytes;
      hide.push(name);
      continue;
    }
    const copiesLeft = copiesOfOthers(release, true);
    const isRoom = keptBytes + sizeBytes <= wishes.spaceBytes;
    if (!isRoom || !isWanted(release, wishes)) {
      if ((copiesLeft ?? 0) >= feed.minimumCopies) {
        drop.push({ name, why: "not-wanted", copiesLeft });
        continue;
      }
      keptForOthers.push(name);
    }
    keptBytes += sizeBytes;
    give.push(name);
  }
  const open = feed.releases
    .filter((release) => isHandedOut(release.state) && !held.has(release.name) && isWanted(release, wishes))
    .map(
      (release): AllocatedRelease => ({
        name: release.name,
        sizeBytes: release.sizeBytes,
        groups: [release.group],
        isOpen: true,
        // What follows a release that is here comes first: it holds the same, and more.
        otherCopies: replaced.has(release.name) ? -1000 : (copiesOfOthers(release, false) ?? 0),
        popularity: 0,
      }),
    );
  const pledge = {
    custodian: wishes.custodian,
    spaceBytes: Math.max(0, wishes.spaceBytes - keptBytes),
    uptime: 1,
    groups: [],
    holds: [],
  };
  const fetch = allocateAlone(open, pledge).fetch.flatMap((name) => byName.get(name) ?? []);
  return { give, keptForOthers, hide, fetch, drop };
}

/** Whether a volunteer's collections and licences let it in. A release without licences known is in no choice of licences. */
export function isWanted(release: FeedRelease, { groups, licences, only }: MirrorWishes): boolean {
  if (groups.length > 0 && !groups.includes(release.group)) return false;
  if (only !== null && !only.test(release.name)) return false;
  if (licences.length === 0) return true;
  return release.licences.length > 0 && release.licences.every(({ licence }) => licences.includes(licence));
}

/** Proved copies, or claimed ones where nobody proved any; ours is one of them when we hold it. */
function copiesOfOthers({ health }: FeedRelease, isOurs: boolean): number | null {
  if (health === null) return null;
  const copies = health.effectiveCopies > 0 ? health.effectiveCopies : (health.seeders ?? 0);
  return Math.max(0, copies - (isOurs ? 1 : 0));
}
