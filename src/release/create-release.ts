import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readSnapshot } from "../catalogue/index.ts";
import {
  type Archive,
  appendEvents,
  type Clock,
  explainSystemError,
  isoSeconds,
  publishFolder,
  type Reporter,
  readSigningKey,
  systemClock,
  TEMPORARY_PREFIX,
} from "../core/index.ts";
import { listShards, liveTracks, readShardIndex, type ShardManifest } from "../packing/index.ts";
import { currentPlan, dispositionsQuery, type Plan } from "../selection/index.ts";
import { type BuiltBag, buildBag } from "./build-bag.ts";
import { latestRelease, listReleases, type ReleaseListing } from "./list-releases.ts";
import { planRelease, type ReleasePlan } from "./plan-release.ts";
import { publishRelease } from "./publish-release.ts";
import { readOwnRelease } from "./read-own-release.ts";
import type { ReleaseFile } from "./release-document.ts";
import { type DraftShard, ReleaseDraft, type Verdict } from "./release-draft.ts";
import { plannedSummary, type ReleaseSummary } from "./release-summary.ts";
import { scheduledBytes, shardsHeldBack } from "./schedule.ts";
import { settleLeftovers } from "./settle-leftovers.ts";
import { signRelease } from "./sign-release.ts";
import { requireLinks } from "./torrent-links.ts";

export interface CreateReleaseOptions {
  readonly archive: Archive;
  readonly reporter: Reporter;
  /** The gate as it is now: what may be disseminated, and why or why not; see the rights stage. */
  readonly gate: { readonly rightsId: string; decide(trackId: bigint): Verdict };
  /** Lower-case words joined by `-`; the name of the day unless told. */
  readonly name?: string | undefined;
  /** Folders on web servers that will hold the release (BEP 19). */
  readonly webSeeds?: readonly string[] | undefined;
  /** Trackers, in the order to try them. */
  readonly announce?: readonly string[] | undefined;
  /** Sound that is given out at most, the most popular first; without it what the policy's schedule says by now. */
  readonly upToBytes?: number | undefined;
  readonly dryRun?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

const SHOWN_WITHHELD = 1000;

/**
 * Makes a release: asks the gate about every track of every sealed shard, builds a signed bag of what it lets out, and
 * publishes its torrents and its announcement. Shards are not read again where they can get a second name.
 *
 * Throws `RightsRefusedError` when no track may go out, `IntegrityError` when a shard is not what was sealed, `UsageError` for
 * a name that cannot be had.
 */
export async function createRelease(options: CreateReleaseOptions): Promise<ReleaseSummary> {
  const { archive, reporter, signal } = options;
  const links = requireLinks(options.announce ?? [], options.webSeeds ?? []);
  const key = await readSigningKey(archive.layout, archive.config.did);
  const finished = options.dryRun ? [] : await settleLeftovers(archive, key, links, reporter, signal);
  const listing = await listReleases(archive);
  const sealingPlan = await currentPlan(archive);
  const shards = await listShards(archive);
  const clock = options.clock ?? systemClock;
  const now = clock.now();
  const first = listing.releases[0]?.announcement.created ?? null;
  const upToBytes = options.upToBytes ?? scheduledBytes(archive.config.policy.release.schedule, first, now);
  const heldBack = shardsHeldBack(shards, upToBytes);
  const draft = await openDraft(options, sealingPlan, shards, heldBack);
  try {
    const name = options.name ?? null;
    const latestContent = await contentOfLatest(archive, listing);
    const isGradual = heldBack.size > 0;
    const plan = await planRelease({ archive, draft, shards, listing, now, name, latestContent, isGradual });
    const withheld = await draft.listWithheld(SHOWN_WITHHELD);
    const planned = { ...plannedSummary(archive, plan), withheld, finished };
    if (plan.sameAs) {
      const { announcement } = plan.sameAs;
      const { releaseSha256, sizeBytes, torrents } = announcement;
      const previous = announcement.previous?.name ?? null;
      return { ...planned, upToDate: true, previous, releaseSha256, sizeBytes, torrents };
    }
    if (options.dryRun) return planned;
    const created = isoSeconds(now);
    const sign = (files: readonly ReleaseFile[]) =>
      signRelease({ archive, key, plan, created, rights: options.gate.rightsId, sealingPlan, files });
    const bag = await buildInTemporaryFolder(options, plan, draft, created, sign);
    const { tracks, previous, pieceLengthBytes } = plan;
    const release = { name: plan.name, created, previous, pieceLengthBytes, tracks };
    const published = await publishRelease({ archive, key, release, files: bag.files, links });
    await appendEvents(archive.layout, clock, [
      {
        eventType: "dissemination",
        outcome: "success",
        object: `release ${plan.name}`,
        detail: `${tracks.released} tracks released, ${tracks.withheld} withheld`,
        sha256: published.releaseSha256,
        plan: sealingPlan.id,
        rights: options.gate.rightsId,
      },
    ]);
    return {
      ...planned,
      ...published,
      created: true,
      linkedBytes: bag.linkedBytes,
      writtenBytes: bag.writtenBytes,
    };
  } finally {
    draft.close();
  }
}

async function openDraft(
  { archive, gate, signal }: CreateReleaseOptions,
  plan: Plan,
  shards: readonly ShardManifest[],
  heldBack: ReadonlySet<string>,
): Promise<ReleaseDraft> {
  const live = liveTracks(shards);
  const draftShards = shards.map(
    ({ id }): DraftShard => ({
      id,
      isHeldBack: heldBack.has(id),
      rows: liveRows(archive, id, (trackId) => live.get(trackId)?.shard === id),
    }),
  );
  const snapshot = await readSnapshot(archive, plan.document.snapshot);
  return await ReleaseDraft.open({
    shards: draftShards,
    dispositions: dispositionsQuery(plan),
    snapshot,
    decide: (trackId) => gate.decide(trackId),
    signal,
  });
}

async function* liveRows(archive: Archive, shard: string, isLive: (trackId: string) => boolean) {
  for await (const row of readShardIndex(archive, shard)) if (isLive(row.trackId)) yield row;
}

/** `contentSha256` of the latest release, from its bag; null when there is none, or its bag has gone. */
async function contentOfLatest(archive: Archive, listing: ReleaseListing): Promise<string | null> {
  const latest = latestRelease(listing);
  if (!latest) return null;
  const release = await readOwnRelease(archive, latest.name);
  return release?.contentSha256 ?? null;
}

async function buildInTemporaryFolder(
  { archive, reporter, signal }: CreateReleaseOptions,
  plan: ReleasePlan,
  draft: ReleaseDraft,
  created: string,
  sign: (files: readonly ReleaseFile[]) => Buffer,
): Promise<BuiltBag> {
  const folder = join(archive.layout.releases, `${TEMPORARY_PREFIX}${plan.name}`);
  const totalBytes = plan.shards.reduce(
    (sum, { shard, action }) => sum + (action === "left-out" ? 0 : shard.sizeBytes),
    0,
  );
  const progress = reporter.progress("release", "bytes", totalBytes);
  try {
    await mkdir(folder);
    const bag = await buildBag({
      archive,
      plan,
      draft,
      folder,
      created,
      signDocument: sign,
      progress,
      signal,
    });
    const paths = bag.files.map(({ path }) => path);
    await publishFolder(folder, join(archive.layout.releases, plan.name), paths);
    return bag;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explainSystemError(error, `building the release "${plan.name}"`);
  } finally {
    progress.finish();
  }
}
