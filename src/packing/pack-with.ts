import { rm } from "node:fs/promises";
// From its own file: the whole stage would load FFmpeg.
import { hasSpeechModel, SPEECH_IS_ABSENT, SPEECH_TOOL } from "../audio/features/speech-model.ts";
import type { AudioJob, AudioOutcome } from "../audio/types.ts";
import { openSnapshot, type Snapshot } from "../catalogue/index.ts";
import { type Archive, type Clock, type Database, type Reporter, systemClock } from "../core/index.ts";
import type { Plan, Tier } from "../selection/index.ts";
import { requireFreeSpace } from "./free-space.ts";
import { settleLeftovers } from "./open-partial.ts";
import { previewWork } from "./pack-preview.ts";
import { packRecipe } from "./pack-recipe.ts";
import type { PackedSide, TrackTask } from "./pack-side.ts";
import { packSides } from "./pack-sides.ts";
import { type PackWork, type PlannedTrack, readPlannedTracks, remainingWork } from "./pack-work.ts";
import { type QuarantinedTrack, readQuarantine } from "./quarantine.ts";
import { readTrackFacts } from "./read-track-facts.ts";
import { listShards, liveTracks } from "./shard-manifest.ts";
import { makeSpoolFolder } from "./spool-folder.ts";
import type { TrackRights } from "./track-facts.ts";

/** Tracks whose facts are read from the catalogue at once. */
const FACTS_BATCH = 100;
/** The summary lists this many of the tracks that could not be packed. */
const QUARANTINE_SHOWN = 100;
/** The catalogue is read in small pieces while others work: it may not take memory from them. */
const CATALOGUE_MEMORY = "256MB";

/** What packing a plan needs, with its neighbours passed in. */
export interface PackInput {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  /** What the gate says of a track, and the state of the rights that it speaks from. */
  readonly rightsOf: (trackId: bigint, disposition: Tier) => TrackRights;
  readonly rightsId: string;
  readonly runAudio: (job: AudioJob) => Promise<AudioOutcome>;
  /** Jobs that `runAudio` works on at once. */
  readonly workers: number;
  /** Versions of the programs behind `runAudio`. */
  readonly tools: Readonly<Record<string, string>>;
  readonly truePeak?: boolean | undefined;
  /** Do not ask first whether the disk has room. */
  readonly force?: boolean | undefined;
}

export interface PackSummary {
  readonly plan: string;
  /** What this run added. */
  readonly packed: { readonly original: number; readonly "access-copy": number };
  readonly shards: readonly {
    readonly id: string;
    readonly gate: "open" | "dark";
    readonly tracks: number;
    readonly sizeBytes: number;
  }[];
  /** Tracks that were sealed as the plan wants them before. */
  readonly alreadySealed: number;
  /** Tracks that were packed anew because the plan or their file has changed; the older entries are superseded. */
  readonly packedAnew: number;
  /** All tracks of the plan that are not packed because of their file, and the first of them. */
  readonly quarantined: number;
  readonly quarantine: readonly QuarantinedTrack[];
  /** All sealed shards of the archive, beside what the plan estimated its own to take. */
  readonly archive: {
    readonly shards: number;
    readonly bytes: number;
    readonly plannedBytes: number;
    /** Entries for which a later shard has another. */
    readonly supersededTracks: number;
  };
}

/**
 * Packs what a plan keeps and no shard holds yet. Sealed shards are never touched; a run that is stopped or killed is gone
 * on with by the next one, with the same bytes in the end.
 */
