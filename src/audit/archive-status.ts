import { readdir } from "node:fs/promises";
import { currentSnapshot, currentSnapshotId, type Snapshot } from "../catalogue/index.ts";
import { type Archive, lockHolder } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import {
  type LiveTrack,
  listShards,
  liveTracks,
  readQuarantine,
  type ShardManifest,
} from "../packing/index.ts";
import { listReleases, type ReleaseListing, readOwnRelease } from "../release/index.ts";
import { currentRights, type EffectiveRights } from "../rights/index.ts";
import { currentRightsId } from "../rights/rights-store.ts";
import { findCurrentPlan, type Plan, readDispositions } from "../selection/index.ts";
import { type Accession, listAccessions } from "../sources/index.ts";
import { type NextStep, nextStep } from "./next-step.ts";

/** Tracks and bytes of one kind. */
export interface Amount {
  readonly tracks: number;
  readonly bytes: number;
}

/** What each stage of an archive has done, and what is to be done next. Null stands for what has not been done yet. */
export interface ArchiveStatus {
  readonly archive: {
    readonly root: string;
    readonly id: string;
    readonly did: string;
    readonly created: string;
  };
  /** The command that writes to the archive at this moment. */
  readonly busy: string | null;
  readonly sources: {
    readonly accessions: number;
    /** Names of the sources, `audio:…` and `plays:…`. */
    readonly names: readonly string[];
    /** Files that are no audio, or unreadable, over all accessions. */
    readonly rejected: number;
  };
  readonly catalogue: {
    readonly snapshot: string;
    readonly tracks: number;
    readonly albums: number;
    readonly artists: number;
    /** False when there are accessions that it does not hold. */
    readonly isCurrent: boolean;
  } | null;
  readonly rights: {
    readonly id: string;
    readonly open: number;
    readonly dark: number;
    readonly isCurrent: boolean;
  } | null;
  readonly plan: {
    readonly id: string;
    readonly budgetBytes: number | null;
    readonly original: Amount;
    readonly accessCopy: Amount;
    readonly metadataOnly: Amount;
    readonly isCurrent: boolean;
  } | null;
  readonly packed: {
    readonly shards: number;
    readonly bytes: number;
    readonly original: number;
    readonly accessCopy: number;
    /** Tracks that the plan keeps and no shard holds yet; those in quarantine are not among them. */
    readonly waiting: number;
    readonly quarantined: number;
    /** Shards that a run left unfinished. */
    readonly unfinishedShards: number;
  };
  readonly releases: {
    readonly count: number;
    readonly latest: { readonly name: string; readonly created: string; readonly tracks: number } | null;
    /** True when the latest release was made of the current plan and rights, and no shard has been sealed since. */
    readonly isCurrent: boolean;
    /** Names that are folders without an announcement, or announcements that cannot be read. */
    readonly unfinished: readonly string[];
    readonly broken: readonly string[];
  };
  readonly next: NextStep;
}

/** Looks through an archive. Reads descriptions, not audio; writes nothing. Throws what the stages throw for damaged descriptions. */
export async function archiveStatus(options: { readonly archive: Archive }): Promise<ArchiveStatus> {
  const { archive } = options;
  const accessions = await listAccessions(archive);
  const snapshot = (await currentSnapshotId(archive)) === null ? null : await currentSnapshot(archive);
  const rights = (await currentRightsId(archive)) === null ? null : await currentRights(archive);
  const plan = await findCurrentPlan(archive);
  const shards = await listShards(archive);
  const listing = await listReleases(archive);
  const status: Omit<ArchiveStatus, "next"> = {
    archive: {
      root: archive.layout.root,
      id: archive.config.id,
      did: archive.config.did,
      created: archive.config.created,
    },
    busy: await lockHolder(archive.layout),
    sources: sourcesStatus(accessions),
    catalogue: snapshot && catalogueStatus(snapshot, accessions),
    rights: rights && rightsStatus(rights, snapshot),
    plan: plan && planStatus(plan, snapshot, rights),
    packed: await packedStatus(archive, plan, shards),
    releases: await releasesStatus(archive, listing, plan, rights, shards),
  };
  return { ...status, next: nextStep(status) };
}

