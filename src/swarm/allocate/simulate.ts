import { allocateAlone, allocateByPublishedRule } from "./allocate-alone.ts";
import { allocateByLedger } from "./allocate-by-ledger.ts";
import type { AllocatedRelease, Pledge } from "./pledge.ts";

export type Strategy = "published" | "alone" | "ledger";

export interface SimulationOptions {
  readonly strategy: Strategy;
  readonly releases: number;
  readonly totalBytes: number;
  readonly custodians: number;
  readonly pledgedBytes: number;
  readonly targetCopies: number;
  /** Custodians that leave in a year, as a share; as many join. */
  readonly yearlyChurn: number;
  readonly years: number;
  readonly seed: number;
}

export interface SimulationResult {
  /** After everyone has joined once: shares of the bytes and of the releases with the target's copies, the archive's own one among them. */
  readonly bytesAtTarget: number;
  readonly releasesAtTarget: number;
  readonly fewestCopies: number;
  /** Releases that only the archive itself had left at the end of a month: without it they would be lost, and they stay it here. */
  readonly lostReleases: number;
  /** After the years, of those not lost. */
  readonly bytesAtTargetAtEnd: number;
  /** Releases that custodians fetched after they had joined, for each custodian and year: what stability saves. */
  readonly movesPerCustodianYear: number;
}

const MONTHS = 12;
/** The archive seeds what it releases. */
const OWN_COPY = 1;

interface Custodian {
  readonly name: string;
  readonly spaceBytes: number;
  readonly uptime: number;
  holds: readonly string[];
}

/** Custodians with disks of all sizes join one after the other, come and go for years, and are told what to hold. */
export function simulate(options: SimulationOptions): SimulationResult {
  const random = randomOf(options.seed);
  const releases = makeReleases(options, random);
  const custodians: Custodian[] = [];
  const sizes = spaces(options, random);
  const lost = new Set<string>();
  let joined = 0;
  const join = (spaceBytes: number): void => {
    joined += 1;
    const uptime = 0.35 + 0.6 * random();
    custodians.push({ name: `custodian ${joined}`, spaceBytes, uptime, holds: [] });
  };
  for (const spaceBytes of sizes) {
    join(spaceBytes);
    if (options.strategy !== "ledger")
      assign(options, releases, custodians, custodians.slice(-1), lost, random);
  }
  if (options.strategy === "ledger") assign(options, releases, custodians, custodians, lost, random);
  const first = measure(releases, custodians, options.targetCopies, lost);
  let moves = 0;
  for (let month = 0; month < options.years * MONTHS; month += 1) {
    const leaves = 1 - (1 - options.yearlyChurn) ** (1 / MONTHS);
    for (let at = custodians.length - 1; at >= 0; at -= 1) if (random() < leaves) custodians.splice(at, 1);
    const copies = countCopies(custodians);
    for (const { name } of releases) if ((copies.get(name) ?? 0) === 0) lost.add(name);
    const before = custodians.map(({ holds }) => holds.length);
    const stayed = custodians.length;
    while (custodians.length < options.custodians) join(sizes[joined % sizes.length] ?? 0);
    const asked = options.strategy === "ledger" ? custodians : custodians.slice(stayed);
    assign(options, releases, custodians, asked, lost, random);
    before.forEach((held, at) => {
      moves += Math.max(0, (custodians[at]?.holds.length ?? 0) - held);
    });
  }
  const last = measure(releases, custodians, options.targetCopies, lost);
  return {
    ...first,
    lostReleases: lost.size,
    bytesAtTargetAtEnd: last.bytesAtTarget,
    movesPerCustodianYear: moves / Math.max(1, options.custodians * options.years),
  };
}

function assign(
  { strategy, targetCopies }: SimulationOptions,
  releases: readonly AllocatedRelease[],
  all: readonly Custodian[],
  asked: readonly Custodian[],
  lost: ReadonlySet<string>,
  random: () => number,
): void {
  if (asked.length === 0) return;
  const pledgeOf = ({ name, spaceBytes, uptime, holds }: Custodian): Pledge => ({
    custodian: name,
    spaceBytes,
    uptime,
    groups: [],
    holds,
  });
  const alive = releases.filter(({ name }) => !lost.has(name));
  if (strategy === "ledger") {
    const assignments = allocateByLedger(alive, asked.map(pledgeOf), { objective: "floor", targetCopies });
    asked.forEach((custodian, at) => {
      const assignment = assignments[at];
      if (assignment) custodian.holds = [...assignment.keep, ...assignment.fetch];
    });
    return;
  }
  for (const custodian of asked) {
    // What the public feed shows: who is there now counts as one, and the archive's own seeder.
    const copies = countCopies(all);
    const seen = alive.map((release) => ({
      ...release,
      otherCopies: OWN_COPY + (copies.get(release.name) ?? 0),
    }));
    const assignment =
      strategy === "alone"
        ? allocateAlone(seen, pledgeOf(custodian))
        : allocateByPublishedRule(seen, pledgeOf(custodian), random);
    custodian.holds = [...assignment.keep, ...assignment.fetch];
  }
}

function measure(
  releases: readonly AllocatedRelease[],
  custodians: readonly Custodian[],
  targetCopies: number,
  lost: ReadonlySet<string>,
): { bytesAtTarget: number; releasesAtTarget: number; fewestCopies: number } {
  const copies = countCopies(custodians);
  const alive = releases.filter(({ name }) => !lost.has(name));
  const copiesOf = (name: string): number => OWN_COPY + (copies.get(name) ?? 0);
  const reached = alive.filter(({ name }) => copiesOf(name) >= targetCopies);
  const bytes = (some: readonly AllocatedRelease[]): number =>
    some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return {
    bytesAtTarget: bytes(reached) / Math.max(1, bytes(alive)),
    releasesAtTarget: reached.length / Math.max(1, alive.length),
    fewestCopies: Math.min(...alive.map(({ name }) => copiesOf(name))),
  };
}

function countCopies(custodians: readonly Custodian[]): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const { holds } of custodians) for (const name of holds) copies.set(name, (copies.get(name) ?? 0) + 1);
  return copies;
}

/** Sizes spread over a factor of about ten, as releases of one archive are. */
function makeReleases(
  { releases, totalBytes }: SimulationOptions,
  random: () => number,
): readonly AllocatedRelease[] {
  const weights = Array.from({ length: releases }, () => 10 ** random());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, index) => ({
    name: `release ${index}`,
    sizeBytes: Math.round((weight / total) * totalBytes),
    groups: [],
    isOpen: true,
    otherCopies: 0,
    popularity: 0,
  }));
}

/** Disks spread over a factor of a hundred: many small ones, a few that carry much. */
function spaces({ custodians, pledgedBytes }: SimulationOptions, random: () => number): readonly number[] {
  const weights = Array.from({ length: custodians }, () => 100 ** random());
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => Math.round((weight / total) * pledgedBytes));
}

/** Mulberry32: the same numbers everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
