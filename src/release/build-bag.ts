import { createReadStream } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import {
  type Archive,
  ensureFolder,
  type Progress,
  syncFolder,
  throwIfAborted,
  writeFileAtomic,
} from "../core/index.ts";
import { trackIdToBigInt } from "../formats/identifiers/index.ts";
import { type HashedFile, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import type { IndexRow } from "../packing/index-row.ts";
import { readShardIndex } from "../packing/shard-index.ts";
import type { ShardManifest } from "../packing/shard-manifest.ts";
import { alignParquet } from "./align-parquet.ts";
import type { BagFile } from "./bag-file.ts";
import { deriveShard } from "./derive-shard.ts";
import { placeShard } from "./place-shard.ts";
import type { PlannedShard, ReleasePlan } from "./plan-release.ts";
import { PAYLOAD_FOLDER, type ReleaseFile, TRACK_TABLE } from "./release-document.ts";
import type { MovedTrack, ReleaseDraft } from "./release-draft.ts";
import { hashedShard, requireSealedTar } from "./sealed-shard.ts";
import { buildTagFiles, payloadPath } from "./tag-files.ts";

export interface BagInputs {
  readonly archive: Archive;
  readonly plan: ReleasePlan;
  readonly draft: ReleaseDraft;
  /** An empty folder; nobody looks at it until it is renamed. */
  readonly folder: string;
  readonly created: string;
  readonly signDocument: (files: readonly ReleaseFile[]) => Buffer;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface BuiltBag {
  readonly files: readonly BagFile[];
  /** Bytes of shards that got a second name, and bytes that were written again. */
  readonly linkedBytes: number;
  readonly writtenBytes: number;
}

/** Writes all files of a bag into a temporary folder and syncs them. */
export async function buildBag(inputs: BagInputs): Promise<BuiltBag> {
  const { plan, draft, folder, archive, created } = inputs;
  await ensureFolder(join(folder, PAYLOAD_FOLDER));
  const payload: BagFile[] = [];
  const moved: MovedTrack[] = [];
  let linkedBytes = 0;
  let writtenBytes = 0;
  for (const planned of plan.shards) {
    throwIfAborted(inputs.signal);
    if (planned.action === "left-out") continue;
    const placed = await (planned.action === "whole"
      ? placeWhole(planned.shard, inputs)
      : rewrite(planned, inputs));
    payload.push(placed.file);
    moved.push(...placed.moved);
    if (placed.isLinked) linkedBytes += placed.file.hashed.sizeBytes;
    else writtenBytes += placed.file.hashed.sizeBytes;
  }
  await syncFolder(join(folder, PAYLOAD_FOLDER));
  const tablePath = join(folder, TRACK_TABLE);
  await draft.writeTrackTable(tablePath, moved);
  await alignParquet(tablePath, plan.pieceLengthBytes);
  const trackTable: BagFile = {
    path: TRACK_TABLE,
    bytes: null,
    hashed: await hashFile(tablePath, plan.pieceLengthBytes),
  };
  const tagFiles = buildTagFiles({
    name: plan.name,
    created,
    archiveId: archive.config.id,
    pieceLengthBytes: plan.pieceLengthBytes,
    payload,
    trackTable,
    signDocument: inputs.signDocument,
  });
  for (const { path, bytes } of tagFiles) await writeFileAtomic(join(folder, path), bytes ?? "");
  return { files: [...payload, trackTable, ...tagFiles], linkedBytes, writtenBytes };
}

interface Placed {
  readonly file: BagFile;
  readonly moved: readonly MovedTrack[];
  readonly isLinked: boolean;
}

async function placeWhole(shard: ShardManifest, inputs: BagInputs): Promise<Placed> {
  const sealed = hashedShard(shard);
  const path = payloadPath(shard.id);
  const how = await placeShard(await requireSealedTar(inputs.archive, shard), join(inputs.folder, path), {
    sealed,
    signal: inputs.signal,
    onBytes: (bytes) => inputs.progress.advance(bytes, shard.id),
  });
  return { file: { path, bytes: null, hashed: sealed }, moved: [], isLinked: how === "linked" };
}

async function rewrite({ shard }: PlannedShard, inputs: BagInputs): Promise<Placed> {
  const { archive, draft, plan, folder } = inputs;
  const kept = await draft.releasedTracksOf(shard.id);
  const unnamed = join(folder, PAYLOAD_FOLDER, ".rewritten.tar");
  const derived = await deriveShard({
    from: await requireSealedTar(archive, shard),
    to: unnamed,
    rows: await collect(readShardIndex(archive, shard.id)),
    keeps: (trackId) => kept.has(trackId),
    pieceLengthBytes: plan.pieceLengthBytes,
    signal: inputs.signal,
    onBytes: (bytes) => inputs.progress.advance(bytes, shard.id),
  });
  // A shard is named by its content, also this one.
  const id = derived.hashed.sha256.toString("hex").slice(0, shard.id.length);
  const path = payloadPath(id);
  await rename(unnamed, join(folder, path));
  return {
    file: { path, bytes: null, hashed: derived.hashed },
    moved: derived.rows.map((row) => movedTrack(row, id)),
    isLinked: false,
  };
}

function movedTrack({ trackId, offsetBytes, jsonOffsetBytes }: IndexRow, shard: string): MovedTrack {
  const number = trackIdToBigInt(trackId);
  if (!number.ok) throw new RangeError(`"${trackId}" is not a track id`);
  return { trackId: number.value, shard, offsetBytes, jsonOffsetBytes };
}

async function hashFile(path: string, pieceLengthBytes: number): Promise<HashedFile> {
  const hasher = new PieceHasher(pieceLengthBytes);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hasher.update(chunk);
  return hasher.finish();
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
