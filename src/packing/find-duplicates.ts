import {
  type RecordingRow,
  readCurrentRows,
  recordingsId,
  writeRecordings,
} from "../catalogue/same-recording/recordings-table.ts";
import { type Archive, FailedError, type Reporter } from "../core/index.ts";
import { trackIdFromBigInt } from "../formats/identifiers/index.ts";
import { liveDocuments } from "./add-measures.ts";
import { compareFingerprints } from "./compare-fingerprints.ts";
import { listShards, liveTracks, type ShardManifest } from "./shard-manifest.ts";
import type { TrackDocument } from "./track-document.ts";

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
  /** Each track with the one that it is most like. */
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    /** Share of equal bits, 0–1. */
    readonly similarity: number;
    /** How much later the music begins in `b`. */
    readonly offsetMs: number;
  }[];
  /** When they were packed: one recording under two licences, or given out here and held back there. */
  readonly isRightsConflict: boolean;
}

export interface DuplicatesReport {
  readonly tracks: number;
  /** Too short or too still to be told by a fingerprint; null where the table does not say it. */
  readonly withoutFingerprint: number | null;
  readonly clusters: readonly DuplicateCluster[];
  /** False when nothing was packed since the current table was made: it was read instead. */
  readonly compared: boolean;
  /** The table that plans go by from now on; null when a dry run would have made another one. */
  readonly recordingsTable: string | null;
}

/**
 * Tells which tracks in the shards are one recording. Where the current table was made of these shards it is read; else
 * their fingerprints are compared, and what was found is published as a table, unless in a dry run; the caller holds the
 * lock then. Throws `FailedError` when nothing is packed, `IntegrityError` when a document or the table is damaged.
 */
export async function findDuplicates(options: {
  readonly archive: Archive;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal | undefined;
  readonly dryRun?: boolean | undefined;
}): Promise<DuplicatesReport> {
  const { archive, signal, dryRun = false } = options;
  const shards = await listShards(archive);
  if (shards.length === 0) {
    throw new FailedError("nothing is packed yet, so there are no fingerprints", {
      hint: "pack first: deadwax pack",
    });
  }
  const id = recordingsId(shards.map((shard) => shard.id));
  const known = await readCurrentRows(archive, id);
  const { rows, withoutFingerprint } = known ?? (await compareFingerprints(shards, { ...options, dryRun }));
  if (!known && !dryRun) await writeRecordings(archive, id, rows, withoutFingerprint ?? 0);
  return {
    tracks: liveTracks(shards).size,
    withoutFingerprint,
    clusters: clustersOf(rows, await describeTracks(archive, shards, rows, signal)),
    compared: known === null,
    recordingsTable: known || !dryRun ? id : null,
  };
}

function clustersOf(
  rows: readonly RecordingRow[],
  described: ReadonlyMap<bigint, DuplicateTrack>,
): DuplicateCluster[] {
  const clusters = new Map<bigint, RecordingRow[]>();
  for (const row of rows) {
    const members = clusters.get(row.recording);
    if (members) members.push(row);
    else clusters.set(row.recording, [row]);
  }
  const inOrder = [...clusters].sort(([a], [b]) => (a < b ? -1 : 1));
  return inOrder.map(([recording, members]) => {
    const tracks = members.flatMap(({ trackId }) => described.get(trackId) ?? []);
    const best = members.find(({ isBest }) => isBest)?.trackId ?? recording;
    return {
      representative: trackIdFromBigInt(best),
      tracks,
      pairs: pairsOf(members),
      isRightsConflict: new Set(tracks.map(({ gate, licence }) => `${gate} ${licence ?? ""}`)).size > 1,
    };
  });
}

/** The lower id first; two that are most like each other are one pair. */
function pairsOf(members: readonly RecordingRow[]): DuplicateCluster["pairs"] {
  const pairs = new Map<string, DuplicateCluster["pairs"][number]>();
  for (const { trackId, alike, similarity, offsetMs } of members) {
    const [a, b] = trackId < alike ? [trackId, alike] : [alike, trackId];
    pairs.set(`${a} ${b}`, {
      a: trackIdFromBigInt(a),
      b: trackIdFromBigInt(b),
      similarity: Math.round(similarity * 10_000) / 10_000,
      // Not -0.
      offsetMs: a === trackId ? offsetMs : 0 - offsetMs,
    });
  }
  return [...pairs.values()];
}

/** What the documents of these tracks say, and no others. */
async function describeTracks(
  archive: Archive,
  shards: readonly ShardManifest[],
  rows: readonly RecordingRow[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<bigint, DuplicateTrack>> {
  const wanted = new Set(rows.map(({ trackId }) => trackIdFromBigInt(trackId)));
  const described = new Map<bigint, DuplicateTrack>();
  if (wanted.size === 0) return described;
  for await (const { trackId, document } of liveDocuments(archive, shards, signal, wanted)) {
    described.set(trackId, describe(document));
  }
  return described;
}

function describe(document: TrackDocument): DuplicateTrack {
  const { track_id, title, artist, original, rights } = document;
  const { codec, bitrateKbps } = original;
  return { id: track_id, title, artist, codec, bitrateKbps, gate: rights.gate, licence: rights.licence };
}
