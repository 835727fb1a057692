import { rename, rm } from "node:fs/promises";
import {
  type Archive,
  appendEvents,
  type Clock,
  canonicalJson,
  DEADWAX_VERSION,
  explainSystemError,
  formatSize,
  isoSeconds,
  syncFolder,
  writeFileAtomic,
} from "../core/index.ts";
import { writeShardIndex } from "./shard-index.ts";
import type { JournalHeader } from "./shard-journal.ts";
import { type ShardManifest, shardPaths } from "./shard-manifest.ts";
import type { PartialPaths, ShardWriter } from "./shard-writer.ts";

const ID_CHARACTERS = 16;

export interface SealingOptions {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly header: JournalHeader;
  /** Of the shard, among all that were ever sealed in the archive. */
  readonly number: number;
  readonly pieceLengthBytes: number;
  readonly tools: Readonly<Record<string, string>>;
}

/**
 * Seals a partial shard: ends its tar, gives it its name, publishes the index, and the manifest last. A run that is killed
 * in between seals the same bytes again.
 */
export async function sealShard(
  writer: ShardWriter,
  partial: PartialPaths,
  options: SealingOptions,
): Promise<ShardManifest> {
  const { archive, header, clock } = options;
  const contentBytes = writer.contentBytes;
  const hashed = await writer.finish();
  const sha256 = hashed.sha256.toString("hex");
  const id = sha256.slice(0, ID_CHARACTERS);
  const paths = shardPaths(archive, id);
  const index = await writeShardIndex(
    paths.index,
    id,
    writer.tracks.map(({ row }) => row),
  );
  await writer.noteSealing(id);
  await writer.close();
  await moveFile(partial.tar, paths.tar, archive.layout.shards);
  const manifest: ShardManifest = {
    format: "deadwax-shard/1",
    id,
    gate: header.gate,
    created: isoSeconds(clock.now()),
    number: options.number,
    sizeBytes: hashed.sizeBytes,
    contentBytes,
    sha256,
    pieceLengthBytes: options.pieceLengthBytes,
    sha1Pieces: hashed.piecesV1.toString("base64"),
    piecesRoot: hashed.piecesRoot?.toString("hex") ?? "",
    pieceLayer: hashed.pieceLayer.toString("base64"),
    index,
    tracks: writer.tracks.map(({ row, accession }) => ({
      track_id: row.trackId,
      accession,
      disposition: row.disposition,
    })),
    plan: header.plan,
    recipe: header.recipe,
    program: `deadwax ${DEADWAX_VERSION}`,
    tools: { ...options.tools },
  };
  await writeFileAtomic(paths.manifest, `${canonicalJson(manifest)}\n`);
  await afterSealing(manifest, partial, archive, clock);
  return manifest;
}

/** What is left to do when the manifest is in place; a run that was killed before does it again. */
export async function afterSealing(
  manifest: ShardManifest,
  partial: PartialPaths,
  archive: Archive,
  clock: Clock,
): Promise<void> {
  const { id, tracks, sizeBytes, sha256, plan, gate } = manifest;
  await appendEvents(archive.layout, clock, [
    {
      eventType: "packing",
      outcome: "success",
      object: `shard ${id}`,
      detail: `${tracks.length} tracks, ${formatSize(sizeBytes)}`,
      plan,
      gate,
      tracks: tracks.length,
      sizeBytes,
    },
    { eventType: "message digest calculation", outcome: "success", object: `shard ${id}`, sha256 },
  ]);
  // The journal goes last: as long as it is there the shard counts as not yet done with.
  await rm(partial.journal, { force: true });
}

/** Renames within the archive and makes the new name last. */
export async function moveFile(from: string, to: string, folder: string): Promise<void> {
  try {
    await rename(from, to);
    await syncFolder(folder);
  } catch (error) {
    throw explainSystemError(error, `renaming "${from}"`);
  }
}
