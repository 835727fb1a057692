import { stat } from "node:fs/promises";
import { type Archive, errorMessage, type Reporter, UsageError } from "../core/index.ts";
import {
  isSeeded,
  type ListedRelease,
  listReleases,
  type ReleaseState,
  readStandings,
} from "../release/index.ts";
import { torrentsOfReleases } from "./content/shared-torrents.ts";
import { globPattern } from "./glob-pattern.ts";
import { Seeding, type SeedingOptions } from "./seed/seeding.ts";

export interface SeedReleasesOptions extends Omit<SeedingOptions, "folder" | "superSeed"> {
  readonly archive: Archive;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** A glob over names of releases; all without it. */
  readonly only?: string | undefined;
  /** A glob over names of releases that are super-seeded (BEP 16); none without it. */
  readonly superSeed?: string | undefined;
  /** How often it is looked whether there are other releases, or other states of them. */
  readonly lookEveryMs?: number;
}

export interface SeedSummary {
  readonly releases: number;
  readonly torrents: number;
  readonly sizeBytes: number;
  readonly port: number;
  readonly httpPort: number | null;
  readonly uploadedBytes: number;
  readonly uploadedByRelease: Readonly<Record<string, number>>;
}

const TICK_MS = 1000;
const LOOK_EVERY_MS = 30_000;

/**
 * Seeds the releases of an archive until the signal fires. Nothing that is sealed is hashed first. What is embargoed, revoked or not
 * open for another reason is given to nobody, also when that is said while it runs; new releases are taken up.
 */
export async function seedReleases(options: SeedReleasesOptions): Promise<SeedSummary> {
  const { archive, reporter, signal, lookEveryMs = LOOK_EVERY_MS } = options;
  const pattern = options.superSeed === undefined ? null : globPattern(options.superSeed);
  const first = await look(options, null);
  let seen = first;
  let { releases } = first;
  tellClosed(first, reporter);
  if (releases.length === 0) {
    throw new UsageError(
      options.only === undefined ? "there is no release to seed" : `no release fits "${options.only}"`,
      { hint: "see which there are, and their states: deadwax release list" },
    );
  }
  const superSeed = (release: string): boolean =>
    seen.initial.has(release) || (pattern?.test(release) ?? false);
  const seeding = new Seeding({ ...options, superSeed, folder: archive.layout.releases });
  const progress = reporter.progress("uploaded", "bytes");
  try {
    await seeding.replace(torrentsOfReleases(releases));
    const ports = await seeding.listen();
    const summary = () => ({
      releases: releases.length,
      torrents: seeding.torrents.torrents.length,
      sizeBytes: releases.reduce((sum, { announcement }) => sum + announcement.sizeBytes, 0),
      ...ports,
    });
    reporter.record({ type: "seeding", host: options.host ?? null, ...summary() });
    reporter.note(
      `seeding ${releases.length === 1 ? "one release" : `${releases.length} releases`} on port ${ports.port}${
        ports.httpPort === null ? "" : `, over HTTP on port ${ports.httpPort}`
      }; Ctrl-C ends it`,
    );
    let shown = 0;
    let lookedMs = performance.now();
    await untilAborted(signal, reporter, async () => {
      progress.advance(seeding.uploadedBytes - shown, `${seeding.connections} peers`);
      shown = seeding.uploadedBytes;
      if (performance.now() - lookedMs < lookEveryMs) return;
      lookedMs = performance.now();
      const now = await look(options, seen);
      if (now === seen) return;
      tellChanges(options, releases, now.releases);
      seen = now;
      releases = now.releases;
      await seeding.replace(torrentsOfReleases(releases));
    });
    const { uploadedBytes, uploadedByRelease } = seeding;
    return { ...summary(), uploadedBytes, uploadedByRelease };
  } finally {
    progress.finish();
    await seeding.close();
  }
}

/** What was there when it was last looked. */
interface Seen {
  readonly releases: readonly ListedRelease[];
  /** Names of those that are in their initial seeding. */
  readonly initial: ReadonlySet<string>;
  /** Those that are given to nobody, and why. */
  readonly closed: ReadonlyMap<string, string>;
  /** Of the folder: every change of a release or of its state is a new name in it. */
  readonly changedMs: number;
  /** When the next embargo ends (milliseconds since 1970). */
  readonly untilMs: number;
}

/** `before`, as long as nothing has changed: ten thousand signatures are not checked again for nothing. */
async function look({ archive, only }: SeedReleasesOptions, before: Seen | null): Promise<Seen> {
  const now = new Date();
  const { mtimeMs } = await stat(archive.layout.releases);
  if (before !== null && mtimeMs === before.changedMs && now.getTime() < before.untilMs) return before;
  const listing = await listReleases(archive);
  const standings = await readStandings(archive.layout.releases, listing.releases, now);
  const wanted = only === undefined ? null : globPattern(only);
  const releases = listing.releases.filter(({ name }) => wanted?.test(name) ?? true);
  const stateOf = (name: string): ReleaseState => standings.get(name)?.state ?? "unknown";
  const ends = [...standings.values()].flatMap(({ until }) => (until === null ? [] : [Date.parse(until)]));
  return {
    releases: releases.filter(({ name }) => isSeeded(stateOf(name))),
    initial: new Set(releases.map(({ name }) => name).filter((name) => stateOf(name) === "initial-seeding")),
    closed: new Map([
      ...listing.broken.map(({ name, reason }): [string, string] => [name, reason]),
      ...releases
        .filter(({ name }) => !isSeeded(stateOf(name)))
        .map(({ name }): [string, string] => [name, `it is ${stateOf(name)}`]),
    ]),
    changedMs: mtimeMs,
    untilMs: Math.min(...ends, Number.POSITIVE_INFINITY),
  };
}

function tellClosed({ closed }: Seen, reporter: Reporter): void {
  for (const [name, reason] of closed) reporter.warn(`release "${name}" is not seeded: ${reason}`);
}

function tellChanges(
  { reporter }: SeedReleasesOptions,
  before: readonly ListedRelease[],
  after: readonly ListedRelease[],
): void {
  const namesBefore = new Set(before.map(({ name }) => name));
  const namesAfter = new Set(after.map(({ name }) => name));
  for (const name of namesAfter) if (!namesBefore.has(name)) reporter.note(`"${name}" is seeded from now on`);
  for (const name of namesBefore) if (!namesAfter.has(name)) reporter.note(`"${name}" is seeded no more`);
}

/** Ticks one after the other; one that fails is told and does not end it. */
async function untilAborted(
  signal: AbortSignal,
  reporter: Reporter,
  tick: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(end, TICK_MS);
      function end(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      }
      signal.addEventListener("abort", end, { once: true });
    });
    try {
      await tick();
    } catch (error) {
      reporter.warn(errorMessage(error));
    }
  }
}
