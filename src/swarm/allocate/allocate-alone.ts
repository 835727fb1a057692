import { chanceOf } from "./order-by-chance.ts";
import { type AllocatedRelease, type Assignment, isWanted, type Pledge } from "./pledge.ts";

/**
 * What one custodian should hold, from nothing but the public feed: weighted rendezvous hashing, in which a release with one copy
 * fewer is twice as likely to come first. Two custodians choose differently without knowing of each other; when copies change a
 * little, so does the choice. What is held and may be kept is kept.
 */
export function allocateAlone(releases: readonly AllocatedRelease[], pledge: Pledge): Assignment {
  const byName = new Map(releases.map((release) => [release.name, release]));
  let freeBytes = pledge.spaceBytes;
  const keep = pledge.holds.filter((name) => {
    const release = byName.get(name);
    if (!release || !isWanted(release, pledge) || release.sizeBytes > freeBytes) return false;
    freeBytes -= release.sizeBytes;
    return true;
  });
  const kept = new Set(keep);
  const fetch: string[] = [];
  const scored = releases
    .filter((release) => isWanted(release, pledge) && !kept.has(release.name))
    .map((release) => ({
      release,
      score: -Math.log(chanceOf(pledge.custodian, release.name)) * 2 ** release.otherCopies,
    }))
    .sort((a, b) => a.score - b.score);
  for (const { release } of scored) {
    if (release.sizeBytes > freeBytes) continue;
    fetch.push(release.name);
    freeBytes -= release.sizeBytes;
  }
  const drop = pledge.holds.filter((name) => !kept.has(name));
  return { custodian: pledge.custodian, keep, fetch, drop };
}

/**
 * The rule that a large public archive gives its volunteers, for comparison: `(seeders + 0.1 leechers) * (mean size / size)` plus
 * chance up to 2, lowest first; releases that nobody seeds are passed over, and what does not fit as well.
 */
export function allocateByPublishedRule(
  releases: readonly AllocatedRelease[],
  pledge: Pledge,
  random: () => number,
): Assignment {
  const meanBytes =
    releases.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) / Math.max(1, releases.length);
  let freeBytes = pledge.spaceBytes;
  const fetch: string[] = [];
  const scored = releases
    .filter((release) => isWanted(release, pledge) && release.otherCopies > 0)
    .map((release) => ({
      release,
      score: release.otherCopies * (meanBytes / release.sizeBytes) + 2 * random(),
    }))
    .sort((a, b) => a.score - b.score);
  for (const { release } of scored) {
    if (release.sizeBytes > freeBytes) continue;
    fetch.push(release.name);
    freeBytes -= release.sizeBytes;
  }
  return { custodian: pledge.custodian, keep: [], fetch, drop: [...pledge.holds] };
}
