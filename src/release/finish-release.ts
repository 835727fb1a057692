import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Archive, type SigningKey, throwIfAborted } from "../core/index.ts";
import { type HashedFile, hashFileBytes, PieceHasher } from "../formats/torrent/piece-hasher.ts";
import { findShard } from "../packing/shard-manifest.ts";
import type { BagFile } from "./bag-file.ts";
import { publishRelease } from "./publish-release.ts";
import {
  fillsPieces,
  MAX_DOCUMENT_BYTES,
  openReleaseDocument,
  RELEASE_DOCUMENT,
  type ReleaseFile,
} from "./release-document.ts";
import type { TorrentLinks } from "./release-torrents.ts";
import { hashedShard } from "./sealed-shard.ts";
import { TAG_MANIFEST } from "./tag-files.ts";

export interface FinishOptions {
  readonly archive: Archive;
  readonly key: SigningKey;
  readonly name: string;
  readonly links: TorrentLinks;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Publishes a bag of our own that a run left behind, whole and signed, without its torrents or announcement. Returns false, and
 * writes nothing, for a folder that is no such bag.
 */
export async function finishRelease(options: FinishOptions): Promise<boolean> {
  const { archive, key, name, links } = options;
  const bag = join(archive.layout.releases, name);
  const bytes = await readSmall(join(bag, RELEASE_DOCUMENT));
  const opened = bytes && openReleaseDocument(bytes);
  if (!bytes || !opened?.ok || opened.signer !== key.did || opened.release.name !== name) return false;
  const { release } = opened;
  const files: BagFile[] = [];
  for (const listed of release.files) {
    const file = await hashBagFile(options, bag, listed, release.pieceLengthBytes);
    if (file === null) return false;
    files.push(file);
  }
  for (const path of [RELEASE_DOCUMENT, TAG_MANIFEST]) {
    const content = await readSmall(join(bag, path));
    if (content === null) return false;
    files.push({ path, bytes: content, hashed: hashFileBytes(content, release.pieceLengthBytes) });
  }
  await publishRelease({ archive, key, release, files, links });
  return true;
}

/** Hashes of a file of the bag; null when it is not what the document lists. */
async function hashBagFile(
  { archive, signal }: FinishOptions,
  bag: string,
  listed: ReleaseFile,
  pieceLengthBytes: number,
): Promise<BagFile | null> {
  const path = join(bag, listed.path);
  const status = await statOrNull(path);
  if (status?.size !== listed.sizeBytes) return null;
  if (!fillsPieces(listed.path)) {
    const bytes = await readSmall(path);
    const hashed = bytes && hashFileBytes(bytes, pieceLengthBytes);
    return hashed?.sha256.toString("hex") === listed.sha256 ? { path: listed.path, bytes, hashed } : null;
  }
  const sealed = await findShard(archive, listed.sha256.slice(0, 16));
  const known = sealed?.sha256 === listed.sha256 && sealed.pieceLengthBytes === pieceLengthBytes;
  const hashed = known ? hashedShard(sealed) : await hashFile(path, pieceLengthBytes, signal);
  return hashed.sha256.toString("hex") === listed.sha256 ? { path: listed.path, bytes: null, hashed } : null;
}

async function hashFile(
  path: string,
  pieceLengthBytes: number,
  signal: AbortSignal | undefined,
): Promise<HashedFile> {
  const hasher = new PieceHasher(pieceLengthBytes);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfAborted(signal);
    hasher.update(chunk);
  }
  return hasher.finish();
}

async function readSmall(path: string): Promise<Buffer | null> {
  const status = await statOrNull(path);
  return status && status.size <= MAX_DOCUMENT_BYTES ? await readFile(path) : null;
}

async function statOrNull(path: string): Promise<{ readonly size: number } | null> {
  try {
    const status = await stat(path);
    return status.isFile() ? status : null;
  } catch {
    return null;
  }
}
