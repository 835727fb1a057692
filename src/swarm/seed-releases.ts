import { type Archive, errorMessage, type Reporter, UsageError } from "../core/index.ts";
import { isSeeded, type ListedRelease, listReleases, readStandings } from "../release/index.ts";
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
  const initial = new Set<string>();
  const superSeed = (release: string): boolean => initial.has(release) || (pattern?.test(release) ?? false);
  let releases = await seededReleases(options, initial, true);
  if (releases.length === 0) {
    throw new UsageError(
      options.only === undefined ? "there is no release to seed" : `no release fits "${options.only}"`,
      { hint: "see which there are, and their states: deadwax release list" },
    );
  }
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
      const now = await seededReleases(options, initial, false);
      tellChanges(options, releases, now);
      releases = now;
      await seeding.replace(torrentsOfReleases(releases));
    });
    const { uploadedBytes, uploadedByRelease } = seeding;
    return { ...summary(), uploadedBytes, uploadedByRelease };
  } finally {
    progress.finish();
    await seeding.close();
  }
}

/** `initial` gets the names of those that are in their initial seeding. */
async function seededReleases(
  { archive, reporter, only }: SeedReleasesOptions,
  initial: Set<string>,
  isFirst: boolean,
): Promise<readonly ListedRelease[]> {
  const listing = await listReleases(archive);
  if (isFirst) {
    for (const { name, reason } of listing.broken) {
      reporter.warn(`release "${name}" is not seeded: ${reason}`);
    }
  }
  const standings = await readStandings(archive.layout.releases, listing.releases, new Date());
  const wanted = only === undefined ? null : globPattern(only);
  initial.clear();
  for (const [name, { state }] of standings) if (state === "initial-seeding") initial.add(name);
  return listing.releases.filter(({ name }) => {
    const state = standings.get(name)?.state ?? "unknown";
    if (!(wanted?.test(name) ?? true)) return false;
    if (isFirst && !isSeeded(state)) reporter.warn(`release "${name}" is not seeded: it is ${state}`);
    return isSeeded(state);
  });
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