export async function packWith(input: PackInput): Promise<PackSummary> {
  const { archive, plan, reporter, clock = systemClock, signal } = input;
  const truePeak = input.truePeak ?? plan.policy.measure.truePeak;
  const { features, speech: wantsSpeech } = plan.policy.measure;
  const speech = features && wantsSpeech && hasSpeechModel() ? SPEECH_TOOL : null;
  if (features && wantsSpeech && speech === null) reporter.warn(SPEECH_IS_ABSENT);
  const { rightsId, tools } = input;
  const recipe = packRecipe({ policy: plan.policy, truePeak, speech, rights: rightsId, tools });
  const { resumable } = await settleLeftovers({ archive, reporter, clock, plan: plan.id, recipe });
  const database = await openCatalogue(input.snapshot);
  const spoolFolder = await makeSpoolFolder(archive);
  try {
    const quarantine = await readQuarantine(plan);
    const sealed = await listShards(archive);
    const work = remainingWork(await readPlannedTracks(database, plan), sealed, quarantine);
    let lastNumber = sealed.at(-1)?.number ?? 0;
    const partialBytes = [...resumable.values()].reduce(
      (sum, { journal }) => sum + (journal.tracks.at(-1)?.endBytes ?? 0),
      0,
    );
    if (!input.force) {
      const spoolBytes = [...work.open, ...work.dark].reduce(
        (most, track) => Math.max(most, track.sourceBytes),
        0,
      );
      await requireFreeSpace(archive, previewWork(plan, work).shards.bytes - partialBytes + spoolBytes);
    }
    const progress = reporter.progress("packing", "bytes", sourceBytes(work));
    const run = {
      archive,
      reporter,
      clock,
      signal,
      plan,
      recipe,
      tools: input.tools,
      truePeak,
      spoolFolder,
      progress,
      quarantine,
      nextShardNumber: () => {
        lastNumber += 1;
        return lastNumber;
      },
      runAudio: input.runAudio,
      workers: input.workers,
      tasks: (tracks: readonly PlannedTrack[]) => trackTasks(tracks, database, input.rightsOf),
    };
    try {
      return await summarise(archive, plan, work, await packSides(run, work, resumable));
    } finally {
      progress.finish();
    }
  } finally {
    database.close();
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

/** The snapshot's tables, in little memory. */
export async function openCatalogue(snapshot: Snapshot): Promise<Database> {
  const database = await openSnapshot(snapshot);
  await database.run(`set memory_limit = '${CATALOGUE_MEMORY}'; set threads = 1`);
  return database;
}

async function* trackTasks(
  tracks: readonly PlannedTrack[],
  database: Database,
  rightsOf: PackInput["rightsOf"],
): AsyncGenerator<TrackTask> {
  for (let start = 0; start < tracks.length; start += FACTS_BATCH) {
    const batch = tracks.slice(start, start + FACTS_BATCH);
    const planned = new Map(batch.map((track) => [track.trackId, track]));
    for (const facts of await readTrackFacts(
      database,
      batch.map(({ id }) => id),
    )) {
      const track = planned.get(facts.trackId);
      if (track) yield { planned: track, facts, rights: rightsOf(track.id, track.disposition) };
    }
  }
}

function sourceBytes(work: PackWork): number {
  return [...work.open, ...work.dark].reduce((sum, track) => sum + track.sourceBytes, 0);
}

async function summarise(
  archive: Archive,
  plan: Plan,
  work: PackWork,
  sides: readonly PackedSide[],
): Promise<PackSummary> {
  const shards = await listShards(archive);
  const quarantine = [...work.damaged, ...sides.flatMap(({ quarantined }) => quarantined)];
  const failed = new Set(quarantine.map(({ track_id }) => track_id));
  return {
    plan: plan.id,
    packed: {
      original: sides.reduce((sum, { tracks }) => sum + tracks.original, 0),
      "access-copy": sides.reduce((sum, { tracks }) => sum + tracks["access-copy"], 0),
    },
    shards: sides
      .flatMap((side) => side.shards)
      .map(({ id, gate, tracks, sizeBytes }) => ({ id, gate, tracks: tracks.length, sizeBytes })),
    alreadySealed: work.sealedTracks,
    packedAnew: work.anew.filter((trackId) => !failed.has(trackId)).length,
    quarantined: quarantine.length,
    quarantine: quarantine.slice(0, QUARANTINE_SHOWN),
    archive: {
      shards: shards.length,
      bytes: shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      plannedBytes: plan.document.shards.bytes,
      supersededTracks: shards.reduce((sum, { tracks }) => sum + tracks.length, 0) - liveTracks(shards).size,
    },
  };
}
