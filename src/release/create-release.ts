import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readSnapshot } from "../catalogue/snapshot.ts";
import {
  type Archive,
  appendEvents,
  type Clock,
  DEADWAX_VERSION,
  explainSystemError,
  isoSeconds,
  publishFolder,
  type Reporter,
  readSigningKey,
  type SigningKey,
  signDocument,
  systemClock,
  TEMPORARY_PREFIX,
} from "../core/index.ts";
import { readShardIndex } from "../packing/shard-index.ts";
import { listShards, liveTracks, type ShardManifest } from "../packing/shard-manifest.ts";
import { currentPlan, type Plan } from "../selection/index.ts";
import type { AnnouncedTorrent } from "./announcement.ts";
import { type BuiltBag, buildBag } from "./build-bag.ts";
import { finishRelease } from "./finish-release.ts";
import { latestRelease, listReleases, type ReleaseListing } from "./list-releases.ts";
import { planRelease, type ReleasePlan } from "./plan-release.ts";
import { publishRelease } from "./publish-release.ts";
import { readOwnRelease } from "./read-own-release.ts";
import type { ReleaseFile } from "./release-document.ts";
import { type DraftShard, ReleaseDraft, type Tally, type Verdict } from "./release-draft.ts";
import type { TorrentLinks } from "./release-torrents.ts";
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
  readonly dryRun?: boolean | undefined;
  readonly clock?: Clock | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReleaseSummary {
  /** False for a dry run, and when the latest release says the same already. */
  readonly created: boolean;
  /** True when the latest release, which `name` then names, has the same content. */
  readonly upToDate: boolean;
  readonly name: string;
  readonly folder: string;
  readonly previous: string | null;
  readonly tracks: { readonly released: number; readonly metadataOnly: number; readonly withheld: number };
  readonly licences: readonly Tally[];
  readonly withheldReasons: readonly Tally[];
  /** The first withheld tracks; all of them are in the track table. */
  readonly withheld: readonly { readonly trackId: string; readonly reason: string }[];
  readonly shards: { readonly whole: number; readonly rewritten: number; readonly leftOut: number };
  readonly linkedBytes: number;
  readonly writtenBytes: number;
  /** Of the whole bag; null for a dry run. */
  readonly sizeBytes: number | null;
  readonly releaseSha256: string | null;
  readonly torrents: readonly AnnouncedTorrent[];
  /** Releases that an interrupted run left behind and that this one published. */
  readonly finished: readonly string[];
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
  const links: TorrentLinks = requireLinks(options.announce ?? [], options.webSeeds ?? []);
  const key = await readSigningKey(archive.layout, archive.config.did);
  const finished = options.dryRun ? [] : await settleLeftovers(archive, key, links, reporter, signal);
  const listing = await listReleases(archive);
  const sealingPlan = await currentPlan(archive);
  const shards = await listShards(archive);
  const draft = await openDraft(options, sealingPlan, shards);
  try {
    const clock = options.clock ?? systemClock;
    const now = clock.now();
    const name = options.name ?? null;
    const latestContent = await contentOfLatest(archive, listing);
    const plan = await planRelease({ archive, draft, shards, listing, now, name, latestContent });
    const withheld = await draft.listWithheld(SHOWN_WITHHELD);
    const planned = { ...plannedSummary(archive, plan), withheld, finished };
    if (plan.sameAs) {
      const { announcement } = plan.sameAs;
      const { releaseSha256, sizeBytes, torrents } = announcement;
      return { ...planned, upToDate: true, releaseSha256, sizeBytes, torrents };
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
): Promise<ReleaseDraft> {
  const live = liveTracks(shards);
  const draftShards = shards.map(
    ({ id }): DraftShard => ({
      id,
      rows: liveRows(archive, id, (trackId) => live.get(trackId)?.shard === id),
    }),
  );
  const snapshot = await readSnapshot(archive, plan.document.snapshot);
  return await ReleaseDraft.open({
    shards: draftShards,
    dispositionsFile: plan.dispositionsFile,
    snapshotTable: snapshot && ((table) => snapshot.table(table)),
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

function plannedSummary(archive: Archive, plan: ReleasePlan): Omit<ReleaseSummary, "withheld" | "finished"> {
  const count = (action: string) => plan.shards.filter((shard) => shard.action === action).length;
  return {
    created: false,
    upToDate: false,
    name: plan.name,
    folder: join(archive.layout.releases, plan.name),
    previous: plan.previous?.name ?? null,
    tracks: plan.tracks,
    licences: plan.licences,
    withheldReasons: plan.withheldReasons,
    shards: { whole: count("whole"), rewritten: count("rewritten"), leftOut: count("left-out") },
    linkedBytes: 0,
    writtenBytes: 0,
    sizeBytes: null,
    releaseSha256: null,
    torrents: [],
  };
}

interface SigningInputs {
  readonly archive: Archive;
  readonly key: SigningKey;
  readonly plan: ReleasePlan;
  readonly created: string;
  readonly rights: string;
  readonly sealingPlan: Plan;
  readonly files: readonly ReleaseFile[];
}

function signRelease({ archive, key, plan, created, rights, sealingPlan, files }: SigningInputs): Buffer {
  const fields = {
    format: "deadwax-release/1",
    name: plan.name,
    created,
    archive: archive.config.id,
    previous: plan.previous,
    pieceLengthBytes: plan.pieceLengthBytes,
    files: files.map((file) => ({ ...file })),
    tracks: plan.tracks,
    licences: plan.licences.map(({ name, tracks }) => ({ licence: name, tracks })),
    withheld: plan.withheldReasons.map(({ name, tracks }) => ({ reason: name, tracks })),
    contentSha256: plan.contentSha256,
    snapshot: sealingPlan.document.snapshot,
    rights,
    plan: sealingPlan.id,
    program: `deadwax ${DEADWAX_VERSION}`,
  };
  return signDocument(fields, key.did, key.privateKey);
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

/** Removes what a killed run left half built, and publishes what it left whole. */
async function settleLeftovers(
  archive: Archive,
  key: SigningKey,
  links: TorrentLinks,
  reporter: Reporter,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const folder = archive.layout.releases;
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(TEMPORARY_PREFIX)) continue;
    await rm(join(folder, entry), { recursive: true, force: true });
    reporter.note(`removed "${entry}", which an interrupted run left behind`);
  }
  const finished: string[] = [];
  for (const name of (await listReleases(archive)).unannounced) {
    if (await finishRelease({ archive, key, name, links, signal })) {
      finished.push(name);
      reporter.note(`published the release "${name}", which an interrupted run left without its torrents`);
    } else {
      reporter.warn(`"${name}" in the releases is no release of this archive: left as it is`);
    }
  }
  return finished;
}
