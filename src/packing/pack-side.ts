import { rm } from "node:fs/promises";
import type { AudioJob, AudioOutcome, AudioSuccess } from "../audio/types.ts";
import type { Archive, Clock, Progress, Reporter } from "../core/index.ts";
import { type GateSide, opensNewShard, type Plan } from "../selection/index.ts";
import { audioOrder } from "./audio-order.ts";
import { changeSinceAccession, differenceFrom } from "./check-holding.ts";
import { openPartial, type ResumableShard } from "./open-partial.ts";
import type { PlannedTrack } from "./pack-work.ts";
import { type QuarantinedTrack, type QuarantineReason, quarantineTrack } from "./quarantine.ts";
import { sealShard } from "./seal-shard.ts";
import type { JournalHeader } from "./shard-journal.ts";
import type { ShardManifest } from "./shard-manifest.ts";
import {
  type PartialPaths,
  type ShardWriter,
  SpoolMismatchError,
  type TrackToAppend,
} from "./shard-writer.ts";
import { trackToAppend } from "./stored-audio.ts";
import { placeTrack } from "./tar-entry.ts";
import type { TrackFacts, TrackRights } from "./track-facts.ts";

/** A track whose turn has come. */
export interface TrackTask {
  readonly planned: PlannedTrack;
  readonly facts: TrackFacts;
  readonly rights: TrackRights;
}

/** What all of a run shares. */
export interface PackRun {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly plan: Plan;
  readonly recipe: string;
  readonly tools: Readonly<Record<string, string>>;
  readonly truePeak: boolean;
  readonly spoolFolder: string;
  readonly progress: Progress;
  readonly runAudio: (job: AudioJob) => Promise<AudioOutcome>;
  /** Jobs that `runAudio` works on at once. */
  readonly workers: number;
  /** Gives the facts of tracks in their order, a batch at a time. */
  readonly tasks: (tracks: readonly PlannedTrack[]) => AsyncIterable<TrackTask>;
  /** Gives each shard its number among all of the archive. */
  readonly nextShardNumber: () => number;
  /** Tracks that are in quarantine already. */
  readonly quarantine: ReadonlyMap<string, QuarantinedTrack>;
}

export interface PackedSide {
  readonly shards: readonly ShardManifest[];
  readonly tracks: { readonly original: number; readonly "access-copy": number };
  readonly quarantined: readonly QuarantinedTrack[];
}

/** Appends what was read and measured of one side of the gate to its shards: the only place that writes them. */
export class SidePacker {
  readonly #run: PackRun;
  readonly #header: JournalHeader;
  #partial: { readonly writer: ShardWriter; readonly paths: PartialPaths } | null = null;
  readonly #shards: ShardManifest[] = [];
  readonly #counts = { original: 0, "access-copy": 0 };
  readonly #quarantined: QuarantinedTrack[] = [];

  constructor(run: PackRun, gate: GateSide) {
    this.#run = run;
    this.#header = { format: "deadwax-journal/1", plan: run.plan.id, gate, recipe: run.recipe };
  }