function sourcesStatus(accessions: readonly Accession[]): ArchiveStatus["sources"] {
  return {
    accessions: accessions.length,
    names: [...new Set(accessions.map(({ source }) => source.name))].sort(),
    rejected: accessions.reduce((sum, { counts }) => sum + counts.rejected, 0),
  };
}

function catalogueStatus(snapshot: Snapshot, accessions: readonly Accession[]): ArchiveStatus["catalogue"] {
  const held = new Set(snapshot.accessions.map(({ id }) => id));
  const rows = (table: "track" | "album" | "artist") => snapshot.tables[table]?.rows ?? 0;
  return {
    snapshot: snapshot.id,
    tracks: rows("track"),
    albums: rows("album"),
    artists: rows("artist"),
    isCurrent: held.size === accessions.length && accessions.every(({ id }) => held.has(id)),
  };
}

function rightsStatus(rights: EffectiveRights, snapshot: Snapshot | null): ArchiveStatus["rights"] {
  const { open, dark } = rights.counts;
  return { id: rights.id, open, dark, isCurrent: rights.snapshot === snapshot?.id };
}

function planStatus(
  { id, document }: Plan,
  snapshot: Snapshot | null,
  rights: EffectiveRights | null,
): ArchiveStatus["plan"] {
  const { totals, budgetBytes } = document;
  return {
    id,
    budgetBytes,
    original: totals.original,
    accessCopy: totals["access-copy"],
    metadataOnly: totals["metadata-only"],
    isCurrent: document.snapshot === snapshot?.id && document.rights === rights?.id,
  };
}

async function packedStatus(
  archive: Archive,
  plan: Plan | null,
  shards: readonly ShardManifest[],
): Promise<ArchiveStatus["packed"]> {
  const live = liveTracks(shards);
  const quarantined = plan ? await readQuarantine(plan) : new Map<string, unknown>();
  const names = await readdir(archive.layout.shards);
  let original = 0;
  for (const { disposition } of live.values()) if (disposition === "original") original += 1;
  return {
    shards: shards.length,
    bytes: shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    original,
    accessCopy: live.size - original,
    waiting: plan ? await countWaiting(plan, live, quarantined) : 0,
    quarantined: quarantined.size,
    unfinishedShards: names.filter((name) => name.startsWith(".partial-") && name.endsWith(".tar")).length,
  };
}

async function countWaiting(
  plan: Plan,
  live: ReadonlyMap<string, LiveTrack>,
  quarantined: ReadonlyMap<string, unknown>,
): Promise<number> {
  let waiting = 0;
  for await (const { trackId, disposition } of readDispositions(plan)) {
    if (disposition === "metadata-only") continue;
    const id = trackIdFromBigInt(trackId);
    if (live.get(id)?.disposition !== disposition && !quarantined.has(id)) waiting += 1;
  }
  return waiting;
}

async function releasesStatus(
  archive: Archive,
  { releases, unannounced, broken }: ReleaseListing,
  plan: Plan | null,
  rights: EffectiveRights | null,
  shards: readonly ShardManifest[],
): Promise<ArchiveStatus["releases"]> {
  const latest = releases.at(-1);
  const document = latest ? await readOwnRelease(archive, latest.name) : null;
  const lastSealed = shards.reduce((last, { created }) => (created > last ? created : last), "");
  return {
    count: releases.length,
    latest: latest
      ? { name: latest.name, created: latest.announcement.created, tracks: latest.announcement.tracks }
      : null,
    isCurrent:
      document !== null &&
      document.plan === plan?.id &&
      document.rights === rights?.id &&
      lastSealed <= document.created,
    unfinished: unannounced,
    broken: broken.map(({ name }) => name),
  };
}
