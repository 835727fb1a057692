import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type RecordingCluster, RecordingClusterer } from "../catalogue/same-recording/cluster-recordings.ts";
import {
  type RecordingRow,
  recordingsId,
  writeRecordings,
} from "../catalogue/same-recording/recordings-table.ts";
import { type Archive, FailedError, type Reporter, systemClock } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { liveDocuments } from "./add-measures.ts";
import { listShards } from "./shard-manifest.ts";
import type { TrackDocument } from "./track-document.ts";

const KEY_FOLDER = "duplicates-";
const DAY_MS = 86_400_000;
/** Chromaprint moves on by 1365 of 11025 samples a second a word. */
const MS_PER_WORD = (1365 * 1000) / 11_025;

export interface DuplicateTrack {
  readonly id: string;
  readonly title: string;
  readonly artist: string | null;
  readonly codec: string;
  readonly bitrateKbps: number;
  readonly gate: "open" | "dark";
  readonly licence: string | null;
}

/** Tracks that are one recording. */
export interface DuplicateCluster {
  /** Of the original files the one with lossless coding, then the highest bit rate, then the longest, then the lowest id. */
  readonly representative: string;
  readonly tracks: readonly DuplicateTrack[];
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    /** Share of equal bits, 0–1. */
    readonly similarity: number;
    /** How much later the music begins in `b`. */
    readonly offsetMs: number;
  }[];
  /** One recording under two licences, or given out here and held back there: a person has to say which is right. */
  readonly isRightsConflict: boolean;
}

export interface DuplicatesReport {
  readonly tracks: number;
  /** Too short or too still to be told by a fingerprint. */
  readonly withoutFingerprint: number;
  readonly clusters: readonly DuplicateCluster[];
  /** The table that plans go by from now on; null in a dry run. */
  readonly recordingsTable: string | null;
}

/**
 * Finds the tracks in the shards that are one recording, by their fingerprints. These lie in the archive's scratch folder
 * meanwhile, about 5 kB a track; in memory is what is told of each track. What was found is published as a table, unless
 * in a dry run; the caller holds the lock then. Throws `FailedError` when nothing is packed, `IntegrityError` when a document is damaged.
 */
export async function findDuplicates(options: {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly dryRun?: boolean | undefined;
}): Promise<DuplicatesReport> {
  const { archive, reporter, signal, dryRun = false } = options;
  const shards = await listShards(archive);
  if (shards.length === 0) {
    throw new FailedError("nothing is packed yet, so there are no fingerprints", {
      hint: "pack first: deadwax pack",
    });
  }
  const total = shards.reduce((sum, { tracks }) => sum + tracks.length, 0);
  const progress = reporter.progress("reading fingerprints", "items", total);
  const known = new Map<bigint, DuplicateTrack>();
  let recordings = 0;
  const folder = await makeKeyFolder(archive.layout.scratch);
  const clusterer = new RecordingClusterer(folder);
  let found: RecordingCluster[];
  try {
    for await (const { trackId, document } of liveDocuments(archive, shards, signal)) {
      progress.advance(1);
      known.set(trackId, describe(document));
      if (document.fingerprint === null) continue;
      recordings += 1;
      clusterer.add({
        id: trackId,
        fingerprint: wordsOf(document.fingerprint.base64),
        quality: qualityOf(document),
      });
    }
    found = clusterer.clusters();
  } finally {
    progress.finish();
    clusterer.close();
    await rm(folder, { recursive: true, force: true });
  }
  const clusters = found.map(({ representative, members, pairs }) => {
    const tracks = members.flatMap((id) => known.get(id) ?? []);
    return {
      representative: trackIdFromBigInt(representative),
      tracks,
      pairs: pairs.map(({ a, b, similarity, offsetWords }) => ({
        a: trackIdFromBigInt(a),
        b: trackIdFromBigInt(b),
        similarity: Math.round(similarity * 10_000) / 10_000,
        offsetMs: Math.round(offsetWords * MS_PER_WORD),
      })),
      isRightsConflict: new Set(tracks.map(({ gate, licence }) => `${gate} ${licence ?? ""}`)).size > 1,
    };
  });
  const table = dryRun
    ? null
    : await writeRecordings(archive, recordingsId(shards.map(({ id }) => id)), recordingRows(found));
  return {
    tracks: known.size,
    withoutFingerprint: known.size - recordings,
    clusters,
    recordingsTable: table?.id ?? null,
  };
}

function* recordingRows(clusters: readonly RecordingCluster[]): Generator<RecordingRow> {
  for (const { representative, members, pairs } of clusters) {
    const recording = members.reduce((lowest, id) => (id < lowest ? id : lowest));
    const nearest = new Map<bigint, Pick<RecordingRow, "alike" | "similarity" | "offsetMs">>();
    const offer = (id: bigint, alike: bigint, similarity: number, offsetMs: number): void => {
      if ((nearest.get(id)?.similarity ?? -1) < similarity) nearest.set(id, { alike, similarity, offsetMs });
    };
    for (const { a, b, similarity, offsetWords } of pairs) {
      const offsetMs = Math.round(offsetWords * MS_PER_WORD);
      offer(a, b, similarity, offsetMs);
      offer(b, a, similarity, -offsetMs);
    }
    for (const trackId of members) {
      const near = nearest.get(trackId);
      if (near) yield { trackId, recording, isBest: trackId === representative, ...near };
    }
  }
}

/** Folders that killed runs left behind are removed when they are a day old: another run may be at work. */
async function makeKeyFolder(scratch: string): Promise<string> {
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) {
    const path = join(scratch, name);
    if (!name.startsWith(KEY_FOLDER)) continue;
    const { mtimeMs } = await stat(path);
    if (systemClock.now().getTime() - mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
  }
  return await mkdtemp(join(scratch, KEY_FOLDER));
}

function describe(document: TrackDocument): DuplicateTrack {
  const { track_id, title, artist, original, rights } = document;
  const { codec, bitrateKbps } = original;
  return { id: track_id, title, artist, codec, bitrateKbps, gate: rights.gate, licence: rights.licence };
}

function qualityOf({ original }: TrackDocument): number {
  return original.bitrateKbps + (original.bitsPerSample === null ? 0 : 1e6);
}

function wordsOf(base64: string): Uint32Array {
  const raw = Buffer.from(base64, "base64");
  return Uint32Array.from({ length: raw.length >>> 2 }, (_, at) => raw.readUInt32LE(at * 4));
}
