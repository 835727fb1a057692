import { stat } from "node:fs/promises";
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

/** Throws `IntegrityError` unless the tar is there, a plain file, and as long as its manifest says. */
export async function requireSealedTar(archive: Archive, shard: ShardManifest): Promise<string> {
  const { tar } = shardPaths(archive, shard.id);
  try {
    const { size } = await stat(tar);
    if (size !== shard.sizeBytes)
      throw damaged(`"${tar}" has ${size} bytes, and was sealed with ${shard.sizeBytes}`);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") throw damaged(`"${tar}" is missing`);
    throw error;
  }
  return tar;
}

function damaged(message: string): IntegrityError {
  return new IntegrityError(message, {
    hint: "restore the file from a copy of the archive, or delete the shard with its index and manifest and pack again",
  });
}
