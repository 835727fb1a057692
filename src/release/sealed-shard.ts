import { realpath, stat } from "node:fs/promises";
import { type Archive, IntegrityError, systemErrorCode } from "../core/index.ts";
import type { HashedFile } from "../formats/torrent/piece-hasher.ts";
import { type ShardManifest, shardPaths } from "../packing/shard-manifest.ts";

const SHA1_BYTES = 20;
const SHA256_BYTES = 32;

/** What was learnt of a shard's bytes when it was sealed. Throws `IntegrityError` when the manifest contradicts itself. */
export function hashedShard(shard: ShardManifest): HashedFile {
  const { sizeBytes, pieceLengthBytes } = shard;
  const pieceCount = sizeBytes / pieceLengthBytes;
  const piecesV1 = Buffer.from(shard.sha1Pieces, "base64");
  const pieceLayer = Buffer.from(shard.pieceLayer, "base64");
  const isWhole =
    Number.isInteger(pieceCount) &&
    piecesV1.length === pieceCount * SHA1_BYTES &&
    pieceLayer.length === (pieceCount > 1 ? pieceCount * SHA256_BYTES : 0);
  if (!isWhole) throw damaged(`the manifest of shard ${shard.id} contradicts itself`);
  return {
    sizeBytes,
    sha256: Buffer.from(shard.sha256, "hex"),
    piecesV1,
    paddedLastPieceV1: null,
    piecesRoot: Buffer.from(shard.piecesRoot, "hex"),
    pieceLayer,
  };
}

/**
 * Path of the tar itself: a shard that somebody moved to another disk and left a symbolic link for is followed, since a second
 * name for the link would not be one for the bytes. Throws `IntegrityError` unless it is a plain file, as long as its manifest
 * says.
 */
export async function requireSealedTar(archive: Archive, shard: ShardManifest): Promise<string> {
  const { tar } = shardPaths(archive, shard.id);
  try {
    const path = await realpath(tar);
    const status = await stat(path);
    if (!status.isFile()) throw damaged(`"${tar}" is no plain file`);
    if (status.size !== shard.sizeBytes) {
      throw damaged(`"${tar}" has ${status.size} bytes, and was sealed with ${shard.sizeBytes}`);
    }
    return path;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw damaged(`"${tar}" is missing`);
    throw error;
  }
}

function damaged(message: string): IntegrityError {
  return new IntegrityError(message, {
    hint: "restore the file from a copy of the archive, or delete the shard with its index and manifest and pack again",
  });
}