  /** Goes on with the shard that an earlier run left, if there is one, and gives the tracks that are not in it. */
  async begin(
    tracks: readonly PlannedTrack[],
    resumable: ResumableShard | null,
  ): Promise<readonly PlannedTrack[]> {
    if (resumable) await this.#open(resumable);
    const kept = new Set(this.#partial?.writer.tracks.map(({ row }) => row.trackId));
    for (const { trackId, sourceBytes } of tracks) {
      if (kept.has(trackId)) this.#run.progress.advance(sourceBytes);
    }
    return tracks.filter(({ trackId }) => !kept.has(trackId));
  }

  /** Tracks come in pack order. */
  async add(task: TrackTask, result: ProcessedTrack): Promise<void> {
    if (result.ok) await this.#append(task, result);
    else await this.#quarantine(task, result.reason, result.detail);
    this.#run.progress.advance(task.planned.sourceBytes, task.facts.title);
  }

  /** Seals the last shard, which may be smaller than the others. */
  async end(): Promise<void> {
    if (this.#partial?.writer.tracks.length === 0) await this.#discard();
    else await this.#seal();
  }

  result(): PackedSide {
    return { shards: this.#shards, tracks: this.#counts, quarantined: this.#quarantined };
  }

  async close(): Promise<void> {
    await this.#partial?.writer.close();
  }

  async #append(task: TrackTask, audio: AudioSuccess): Promise<void> {
    const { facts, rights, planned } = task;
    const track = trackToAppend(facts, rights, planned.disposition, audio);
    const writer = await this.#writerFor(track);
    try {
      await writer.append(track);
    } catch (error) {
      if (!(error instanceof SpoolMismatchError)) throw error;
      await this.#appendAgain(task, error);
    }
    this.#counts[planned.disposition] += 1;
    await removeSpoolFiles(audio);
  }

  /** The spooled bytes were not those that were hashed: once, the work is done again from the source. */
  async #appendAgain(task: TrackTask, mismatch: SpoolMismatchError): Promise<void> {
    const { facts, rights, planned } = task;
    this.#run.reporter.warn(`${mismatch.message}: reading its file again`);
    const audio = await processTrack(this.#run, task, 2);
    if (!audio.ok) throw mismatch;
    const track = trackToAppend(facts, rights, planned.disposition, audio);
    const writer = await this.#writerFor(track);
    await writer.append(track);
    await removeSpoolFiles(audio);
  }

  /** The shard that the track goes into: the open one, or a new one when it is full. */
  async #writerFor({ json, row }: TrackToAppend): Promise<ShardWriter> {
    const entryBytes = placeTrack(0, { ...row, jsonSizeBytes: json.length }).endBytes;
    const { packing } = this.#run.plan.policy;
    if (this.#partial && opensNewShard(this.#partial.writer.contentBytes, entryBytes, packing)) {
      await this.#seal();
    }
    return (this.#partial ?? (await this.#open(null))).writer;
  }

  async #open(resumable: ResumableShard | null) {
    const { archive, plan, reporter } = this.#run;
    this.#partial = await openPartial(archive, this.#header, resumable, plan.policy.packing, reporter);
    return this.#partial;
  }

  async #seal(): Promise<void> {
    const partial = this.#partial;
    if (!partial) return;
    const { archive, clock, tools, plan, reporter } = this.#run;
    const shard = await sealShard(partial.writer, partial.paths, {
      archive,
      clock,
      header: this.#header,
      number: this.#run.nextShardNumber(),
      pieceLengthBytes: plan.policy.packing.pieceLengthBytes,
      tools,
    });
    this.#partial = null;
    this.#shards.push(shard);
    reporter.record({
      type: "shard",
      id: shard.id,
      gate: shard.gate,
      tracks: shard.tracks.length,
      sizeBytes: shard.sizeBytes,
    });
  }

  /** An earlier run began a shard, and no track went into it. */
  async #discard(): Promise<void> {
    await this.close();
    await rm(this.#partial?.paths.tar ?? "", { force: true });
    await rm(this.#partial?.paths.journal ?? "", { force: true });
    this.#partial = null;
  }

  async #quarantine({ facts, planned }: TrackTask, reason: QuarantineReason, detail: string): Promise<void> {
    const { archive, clock, plan, reporter, quarantine } = this.#run;
    const { path, member } = facts.holding.locator;
    const track = {
      track_id: facts.trackId,
      path: member === null ? path : `${path}/${member}`,
      accession: planned.accession,
      reason,
      detail,
    };
    reporter.warn(`"${track.path}" is not packed: ${reason} (${detail})`, { type: "quarantined", ...track });
    const known = quarantine.get(track.track_id);
    const isNews = known?.reason !== reason || known.accession !== track.accession;
    this.#quarantined.push(isNews ? await quarantineTrack(archive, plan, clock, track) : known);
  }
}

export type ProcessedTrack =
  | AudioSuccess
  | { readonly ok: false; readonly reason: QuarantineReason; readonly detail: string };

/** Reads, verifies and measures a track. A file that is no longer the one that was taken in is a failure of its own. */
export async function processTrack(
  { plan, truePeak, spoolFolder, runAudio }: PackRun,
  { facts, planned }: TrackTask,
  attempt: number,
): Promise<ProcessedTrack> {
  const options = { policy: plan.policy, truePeak, spoolFolder };
  const outcome = await runAudio(audioOrder(facts, planned.disposition, options, attempt));
  if (outcome.ok) {
    const difference = differenceFrom(facts.holding, outcome);
    if (difference === null) return outcome;
    await removeSpoolFiles(outcome);
    return { ok: false, reason: "changed-since-accession", detail: difference };
  }
  const change = await changeSinceAccession(facts.holding, plan.policy.intake);
  if (change !== null) return { ok: false, reason: "changed-since-accession", detail: change };
  return { ok: false, reason: outcome.reason, detail: outcome.detail };
}

async function removeSpoolFiles({ original, accessCopy }: AudioSuccess): Promise<void> {
  if (original) await rm(original.spoolPath, { force: true });
  if (accessCopy) await rm(accessCopy.spoolPath, { force: true });
}
