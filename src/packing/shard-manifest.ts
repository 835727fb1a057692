import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Archive, IntegrityError, parseJson, systemErrorCode } from "../core/index.ts";

/** A terabyte shard with 16 KiB pieces would have a manifest of this size. */
const MAX_MANIFEST_BYTES = 1 << 28;
const MANIFEST_NAME = /^([0-9a-f]{16})\.json$/;

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

export const packedTrackSchema = z.strictObject({
  track_id: z.string().length(13),
  /** The accession that the packed file was held by. */
  accession: z.string(),
  disposition: z.enum(["original", "access-copy"]),
});
export type PackedTrack = z.infer<typeof packedTrackSchema>;

/** `shards/<id>.json`: written last, so a shard is sealed when it is there. */
export const shardManifestSchema = z.strictObject({
  format: z.literal("deadwax-shard/1"),
  id: z.string().regex(/^[0-9a-f]{16}$/),
  gate: z.enum(["open", "dark"]),
  created: z.iso.datetime(),
  /** 1 for the first shard that was sealed in this archive, and so on: later ones supersede earlier ones. */
  number: z.int().positive(),
  /** Of the tar, a multiple of `pieceLengthBytes`; `contentBytes` of it are tracks, the rest is the end of the tar. */
  sizeBytes: z.int().positive(),
  contentBytes: z.int().positive(),
  sha256: sha256Hex,
  pieceLengthBytes: z.int().positive(),
  /** SHA-1 of each piece, 20 bytes each, base64 (BEP 3). */
  sha1Pieces: z.base64(),
  /** Root of the SHA-256 tree over 16 KiB leaves (BEP 52). */
  piecesRoot: sha256Hex,
  /** SHA-256 subtree root of each piece, 32 bytes each, base64; empty for a shard of one piece. */
  pieceLayer: z.base64(),
  index: z.strictObject({ sizeBytes: z.int().positive(), sha256: sha256Hex }),
  /** In the order of the tar. */
  tracks: z.array(packedTrackSchema).min(1),
  plan: z.string(),
  /** SHA-256 of everything that shaped the bytes. */
  recipe: sha256Hex,
  program: z.string(),
  tools: z.record(z.string(), z.string()),
});

export type ShardManifest = z.infer<typeof shardManifestSchema>;

/** The files of a shard. */
export interface ShardPaths {
  readonly tar: string;
  readonly index: string;
  readonly manifest: string;
}

export function shardPaths(archive: Archive, id: string): ShardPaths {
  const { shards } = archive.layout;
  return {
    tar: join(shards, `${id}.tar`),
    index: join(shards, `${id}.index.parquet`),
    manifest: join(shards, `${id}.json`),
  };
}

/**
 * The sealed shards, oldest first. Throws `IntegrityError` for a manifest that is not valid, and for a tar that is missing or
 * has another length than it was sealed with: what is in the archive is not known then.
 */
export async function listShards(archive: Archive): Promise<readonly ShardManifest[]> {
  const names = await readdir(archive.layout.shards);
  const shards: ShardManifest[] = [];
  for (const name of names.sort()) {
    const id = MANIFEST_NAME.exec(name)?.[1];
    if (id === undefined) continue;
    const shard = await readManifest(archive, id);
    await requireTar(shardPaths(archive, id).tar, shard.sizeBytes);
    shards.push(shard);
  }
  return shards.sort((a, b) => a.number - b.number || compare(a.id, b.id));
}

/** How many shards are sealed, whatever is in them. */
export async function countShards(archive: Archive): Promise<number> {
  return (await readdir(archive.layout.shards)).filter((name) => MANIFEST_NAME.test(name)).length;
}

async function requireTar(path: string, sealedBytes: number): Promise<void> {
  const sizeBytes = await stat(path).then(
    (status) => status.size,
    () => null,
  );
  if (sizeBytes === sealedBytes) return;
  const what =
    sizeBytes === null ? "is missing" : `has ${sizeBytes} bytes, and was sealed with ${sealedBytes}`;
  throw new IntegrityError(`"${path}" ${what}`, {
    hint: "restore the file from a release or a copy of the archive, or delete the shard's index and manifest too and pack again",
  });
}

/** The manifest of a sealed shard, or null when there is no such shard. */
export async function findShard(archive: Archive, id: string): Promise<ShardManifest | null> {
  try {
    return await readManifest(archive, id);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function readManifest(archive: Archive, id: string): Promise<ShardManifest> {
  const path = shardPaths(archive, id).manifest;
  const json = parseJson(await readFile(path), MAX_MANIFEST_BYTES);
  const parsed = json.ok ? shardManifestSchema.safeParse(json.value) : null;
  if (parsed?.success && parsed.data.id === id) return parsed.data;
  const reason = json.ok ? z.prettifyError(parsed?.error ?? new z.ZodError([])) : json.reason;
  throw new IntegrityError(`"${path}" is not a valid shard manifest: ${reason}`, {
    hint: "restore the file from a copy of the archive",
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where a track is kept, and what as. */
export interface LiveTrack extends PackedTrack {
  readonly shard: string;
}

/**
 * The shard entry that stands for each track: the one sealed last, of those with the disposition that `planned` has for the
 * track where there is one. A track that was packed again leaves superseded entries behind in older shards.
 */
export function liveTracks(
  shards: readonly ShardManifest[],
  planned: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, LiveTrack> {
  const live = new Map<string, LiveTrack>();
  for (const { id, tracks } of shards) {
    for (const track of tracks) {
      const wanted = planned.get(track.track_id);
      const before = live.get(track.track_id);
      if (before?.disposition === wanted && track.disposition !== wanted && before) continue;
      live.set(track.track_id, { ...track, shard: id });
    }
  }
  return live;
}
